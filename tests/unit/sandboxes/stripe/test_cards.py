from __future__ import annotations

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import Bench


@pytest.mark.parametrize(
    ("card", "brand", "last4", "funding"),
    [
        ("pm_card_visa", "visa", "4242", "credit"),
        ("pm_card_visa_debit", "visa", "5556", "debit"),
        ("pm_card_mastercard", "mastercard", "4444", "credit"),
        ("pm_card_amex", "amex", "0005", "credit"),
    ],
)
def test_a_card_that_pays(bench: Bench, card: str, brand: str, last4: str, funding: str) -> None:
    intent = bench.pay(card)
    charge = bench.charge(intent)
    assert (intent.status, intent.amount_received, charge.captured, charge.amount_captured) == (
        "succeeded",
        1000,
        True,
        1000,
    )
    assert charge.payment_method_details is not None
    details = charge.payment_method_details.card
    assert details is not None
    assert (details.brand, details.last4, details.funding) == (brand, last4, funding)
    assert charge.metadata.to_dict() == {"order_id": "order-1"}
    assert bench.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_card_that_is_declined(bench: Bench, card: str, code: str, decline_code: str | None) -> None:
    with pytest.raises(stripe.CardError) as declined:
        bench.pay(card)
    error = declined.value.error
    assert declined.value.http_status == 402
    assert error is not None
    assert (error.type, error.code, getattr(error, "decline_code", None)) == ("card_error", code, decline_code)
    intent = bench.v1.payment_intents.retrieve(error.payment_intent.id)  # type: ignore[union-attr]
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert (intent.last_payment_error.code, intent.last_payment_error.charge) == (code, error.charge)
    charge = bench.charge(intent)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert bench.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_a_declined_intent_takes_another_card(bench: Bench) -> None:
    with pytest.raises(stripe.CardError):
        bench.pay("pm_card_visa_chargeDeclined")
    (row,) = bench.box.state.intents
    paid = bench.v1.payment_intents.confirm(row["id"], params={"payment_method": "pm_card_visa"})
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    assert len(bench.v1.charges.list(params={"payment_intent": paid.id}).data) == 2
    assert bench.box.books()["violations"] == []


@pytest.mark.parametrize(("card", "wallet"), [("ApplePay", "apple_pay"), ("GooglePay", "google_pay")])
def test_a_wallet_is_a_card_with_a_wallet(bench: Bench, card: str, wallet: str) -> None:
    charge = bench.charge(bench.pay(f"pm_card_sandbox{card}"))
    assert charge.payment_method_details.card.wallet.type == wallet  # type: ignore[union-attr]


def test_tokens_are_cards_too(bench: Bench) -> None:
    method = bench.v1.payment_methods.create(params={"type": "card", "card": {"token": "tok_mastercard"}})
    assert bench.pay(method.id).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="No such token"):
        bench.v1.payment_methods.create(params={"type": "card", "card": {"token": "tok_unknown"}})


def test_a_method_of_nobody_pays_once(bench: Bench) -> None:
    method = bench.v1.payment_methods.create(params={"type": "card", "card": {"token": "tok_visa"}})
    bench.pay(method.id)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        bench.pay(method.id)


def test_a_confirmation_token_brings_the_method(bench: Bench) -> None:
    token = bench.v1.test_helpers.confirmation_tokens.create(params={"payment_method": "pm_card_visa"})
    intent = bench.intent()
    paid = bench.v1.payment_intents.confirm(intent.id, params={"confirmation_token": token.id})
    assert paid.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="was used"):
        bench.v1.payment_intents.confirm(bench.intent().id, params={"confirmation_token": token.id})


def test_a_payment_may_take_its_time(bench: Bench) -> None:
    intent = bench.pay("pm_card_sandboxProcessing")
    assert (intent.status, bench.charge(intent).status) == ("processing", "pending")
    assert bench.events()[-1] == "payment_intent.processing"
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        bench.v1.payment_intents.cancel(intent.id)
    bench.box.advance(3600)
    done = bench.v1.payment_intents.retrieve(intent.id)
    assert (done.status, done.amount_received, bench.charge(done).paid) == ("succeeded", 1000, True)


def test_a_processing_payment_may_fail(bench: Bench) -> None:
    intent = bench.intent(
        payment_method="pm_card_visa", automatic_payment_methods={"enabled": True, "allow_redirects": "never"}
    )
    bench.control(f"/payment_intents/{intent.id}/processing")
    assert bench.v1.payment_intents.confirm(intent.id).status == "processing"
    assert bench.control(f"/payment_intents/{intent.id}/complete", outcome="failed").status_code == 200
    assert bench.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"
    assert bench.events()[-1] == "payment_intent.payment_failed"
    bench.box.advance(7200)
    assert bench.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"
