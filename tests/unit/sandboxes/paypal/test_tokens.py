from __future__ import annotations

import pytest

from local.sandboxes.paypal import scopes
from local.sandboxes.paypal.app import CLIENT_ID, CLIENT_SECRET
from tests.unit.sandboxes.paypal.support import Bench


def test_a_token_tells_its_life_and_its_scopes(bench: Bench) -> None:
    token = bench.ask_token().json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 32_400)
    assert "https://uri.paypal.com/services/disputes/read-seller" in token["scope"].split()
    assert token["app_id"].startswith("APP-")
    assert token["nonce"]


def test_every_call_for_a_token_is_counted(bench: Bench) -> None:
    bench.ask_token()
    bench.ask_token(auth=(CLIENT_ID, "wrong"))
    assert bench.session.get("https://x.example/_sandbox/tokens").json() == {"calls": 3, "live": 2}


@pytest.mark.parametrize("auth", [(CLIENT_ID, "wrong"), ("wrong", CLIENT_SECRET), None])
def test_a_wrong_client_gets_no_token(bench: Bench, auth: tuple[str, str] | None) -> None:
    answer = bench.ask_token(auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_only_client_credentials_are_granted(bench: Bench) -> None:
    answer = bench.ask_token(data={"grant_type": "password"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert bench.ask_token(data=b"{}", headers={"Content-Type": "application/json"}).status_code == 415


def test_no_token_no_answer(bench: Bench) -> None:
    answer = bench.session.get("https://x.example/v2/checkout/orders/1")
    assert (answer.status_code, answer.json()["name"]) == (401, "AUTHENTICATION_FAILURE")


def test_a_token_ends_by_the_clock(bench: Bench) -> None:
    assert bench.create().status_code == 201
    bench.box.advance(32_400)
    answer = bench.create()
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    bench.renew()
    assert bench.create().status_code == 201


def test_revoked_tokens_are_invalid(bench: Bench) -> None:
    assert bench.control("/tokens/revoke").json() == {"revoked": 1}
    answer = bench.create()
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_a_token_without_the_scope_is_not_authorized(bench: Bench) -> None:
    bench.control("/tokens/scopes", scopes=[scopes.ORDERS])
    answer = bench.get("/v1/customer/disputes")
    assert (answer.status_code, answer.json()["name"]) == (403, "NOT_AUTHORIZED")
    assert bench.create().status_code == 201
    bench.control("/tokens/scopes")
    assert bench.get("/v1/customer/disputes").status_code == 200
