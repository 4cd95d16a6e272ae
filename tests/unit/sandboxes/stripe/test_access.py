from __future__ import annotations

import base64

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import BASE, Bench


def test_a_key_is_needed(bench: Bench) -> None:
    answer = bench.session.get(f"{BASE}/v1/payment_intents")
    assert answer.status_code == 401
    assert "did not provide an API key" in answer.json()["error"]["message"]


def test_an_unknown_key_is_refused_and_not_shown(bench: Bench) -> None:
    answer = bench.http("GET", "/v1/balance", key="sk_test_somebody_else_0000")
    assert answer.status_code == 401
    assert "somebody" not in answer.text


def test_restricted_and_basic_keys_are_keys(bench: Bench) -> None:
    assert bench.http("GET", "/v1/balance", key="rk_test_sandbox").status_code == 200
    basic = base64.b64encode(b"sk_test_sandbox:").decode()
    assert bench.session.get(f"{BASE}/v1/balance", headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_browser_may_read_and_confirm_its_own_intent_only(bench: Bench) -> None:
    intent = bench.intent(metadata={"order_id": "1"})
    path = f"/v1/payment_intents/{intent.id}"
    assert intent.client_secret is not None
    mine = {"client_secret": intent.client_secret}
    assert bench.http("GET", path, {}, key="pk_test_sandbox").json()["error"]["code"] == "parameter_missing"
    assert bench.http("GET", path, {"client_secret": "wrong"}, key="pk_test_sandbox").status_code == 400
    shown = bench.http("GET", path, mine, key="pk_test_sandbox").json()
    assert (shown["status"], "metadata" in shown) == ("requires_payment_method", False)
    card = {"payment_method_data[type]": "card", "payment_method_data[card][number]": "4242 4242 4242 4242"}
    paid = bench.http("POST", f"{path}/confirm", {**mine, **card}, key="pk_test_sandbox").json()
    assert paid["status"] == "succeeded"


def test_a_browser_may_send_its_key_as_a_parameter(bench: Bench) -> None:
    data = {"key": "pk_test_sandbox", "type": "card", "card[number]": "4000000000009995"}
    answer = bench.session.post(f"{BASE}/v1/payment_methods", data=data)
    assert (answer.status_code, answer.json()["card"]["last4"]) == (200, "9995")


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/refunds"), ("GET", "/v1/charges"), ("POST", "/v1/customers")]
)
def test_what_needs_a_secret_key_refuses_a_publishable_one(bench: Bench, method: str, path: str) -> None:
    answer = bench.http(method, path, key="pk_test_sandbox")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "secret_key_required")


def test_a_server_may_not_send_card_numbers(bench: Bench) -> None:
    with pytest.raises(stripe.CardError, match="generally unsafe"):
        bench.v1.payment_methods.create(params={"type": "card", "card": {"number": "4242424242424242"}})


def test_answers_carry_the_request_id_and_version(bench: Bench) -> None:
    answer = bench.http("GET", "/v1/balance", Stripe_Version="2026-05-27.dahlia")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-05-27.dahlia"
    assert bench.http("GET", "/v1/balance", Stripe_Version="newest").status_code == 400


def test_another_account_is_none_of_this_keys_business(bench: Bench) -> None:
    answer = bench.http("GET", "/v1/balance", Stripe_Account="acct_other")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "account_invalid")


def test_json_is_not_what_stripe_speaks(bench: Bench) -> None:
    answer = bench.session.post(
        f"{BASE}/v1/customers", json={"name": "x"}, headers={"Authorization": "Bearer sk_test_sandbox"}
    )
    assert answer.status_code == 400
    assert "x-www-form-urlencoded" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/payment_intents/search", "/v2/core/events"])
def test_a_route_outside_the_sandbox_is_a_loud_501(bench: Bench, path: str) -> None:
    answer = bench.http("PUT" if "search" in path else "GET", path)
    assert answer.status_code == 501
    assert answer.json()["error"]["code"] == "route_not_in_sandbox"
