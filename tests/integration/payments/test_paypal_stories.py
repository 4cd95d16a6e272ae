"""PayPal with the real ledger: what becomes of the order when the buyer's instrument, or the buyer, lets us down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.payments.model import CaptureMethod
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict
from tests.builders import PRICE
from tests.lanes.paypal import PaypalLane
from tests.lanes.stories import book_of, check_out, hear, look, open_store, paid
from tests.world import World

S = PaymentStatus


@pytest.fixture
def world() -> Iterator[World]:
    with open_store(PaypalLane) as opened:
        yield opened


def lane_of(world: World) -> PaypalLane:
    lane = world.lanes["paypal"]
    assert isinstance(lane, PaypalLane)
    return lane


def captured_at_paypal(world: World, order_id: str = "order-1") -> int:
    book: int = lane_of(world).sandbox.books()["orders"][order_id]["captured"]  # type: ignore[index]
    return book


@pytest.mark.invariant("PAY-02")
def test_after_a_capture_declined_for_good_the_next_checkout_opens_another_order(world: World) -> None:
    lane = lane_of(world)
    first = world.payment(check_out(world, PaypalLane))
    lane.buyer_pays(first, "capture_declined")
    hear(world)
    lost = world.load(first.payment_id)
    assert (lost.status, lost.captured) == (S.FAILED, 0)
    again = check_out(world, PaypalLane, key="key-2")
    second = world.payment(again)
    assert again.status == 201
    assert (second.attempt, second.payment_id != first.payment_id) == (2, True)
    lane.buyer_pays(second)
    hear(world)
    assert world.load(second.payment_id).status is S.PAID
    assert captured_at_paypal(world) == PRICE.amount


@pytest.mark.invariant("PAY-01")
def test_an_approval_that_comes_after_the_attempt_was_let_go_takes_no_money(world: World) -> None:
    lane = lane_of(world)
    payment = world.payment(check_out(world, PaypalLane))
    world.cancel(payment.payment_id)
    world.drain_queue()
    assert world.load(payment.payment_id).status is S.CANCELED
    lane.buyer_pays(payment)
    hear(world)
    look(world, 4000)
    assert world.load(payment.payment_id).status is S.CANCELED
    with pytest.raises(Conflict, match="new checkout"):
        lane.buyer_returns(payment.payment_id)
    assert captured_at_paypal(world) == 0


@pytest.mark.invariant("PAY-25")
def test_a_dispute_that_its_webhook_tells_of_freezes_refunds_until_the_store_wins(world: World) -> None:
    lane = lane_of(world)
    payment = world.payment(check_out(world, PaypalLane))
    lane.buyer_pays(payment)
    hear(world)
    capture = world.load(payment.payment_id).charge_ref
    assert capture is not None
    opened = lane.sandbox.world.open_dispute(capture)
    hear(world)
    assert world.load(payment.payment_id).status is S.DISPUTED
    with pytest.raises(Conflict):
        world.refund(payment.payment_id, "r1", 1000)
    lane.sandbox.world.resolve_dispute(opened["dispute_id"], "RESOLVED_SELLER_FAVOUR")
    hear(world)
    assert world.load(payment.payment_id).status is S.PAID
    world.refund(payment.payment_id, "r1", 1000)
    world.drain_queue()
    assert world.load(payment.payment_id).refunded == 1000


def test_a_chargeback_shows_as_a_refund_that_nobody_asked_for(world: World) -> None:
    lane = lane_of(world)
    payment = world.payment(check_out(world, PaypalLane))
    lane.buyer_pays(payment)
    hear(world)
    capture = world.load(payment.payment_id).charge_ref
    assert capture is not None
    lane.sandbox.world.reverse_capture(capture)
    hear(world)
    seen = world.load(payment.payment_id)
    assert (seen.status, seen.refunded, len(seen.refunds)) == (S.REFUNDED, PRICE.amount, 1)


@pytest.mark.invariant("PAY-18")
def test_an_order_that_paypal_deleted_frees_the_order(world: World) -> None:
    lane = lane_of(world)
    payment = world.payment(check_out(world, PaypalLane))
    assert payment.provider_ref is not None
    lane.sandbox.world.forget_order(payment.provider_ref)
    look(world)
    assert world.load(payment.payment_id).status is S.EXPIRED
    assert check_out(world, PaypalLane, key="key-2").status == 201


@pytest.mark.invariant("PAY-07")
@pytest.mark.parametrize(("arrives", "becomes"), [(True, S.PAID), (False, S.FAILED)])
def test_a_capture_whose_money_is_under_way_stays_open_until_paypal_has_decided(
    world: World, arrives: bool, becomes: PaymentStatus
) -> None:
    lane = lane_of(world)
    payment = world.payment(check_out(world, PaypalLane, capture_method=CaptureMethod.MANUAL))
    lane.buyer_pays(payment)
    hear(world)
    (held,) = lane.sandbox.state.authorizations
    lane.sandbox.world.next_captures(held["id"], "ECHECK")
    world.capture(payment.payment_id, None)
    world.drain_queue()
    look(world)
    waiting = world.load(payment.payment_id)
    assert (waiting.status, waiting.pending_reason, waiting.authorized) == (S.PENDING, "ECHECK", PRICE.amount)
    assert all(capture.status.is_open for capture in waiting.captures.values())
    (capture,) = lane.sandbox.state.captures
    (lane.sandbox.world.complete_capture if arrives else lane.sandbox.world.deny_capture)(capture["id"])
    hear(world)
    ended = world.load(payment.payment_id)
    assert ended.status is becomes
    assert [one.status.value for one in ended.captures.values()] == ["succeeded" if arrives else "failed"]
    assert len(lane.sandbox.state.captures) == 1


@pytest.mark.invariant("PAY-10")
def test_a_chargeback_that_the_store_wins_is_counted_as_refunded_only_until_then(world: World) -> None:
    lane = lane_of(world)
    payment = paid(world, PaypalLane)
    box = lane.sandbox.world
    box.list_refunds(False)
    dispute = box.open_dispute(payment.charge_ref or "")
    box.reverse_capture(payment.charge_ref or "")
    hear(world)
    lost = world.load(payment.payment_id)
    assert (lost.refunded, lost.refundable) == (PRICE.amount, 0)
    box.withdraw_reversal(payment.charge_ref or "")
    box.resolve_dispute(dispute["dispute_id"], "RESOLVED_SELLER_FAVOUR")
    hear(world)
    won = world.load(payment.payment_id)
    assert (won.status, won.refunded, won.refundable) == (S.PAID, 0, PRICE.amount)


@pytest.mark.invariant("PAY-08")
def test_a_refund_made_at_paypal_and_listed_late_is_counted_once(world: World) -> None:
    lane = lane_of(world)
    payment = paid(world, PaypalLane)
    lane.sandbox.world.list_refunds(False)
    world.refund(payment.payment_id, "r1", PRICE.amount)
    world.drain_queue()
    hear(world)
    lane.sandbox.world.list_refunds()
    look(world)
    hear(world)
    back = world.load(payment.payment_id)
    assert (back.status, back.refunded, back.open_commands) == (S.REFUNDED, PRICE.amount, ())
    assert book_of(world, PaypalLane)["refunded"] == PRICE.amount
