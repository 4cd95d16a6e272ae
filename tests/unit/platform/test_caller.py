"""Who may touch what, and the key that a repeated request carries."""

from __future__ import annotations

import pytest

from commerce.platform.api.caller import Caller, Role, granted
from commerce.platform.errors import Forbidden
from tests.unit.platform.api import Answered, ask, http_event


def bearer(scope: str, sub: str = "user-1") -> Caller:
    return Caller(sub, frozenset(scope.split()))


@pytest.mark.invariant("AUT-07")
@pytest.mark.parametrize(
    ("scope", "sub", "may"),
    [
        ("buyer", "user-1", True),
        ("buyer", "user-2", False),
        ("buyer", "", False),
        ("store", "backend", True),
        ("operator", "anna", True),
        ("buyer operator", "user-2", True),
        ("", "user-1", False),
        ("openid profile", "user-1", False),
        ("storefront buyers", "user-1", False),
    ],
)
def test_who_may_touch_what_belongs_to_user_1(scope: str, sub: str, may: bool) -> None:
    caller = bearer(scope, sub)
    assert caller.may_touch("user-1") is may
    if may:
        caller.ensure_may_touch("user-1")
    else:
        with pytest.raises(Forbidden) as refused:
            caller.ensure_may_touch("user-1")
        assert refused.value.code == "foreign_resource"
        assert "user" not in refused.value.message


@pytest.mark.invariant("AUT-07")
def test_a_role_can_be_demanded() -> None:
    bearer("operator").ensure_any(Role.OPERATOR)
    bearer("buyer").ensure_any(Role.BUYER, Role.STORE)
    with pytest.raises(Forbidden) as refused:
        bearer("buyer store").ensure_any(Role.OPERATOR)
    assert refused.value.code == "scope_required"
    assert refused.value.details == {"scopes": ["operator"]}


@pytest.mark.invariant("AUT-07")
def test_the_caller_comes_from_the_verified_token() -> None:
    assert ask("GET", "/orders/o-1", scope="buyer", sub="user-1").status == 200
    foreign = ask("GET", "/orders/o-1", scope="buyer", sub="user-2")
    assert (foreign.status, foreign.error["code"]) == (403, "foreign_resource")
    unscoped = ask("DELETE", "/orders/o-1", scope=None)
    assert (unscoped.status, unscoped.error["code"]) == (403, "scope_required")


@pytest.mark.invariant("AUT-07")
@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "buyer"}, {"buyer"}),
        ({"scope": " buyer  store "}, {"buyer", "store"}),
        ({"scp": "buyer store"}, {"buyer", "store"}),
        ({"scp": "[buyer store]"}, {"buyer", "store"}),
        ({"scp": "[buyer]"}, {"buyer"}),
        ({"scope": "[buyer store]"}, {"buyer", "store"}),
        ({"scope": "openid", "scp": "[buyer]"}, {"openid", "buyer"}),
        ({"scope": "", "scp": "buyer"}, {"buyer"}),
        ({"scp": "[]"}, set()),
        ({}, set()),
        ({"scope": "[buyer"}, {"[buyer"}),
        ({"scope": "buyer]"}, {"buyer]"}),
        ({"scope": "x[buyer]"}, {"x[buyer]"}),
        ({"scope": "commerce/store"}, {"commerce/store"}),
        ({"roles": "[store]", "groups": "[operator]"}, set()),
    ],
)
def test_scopes_are_read_where_the_gateway_reads_them(claims: dict[str, str], scopes: set[str]) -> None:
    assert granted(claims) == scopes


@pytest.mark.invariant("AUT-07")
@pytest.mark.parametrize(
    ("scp", "status"), [("buyer", 200), ("[openid buyer]", 200), ("[commerce/buyer]", 403), ("[openid]", 403)]
)
def test_a_token_with_scp_is_as_good_as_one_with_scope(scp: str, status: int) -> None:
    event = http_event("GET", "/orders/o-1", scope=None, sub="user-1")
    event["requestContext"]["authorizer"]["jwt"]["claims"]["scp"] = scp
    assert Answered(event).status == status


@pytest.mark.invariant("AUT-07")
@pytest.mark.parametrize(
    "authorizer", [None, {}, {"jwt": {}}, {"jwt": {"claims": {}}}, {"jwt": {"claims": {"sub": ""}}}]
)
def test_a_request_past_the_authorizer_is_401(authorizer: object) -> None:
    event = http_event("GET", "/orders/o-1")
    event["requestContext"]["authorizer"] = authorizer
    answer = Answered(event)
    assert (answer.status, answer.error["code"]) == (401, "unauthorized")


@pytest.mark.invariant("PAY-03")
@pytest.mark.parametrize("key", ["k", "a" * 255, "2026-11-24 order 5!", "~"])
@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key"])
def test_a_key_is_taken_as_it_is(key: str, name: str) -> None:
    answer = ask("POST", "/refunds", headers={name: key})
    assert (answer.status, answer.body) == (202, {"key": key, "request_id": "req-1"})


@pytest.mark.invariant("PAY-03")
@pytest.mark.parametrize(
    "headers", [{}, {"idempotency-key": ""}, *({"idempotency-key": k} for k in ("a" * 256, "é", "a\n", "\x7f"))]
)
def test_a_missing_or_odd_key_is_400(headers: dict[str, str]) -> None:
    answer = ask("POST", "/refunds", headers=headers)
    assert (answer.status, answer.error["code"]) == (400, "idempotency_key_required")
    assert "Idempotency-Key" in answer.error["message"]
