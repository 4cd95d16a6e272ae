"""The local JWT authorizer stops whom API Gateway would stop (AUT-07)."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from commerce.platform.api.caller import granted
from local.stack.authorizer import Denied, authorize
from local.stack.httpd import Request
from local.stack.model import AuthorizerSpec, RouteSpec
from local.stack.tokens import ISSUER, Issuer

SPEC = AuthorizerSpec("Tokens", ISSUER, ("commerce", "other"), "authorization")
PUBLIC = RouteSpec("GET", "/health", "Function", authorizer=None, scopes=(), timeout=30)
OPEN = RouteSpec("GET", "/open", "Function", authorizer=SPEC, scopes=(), timeout=30)
SCOPED = RouteSpec("GET", "/scoped", "Function", authorizer=SPEC, scopes=("buyer", "store"), timeout=30)
NOW = int(time.time())
A_DAY = 86_400
"""Ahead of any test that runs long after this module was read."""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


def token(issuer: Issuer, scopes: tuple[str, ...] = ("buyer",), **claims: Any) -> str:
    return issuer.token(sub="user-1", scopes=scopes, audience="commerce", claims=claims)


def ask(issuer: Issuer, route: RouteSpec, value: str | None) -> dict[str, Any] | None:
    headers = [("authorization", value)] if value is not None else []
    return authorize(Request("GET", route.path, headers, b""), route, issuer.keys)


def status_of(issuer: Issuer, route: RouteSpec, value: str | None) -> int:
    with pytest.raises(Denied) as denied:
        ask(issuer, route, value)
    return denied.value.response.status


def test_claims_arrive_as_text_and_scopes_as_a_list(issuer: Issuer) -> None:
    passed = ask(issuer, SCOPED, f"Bearer {token(issuer, ('buyer', 'more'), groups=['a', 'b'], admin=True)}")
    assert passed is not None
    claims = passed["jwt"]["claims"]
    assert claims["sub"] == "user-1"
    assert claims["scope"] == "buyer more"
    assert claims["groups"] == "[a b]"
    assert claims["admin"] == "true"
    assert claims["exp"].isdigit()
    assert passed["jwt"]["scopes"] == ["buyer"]


def test_without_scopes_on_the_route_any_valid_token_passes(issuer: Issuer) -> None:
    passed = ask(issuer, OPEN, token(issuer, ()))
    assert passed is not None
    assert passed["jwt"]["scopes"] is None


def test_a_public_route_asks_for_nothing(issuer: Issuer) -> None:
    assert ask(issuer, PUBLIC, None) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 5},
        {"nbf": NOW + A_DAY},
        {"iat": NOW + A_DAY},
        {"exp": None},
        {"iss": "https://somebody.else"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": None, "client_id": "another"},
    ],
)
def test_a_token_that_is_not_for_us_is_401(issuer: Issuer, claims: dict[str, Any]) -> None:
    assert status_of(issuer, SCOPED, f"Bearer {token(issuer, **claims)}") == 401


def test_client_id_stands_in_for_a_missing_audience(issuer: Issuer) -> None:
    assert ask(issuer, SCOPED, f"Bearer {token(issuer, aud=None, client_id='commerce')}") is not None
    assert ask(issuer, SCOPED, f"Bearer {token(issuer, aud=['x', 'other'])}") is not None


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer not.a.token", "Basic dXNlcjpwYXNz"])
def test_no_token_is_401(issuer: Issuer, value: str | None) -> None:
    assert status_of(issuer, SCOPED, value) == 401


def test_another_key_or_none_is_401(issuer: Issuer) -> None:
    assert status_of(issuer, SCOPED, f"Bearer {token(Issuer())}") == 401
    claims = {"iss": ISSUER, "aud": "commerce", "exp": NOW + 60, "scope": "buyer"}
    symmetric = jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": "local-1"})
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "local-1"})
    assert status_of(issuer, SCOPED, f"Bearer {symmetric}") == 401
    assert status_of(issuer, SCOPED, f"Bearer {unsigned}") == 401


def test_without_a_scope_of_the_route_it_is_403(issuer: Issuer) -> None:
    assert status_of(issuer, SCOPED, f"Bearer {token(issuer, ('operator',))}") == 403
    assert status_of(issuer, SCOPED, f"Bearer {token(issuer, ())}") == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": None, "scp": ["openid", "store"]},
        {"scope": None, "scp": "openid store"},
        {"scope": "openid", "scp": ["store"]},
        {"scope": "", "scp": "store"},
        {"scope": ["openid", "store"]},
    ],
)
def test_a_scope_counts_in_scope_and_in_scp_and_reaches_the_function(issuer: Issuer, claims: dict[str, Any]) -> None:
    passed = ask(issuer, SCOPED, f"Bearer {token(issuer, **claims)}")
    assert passed is not None
    assert passed["jwt"]["scopes"] == ["store"]
    assert "store" in granted(passed["jwt"]["claims"])


@pytest.mark.parametrize("scp", [None, "", [], "storefront", ["commerce/store"], 7, {"store": True}])
def test_any_other_scp_opens_nothing(issuer: Issuer, scp: Any) -> None:
    assert status_of(issuer, SCOPED, f"Bearer {token(issuer, scope=None, scp=scp)}") == 403
