"""What the clock does: looks, expiry, review, and money that comes too late."""

from __future__ import annotations

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import PRICE, order_terms
from tests.integration.payments.stories import hear
from tests.world import World, deadline

S = PaymentStatus


@pytest.mark.invariant("PAY-18", "PAY-19")
def test_an_abandoned_checkout_is_looked_at_five_times_and_then_cancelled_at_the_provider(world: World) -> None:
    answer = world.checkout()
    looks = []
    for minute in range(1, 75):
        world.clock.advance(60)
        before = len(world.sandbox.journal.entries("GET"))
        world.poller.run("req", deadline())
        world.drain_queue()
        if len(world.sandbox.journal.entries("GET")) > before:
            looks.append(minute)

    assert looks == [1, 2, 5, 15, 60]
    assert world.payment(answer).status is S.EXPIRED
    assert world.sandbox.state.intents.get(world.intent_of(answer))["status"] == "canceled"
    order = world.orders.get("order-1")
    assert order is not None
    assert order.open_payment_id is None


@pytest.mark.invariant("PAY-18")
def test_a_payment_that_the_provider_never_decides_ends_with_a_person(world: World) -> None:
    answer = world.checkout()
    world.at_stripe("POST", f"/_sandbox/payment_intents/{world.intent_of(answer)}/processing")
    world.browser_pays(answer)
    hear(world)
    world.sandbox.state._timers.clear()  # nothing will ever decide it
    assert world.payment(answer).status is S.PROCESSING

    for _ in range(70):
        world.clock.advance(60)
        world.poller.run("req", deadline())
        world.drain_queue()
        world.webhooks()

    held = world.payment(answer)
    assert (held.status, held.review_reason, held.due_at) == (S.REVIEW, "still_processing", None)
    assert "PaymentsInReview" in world.alarms


@pytest.mark.invariant("PAY-18")
def test_a_lost_webhook_is_found_by_the_clock(world: World) -> None:
    answer = world.checkout()
    world.browser_pays(answer)
    world.webhooks()

    world.clock.advance(61)
    world.poller.run("req", deadline())
    world.drain_queue()

    assert world.payment(answer).status is S.PAID


@pytest.mark.invariant("PAY-19")
def test_the_provider_is_asked_before_an_unpaid_order_is_given_up(world: World) -> None:
    answer = world.checkout()
    for _ in range(4):
        world.clock.advance(899)
        world.poller.run("req", deadline())
        world.drain_queue()
    world.browser_pays(answer)
    world.webhooks()
    world.clock.advance(60)

    world.poller.run("req", deadline())
    world.drain_queue()

    assert world.payment(answer).status is S.PAID


@pytest.mark.invariant("PAY-19")
def test_money_that_comes_while_the_cancel_is_on_its_way_goes_back_once(world: World) -> None:
    answer = world.checkout()
    world.cancel(world.payment(answer).payment_id)
    world.browser_pays(answer)

    for _ in range(3):
        hear(world)
        world.settle(rounds=1)

    end = world.payment(answer)
    assert end.status is S.REFUNDED
    assert list(end.refunds) == [LATE_REFUND_ID]
    assert world.books()["orders"]["order-1"]["refunded"] == PRICE.amount
    order = world.orders.get("order-1")
    assert order is not None
    assert (order.status, order.open_payment_id) == (OrderStatus.OPEN, None)


@pytest.mark.invariant("PAY-19")
def test_a_store_that_reopens_keeps_the_money_and_the_order_is_paid(reopening: World) -> None:
    answer = reopening.checkout()
    reopening.cancel(reopening.payment(answer).payment_id)
    reopening.browser_pays(answer)

    reopening.settle(rounds=2)

    assert reopening.payment(answer).status is S.PAID
    order = reopening.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.PAID


@pytest.mark.invariant("PAY-22")
def test_two_pollers_at_once_claim_a_row_once_and_a_lost_claim_comes_back(world: World) -> None:
    world.checkout()
    world.clock.advance(61)
    first = world.poller.run("req", deadline())
    second = world.poller.run("req", deadline())
    assert (first.claimed["stripe"], second.claimed["stripe"]) == (1, 0)

    world.queue.clear()
    world.clock.advance(121)

    assert world.poller.run("req", deadline()).claimed["stripe"] == 1


@pytest.mark.invariant("PAY-22")
def test_a_poll_reads_due_rows_only(world: World) -> None:
    for number in range(2, 12):
        world.orders.register(order_terms(f"order-{number}"), correlation_id="req")
        world.checkout(f"order-{number}", key=f"key-{number}")
    done = world.checkout()
    world.browser_pays(done)
    hear(world)
    world.clock.advance(61)

    assert world.poller.run("req", deadline()).claimed["stripe"] == 10


@pytest.mark.invariant("PAY-22")
def test_an_open_circuit_leaves_the_provider_alone(world: World) -> None:
    world.checkout()
    world.clock.advance(61)
    world.poller._is_open = lambda _: True

    assert world.poller.run("req", deadline()).claimed == {}


@pytest.mark.invariant("PAY-22")
def test_claims_that_nobody_answers_come_at_growing_intervals(world: World) -> None:
    world.checkout()
    claims = []
    for minute in range(1, 61):
        world.clock.advance(60)
        if world.poller.run("req", deadline()).claimed["stripe"]:
            claims.append(minute)
        world.queue.clear()

    assert claims == [1, 3, 7, 15, 31, 47]


@pytest.mark.invariant("PAY-18", "PAY-19")
def test_an_expiry_that_the_provider_refuses_ends_with_a_person_not_in_a_loop(world: World) -> None:
    answer = world.checkout()
    refusal = {"error": {"type": "invalid_request_error", "message": "no"}}
    world.sandbox.faults.add(Fault(FaultKind.STATUS, status=400, path="cancel", body=refusal, times=99))

    for _ in range(90):
        world.clock.advance(60)
        world.poller.run("req", deadline())
        world.drain_queue()

    held = world.payment(answer)
    assert (held.status, held.review_reason) == (S.REVIEW, "cancel_refused")
    assert [event["type"] for event in world.events()].count("payment.cancel_failed") == 1
