from __future__ import annotations

from collections.abc import Callable

import pytest
import stripe

from local.sandboxes.stripe.charging import AUTHORIZATION_SECONDS
from tests.unit.sandboxes.stripe.support import START, Bench


@pytest.fixture
def held(bench: Bench) -> stripe.PaymentIntent:
    return bench.pay(capture_method="manual")


def test_manual_capture_holds_first(bench: Bench, held: stripe.PaymentIntent) -> None:
    charge = bench.charge(held)
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 1000, 0)
    assert (charge.captured, charge.amount_captured) == (False, 0)
    assert charge.payment_method_details.card.capture_before == START + AUTHORIZATION_SECONDS  # type: ignore[union-attr]
    assert bench.events()[-1] == "payment_intent.amount_capturable_updated"


def test_a_full_capture(bench: Bench, held: stripe.PaymentIntent) -> None:
    done = bench.v1.payment_intents.capture(held.id)
    assert (done.status, done.amount_received, done.amount_capturable) == ("succeeded", 1000, 0)
    assert bench.events()[-2:] == ["charge.captured", "payment_intent.succeeded"]
    assert bench.charge(done).amount_refunded == 0


def test_a_partial_capture_releases_the_rest_as_a_refund(bench: Bench, held: stripe.PaymentIntent) -> None:
    done = bench.v1.payment_intents.capture(held.id, params={"amount_to_capture": 700})
    charge = bench.charge(done)
    assert (done.amount, done.amount_received) == (1000, 700)
    assert (charge.amount, charge.amount_captured, charge.amount_refunded, charge.refunded) == (1000, 700, 300, False)
    assert charge.refunds is not None
    assert [(refund.amount, refund.reason) for refund in charge.refunds.data] == [(300, None)]
    orders = bench.box.books()["orders"]
    assert isinstance(orders, dict)
    assert (orders["order-1"]["captured"], orders["order-1"]["refunded"]) == (700, 0)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        bench.v1.refunds.create(params={"payment_intent": held.id, "amount": 701})
    assert bench.v1.refunds.create(params={"payment_intent": held.id}).amount == 700


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amount_to_capture": 1001}, "amount_too_large"),
        ({"amount_to_capture": 0}, "parameter_invalid_integer"),
        ({"amount_to_capture": 500, "final_capture": False}, None),
    ],
)
def test_captures_that_are_refused(
    bench: Bench, held: stripe.PaymentIntent, params: dict[str, object], code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.payment_intents.capture(held.id, params=params)
    assert refused.value.code == code
    assert bench.v1.payment_intents.retrieve(held.id).status == "requires_capture"


def test_capture_happens_once(bench: Bench, held: stripe.PaymentIntent) -> None:
    bench.v1.payment_intents.capture(held.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.payment_intents.capture(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error.payment_intent.status == "succeeded"  # type: ignore[union-attr]


def test_an_authorisation_lapses_by_itself(bench: Bench, held: stripe.PaymentIntent) -> None:
    bench.box.advance(AUTHORIZATION_SECONDS - 1)
    assert bench.v1.payment_intents.retrieve(held.id).status == "requires_capture"
    bench.box.advance(1)
    gone = bench.v1.payment_intents.retrieve(held.id)
    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == ("canceled", "automatic", 0)
    assert bench.charge(gone).refunded
    assert bench.events()[-2:] == ["charge.expired", "payment_intent.canceled"]
    with pytest.raises(stripe.InvalidRequestError):
        bench.v1.payment_intents.capture(held.id)


def test_a_captured_payment_does_not_lapse(bench: Bench, held: stripe.PaymentIntent) -> None:
    bench.v1.payment_intents.capture(held.id)
    bench.box.advance(AUTHORIZATION_SECONDS * 2)
    assert bench.v1.payment_intents.retrieve(held.id).status == "succeeded"


def test_an_authorisation_may_lapse_without_showing_it(bench: Bench, held: stripe.PaymentIntent) -> None:
    bench.control(f"/payment_intents/{held.id}/expire", quietly=True)
    assert bench.v1.payment_intents.retrieve(held.id).status == "requires_capture"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.payment_intents.capture(held.id)
    assert refused.value.code == "capture_charge_authorization_expired"


def test_cancel_releases_what_is_held(bench: Bench, held: stripe.PaymentIntent) -> None:
    gone = bench.v1.payment_intents.cancel(held.id, params={"cancellation_reason": "requested_by_customer"})
    charge = bench.charge(gone)
    assert (gone.status, gone.cancellation_reason, gone.canceled_at) == ("canceled", "requested_by_customer", START)
    assert (charge.refunded, charge.captured, charge.amount_captured) == (True, False, 0)
    assert bench.events()[-2:] == ["charge.refunded", "payment_intent.canceled"]
    assert bench.box.books()["orders"]["order-1"]["charges"] == []  # type: ignore[index]


def test_what_is_paid_cannot_be_canceled(bench: Bench) -> None:
    paid = bench.pay()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.payment_intents.cancel(paid.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_what_is_canceled_cannot_be_confirmed_or_changed(bench: Bench) -> None:
    intent = bench.intent()
    bench.v1.payment_intents.cancel(intent.id)
    acts: list[Callable[[], object]] = [
        lambda: bench.v1.payment_intents.confirm(intent.id, params={"payment_method": "pm_card_visa"}),
        lambda: bench.v1.payment_intents.update(intent.id, params={"amount": 2000}),
        lambda: bench.v1.payment_intents.cancel(intent.id),
    ]
    for act in acts:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act()
        assert refused.value.code == "payment_intent_unexpected_state"
    assert bench.v1.payment_intents.update(intent.id, params={"description": "late"}).description == "late"


def test_an_open_intent_can_be_changed(bench: Bench) -> None:
    intent = bench.intent()
    changed = bench.v1.payment_intents.update(
        intent.id,
        params={"amount": 2500, "currency": "USD", "payment_method": "pm_card_visa", "receipt_email": "a@b.example"},
    )
    assert (changed.amount, changed.currency, changed.status) == (2500, "usd", "requires_confirmation")
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
        bench.v1.payment_intents.confirm(bench.intent().id)
