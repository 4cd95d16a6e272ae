"""What the provider tells by itself: in any order, about unknown and foreign objects, and forged."""

from __future__ import annotations

import random

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.errors import NotFound
from tests.builders import PRICE, order_terms
from tests.integration.payments.stories import charge_of, hear, pay
from tests.tables import tables
from tests.world import World

S = PaymentStatus


@pytest.mark.invariant("PAY-14")
def test_every_order_of_a_payments_webhooks_ends_in_the_same_state() -> None:
    ends = set()
    for number in range(24):
        with tables() as client:
            world = World(client)
            world.orders.register(order_terms(), correlation_id="req-0")
            answer = world.checkout()
            world.browser_pays(answer, "pm_card_chargeDeclined")
            world.browser_pays(answer, "pm_card_authenticationRequired")
            intent = world.intent_of(answer)
            world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/authenticate", outcome="succeeded")
            mail = world.webhooks()
            assert len(mail) >= 3, [delivery.kind for delivery in mail]
            shuffled = list(mail)
            random.Random(number).shuffle(shuffled)
            for delivery in shuffled:
                world.receive(delivery)
            world.drain_queue()
            end = world.payment(answer)
            ends.add((end.status, end.captured, end.failure))

    assert ends == {(S.PAID, PRICE.amount, None)}


@pytest.mark.invariant("PAY-15")
def test_an_event_of_an_unknown_payment_is_an_error_that_comes_back(world: World) -> None:
    stray = {
        "amount": "500",
        "currency": "brl",
        "metadata[order_id]": "order-9",
        "metadata[payment_id]": "pay_nobody",
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "allowed_payment_method_types[]": "card",
    }
    assert world.at_stripe("POST", "/v1/payment_intents", key="sk_test_sandbox", **stray)["status"] == "succeeded"
    for delivery in world.webhooks():
        world.receive(delivery)

    with pytest.raises(NotFound) as refused:
        world.drain_queue()

    assert refused.value.code == "unknown_payment"
    assert refused.value.retryable


@pytest.mark.invariant("PAY-15")
def test_an_object_of_another_application_is_counted_and_changes_nothing(world: World) -> None:
    other = {
        "amount": "500",
        "currency": "brl",
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "allowed_payment_method_types[]": "card",
    }
    world.at_stripe("POST", "/v1/payment_intents", key="sk_test_sandbox", **other)

    hear(world)

    assert world.alarms == ["ForeignObjects"]


@pytest.mark.invariant("PAY-05")
def test_an_object_that_claims_another_payments_name_is_quarantined(world: World) -> None:
    answer = world.checkout()
    victim = world.payment(answer)
    forged = {
        "amount": "50",
        "currency": "brl",
        "metadata[order_id]": "order-1",
        "metadata[payment_id]": victim.payment_id,
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "allowed_payment_method_types[]": "card",
    }
    world.at_stripe("POST", "/v1/payment_intents", key="sk_test_sandbox", **forged)

    hear(world)

    held = world.payment(answer)
    assert (held.status, held.captured) == (S.REVIEW, 0)
    assert "PaymentsQuarantined" in world.alarms


def test_a_fraud_warning_is_published_once_and_moves_nothing(world: World) -> None:
    payment = pay(world)
    world.at_stripe("POST", f"/_sandbox/charges/{charge_of(payment)}/early_fraud_warning")
    for delivery in world.webhooks():
        for _ in range(3):
            world.receive(delivery)
    world.drain_queue()

    found = world.ledger.history(payment.payment_id)
    assert found is not None
    facts = [fact for entry in found[1] for fact in entry.facts]
    assert facts.count("payment.fraud_warning") == 1
    assert found[0].status is S.PAID
