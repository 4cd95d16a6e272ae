from __future__ import annotations

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import BASE, NO_REDIRECTS, Bench

ASKING = ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required", "pm_card_authenticationRequiredOnSetup"]


@pytest.mark.parametrize("card", ASKING)
def test_a_card_that_asks_pays_after_the_challenge(bench: Bench, card: str) -> None:
    intent = bench.pay(card)
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"
    assert bench.control(f"/payment_intents/{intent.id}/authenticate", outcome="succeeded").status_code == 200
    paid = bench.v1.payment_intents.retrieve(intent.id)
    assert (paid.status, paid.next_action) == ("succeeded", None)
    assert bench.charge(paid).payment_method_details.card.three_d_secure.result == "authenticated"  # type: ignore[union-attr]
    assert bench.events() == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_a_failed_challenge_charges_nothing(bench: Bench) -> None:
    intent = bench.pay("pm_card_authenticationRequired")
    bench.box.world.authenticate(intent.id, "failed")
    failed = bench.v1.payment_intents.retrieve(intent.id)
    assert (failed.status, failed.latest_charge) == ("requires_payment_method", None)
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert bench.events()[-1] == "payment_intent.payment_failed"


def test_a_bank_may_decline_after_the_challenge(bench: Bench) -> None:
    intent = bench.pay("pm_card_threeDSecureRequiredChargeDeclined")
    bench.box.world.authenticate(intent.id)
    assert bench.v1.payment_intents.retrieve(intent.id).last_payment_error.code == "card_declined"


@pytest.mark.parametrize("card", ASKING)
def test_without_a_buyer_the_bank_declines(bench: Bench, card: str) -> None:
    customer = bench.v1.customers.create()
    method = bench.v1.payment_methods.attach(card, params={"customer": customer.id})
    with pytest.raises(stripe.CardError) as declined:
        bench.pay(method.id, customer=customer.id, off_session=True)
    assert declined.value.code == "authentication_required"
    assert declined.value.error.decline_code == "authentication_required"  # type: ignore[union-attr]


def test_a_caller_may_prefer_an_error_to_a_challenge(bench: Bench) -> None:
    with pytest.raises(stripe.CardError) as declined:
        bench.pay("pm_card_authenticationRequired", error_on_requires_action=True)
    assert declined.value.code == "authentication_required"


def test_a_card_saved_with_a_challenge_pays_without_a_buyer(bench: Bench) -> None:
    customer = bench.v1.customers.create()
    intent = bench.pay("pm_card_authenticationRequiredOnSetup", customer=customer.id, setup_future_usage="off_session")
    bench.box.world.authenticate(intent.id)
    (saved,) = bench.v1.customers.payment_methods.list(customer.id).data
    again = bench.pay(saved.id, customer=customer.id, off_session=True, metadata={"order_id": "order-2"})
    assert again.status == "succeeded"


def test_three_d_secure_on_request(bench: Bench) -> None:
    asked = {"card": {"request_three_d_secure": "any"}}
    assert bench.pay("pm_card_visa", payment_method_options=asked).status == "requires_action"
    assert bench.pay("pm_card_sandboxApplePay", payment_method_options=asked).status == "succeeded"


def test_a_browser_without_stripe_js_is_sent_to_a_page_and_back(bench: Bench) -> None:
    intent = bench.pay("pm_card_authenticationRequired", return_url="https://store.example/back?x=1")
    action = intent.next_action
    assert action is not None
    assert action.type == "redirect_to_url"
    assert action.redirect_to_url is not None
    path = str(action.redirect_to_url.url).split("/_sandbox", 1)[1]
    page = bench.session.get(f"{BASE}/_sandbox{path}")
    assert 'name="outcome" value="failed"' in page.text
    back = bench.session.post(f"{BASE}/_sandbox{path}", data={"outcome": "succeeded"}, allow_redirects=False)
    assert back.status_code == 303
    assert back.headers["Location"].startswith(f"https://store.example/back?x=1&payment_intent={intent.id}&")
    assert back.headers["Location"].endswith("redirect_status=succeeded")


def test_the_page_of_the_bank_takes_no_for_an_answer(bench: Bench) -> None:
    setup = bench.v1.setup_intents.create(params={"confirm": True, "payment_method": "pm_card_authenticationRequired"})
    refused = bench.session.post(f"{BASE}/_sandbox/authenticate/{setup.id}", data={"outcome": "failed"})
    assert refused.json()["status"] == "requires_payment_method"
    assert bench.session.get(f"{BASE}/_sandbox/authenticate/pi_unknown").status_code == 404


def test_a_challenge_is_answered_once(bench: Bench) -> None:
    intent = bench.pay("pm_card_authenticationRequired")
    bench.box.world.authenticate(intent.id)
    assert bench.control(f"/payment_intents/{intent.id}/authenticate").status_code == 409
    assert bench.control("/payment_intents/pi_unknown/authenticate").status_code == 404


def test_another_card_ends_the_challenge(bench: Bench) -> None:
    intent = bench.pay("pm_card_authenticationRequired")
    paid = bench.v1.payment_intents.confirm(intent.id, params={"payment_method": "pm_card_visa"})
    assert (paid.status, paid.next_action) == ("succeeded", None)


def test_manual_confirmation_waits_for_the_server_again(bench: Bench) -> None:
    intent = bench.v1.payment_intents.create(
        params={
            "amount": 1000,
            "currency": "brl",
            "confirmation_method": "manual",
            "confirm": True,
            "payment_method": "pm_card_authenticationRequired",
        }
    )
    bench.box.world.authenticate(intent.id)
    assert bench.v1.payment_intents.retrieve(intent.id).status == "requires_confirmation"
    assert bench.v1.payment_intents.confirm(intent.id).status == "succeeded"


@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_authenticationRequired"])
def test_saving_a_card_without_a_payment(bench: Bench, card: str) -> None:
    customer = bench.v1.customers.create()
    setup = bench.v1.setup_intents.create(
        params={"customer": customer.id, "automatic_payment_methods": NO_REDIRECTS, "payment_method": card}
    )
    setup = bench.v1.setup_intents.confirm(setup.id)
    if card != "pm_card_visa":
        assert setup.status == "requires_action"
        bench.control(f"/setup_intents/{setup.id}/authenticate")
    setup = bench.v1.setup_intents.retrieve(setup.id, params={"expand": ["payment_method"]})
    assert (setup.status, setup.payment_method.customer) == ("succeeded", customer.id)
    assert bench.events()[-2:] == ["payment_method.attached", "setup_intent.succeeded"]


def test_a_setup_may_fail(bench: Bench) -> None:
    with pytest.raises(stripe.CardError) as declined:
        bench.v1.setup_intents.create(params={"confirm": True, "payment_method": "pm_card_visa_chargeDeclined"})
    assert declined.value.error.setup_intent.status == "requires_payment_method"  # type: ignore[union-attr]
    setup = bench.v1.setup_intents.create(params={"confirm": True, "payment_method": "pm_card_authenticationRequired"})
    bench.box.world.authenticate(setup.id, "failed")
    failed = bench.v1.setup_intents.retrieve(setup.id)
    assert failed.last_setup_error.code == "setup_intent_authentication_failure"
    assert bench.events().count("setup_intent.setup_failed") == 2
    assert bench.v1.setup_intents.cancel(setup.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        bench.v1.setup_intents.cancel(setup.id)
