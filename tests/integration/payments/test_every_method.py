"""What holds for every method and provider alike: one charge, one effect, one story."""

from __future__ import annotations

import pytest

from commerce.payments.late import LatePolicy
from commerce.payments.status import DEAD, PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID
from commerce.platform.errors import Conflict, Unprocessable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import PRICE
from tests.lanes.every import LANES, name_of
from tests.lanes.lane import Lane
from tests.lanes.stories import book_of, buyer_pays, check_out, hear, look, one_charge, open_store, paid

S = PaymentStatus
every = pytest.mark.parametrize("lane", LANES, ids=name_of)
refundable = pytest.mark.parametrize("lane", [lane for lane in LANES if lane.refunds], ids=name_of)
OURS = r"^/(v2/checkout/orders|.*cob.*|v1/payments|pix/qrcode|boleto/generate)"


@every
@pytest.mark.invariant("PAY-01", "PAY-13")
def test_paid_once_and_told_once_however_often_the_webhook_comes(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        answer = check_out(world, lane)
        assert answer.status == 201
        buyer_pays(world, world.payment(answer))
        deliveries = world.webhooks()
        for _ in range(10):
            for delivery in deliveries:
                assert world.receive(delivery) == 200
        world.drain_queue()
        hear(world)
        look(world, lane.seconds_between_looks)

        assert world.payment(answer).status is S.PAID
        one_charge(world, lane)
        told = [event["type"] for event in world.events()]
        assert (told.count("payment.paid"), told.count("order.paid")) == (1, 1)


@every
@pytest.mark.invariant("PAY-18")
def test_a_lost_webhook_is_made_good_by_the_clock(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        answer = check_out(world, lane)
        buyer_pays(world, world.payment(answer))
        world.webhooks()
        for _ in range(4):
            look(world, lane.seconds_between_looks)

        assert world.payment(answer).status is S.PAID


@every
@pytest.mark.invariant("PAY-03")
def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        first = check_out(world, lane)
        calls = len(world.lanes[lane.provider].sandbox.journal.entries())

        assert check_out(world, lane).body == first.body
        with pytest.raises(Unprocessable) as refused:
            check_out(world, lane, "order-2")

        assert refused.value.code == "idempotency_key_reused"
        assert len(world.lanes[lane.provider].sandbox.journal.entries()) == calls


@every
@pytest.mark.invariant("PAY-01", "PAY-02")
def test_another_key_comes_back_to_the_same_attempt(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        first = world.payment(check_out(world, lane))
        again = world.payment(check_out(world, lane, key="key-2"))

        assert (again.payment_id, again.provider_ref) == (first.payment_id, first.provider_ref)
        assert again.instructions == first.instructions


@every
@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("kind", [FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER])
def test_an_answer_that_was_lost_is_unknown_until_the_provider_is_asked(lane: type[Lane], kind: FaultKind) -> None:
    with open_store(lane) as world:
        world.lanes[lane.provider].sandbox.faults.add(Fault(kind, path=OURS, times=4))
        answer = check_out(world, lane)
        assert (answer.status, world.payment(answer).status) == (202, S.UNKNOWN)

        world.lanes[lane.provider].sandbox.faults.clear()
        world.clock.advance(40)
        again = check_out(world, lane, key="key-2") if lane.repeats else None
        for _ in range(4):
            look(world)
        found = world.payment(answer)

        if again is not None:
            assert world.payment(again).payment_id == found.payment_id
            assert found.status is S.ACTION_REQUIRED
        else:
            assert found.abandoned, "what nobody was shown is given up, and the order is free"


@every
@pytest.mark.invariant("PAY-19")
def test_an_attempt_that_nobody_pays_is_ended_and_the_order_is_free(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        answer = check_out(world, lane)
        for _ in range(lane.looks_until_over):
            look(world, lane.seconds_between_looks)

        assert world.payment(answer).status in DEAD
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is None
        assert world.payment(check_out(world, lane, key="key-2")).attempt == 2


@refundable
@pytest.mark.invariant("PAY-07", "PAY-08", "PAY-09")
def test_refunds_by_name_never_over_what_was_paid(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        payment = paid(world, lane)
        for refund_id, key in (("r1", "a"), ("r2", "b"), ("r1", "c")):
            world.refund(payment.payment_id, refund_id, 500, key=key)
            world.drain_queue()
        with pytest.raises(Unprocessable) as refused:
            world.refund(payment.payment_id, "r3", PRICE.amount, key="d")
        hear(world)

        assert refused.value.code == "refund_exceeds_captured"
        assert world.load(payment.payment_id).refunded == 1_000
        assert book_of(world, lane)["refunded"] == 1_000


@pytest.mark.parametrize("lane", [lane for lane in LANES if lane.pays_late], ids=name_of)
@pytest.mark.invariant("PAY-19")
def test_money_for_a_cancelled_attempt_goes_back_once(lane: type[Lane]) -> None:
    with open_store(lane, late_policy=LatePolicy.REFUND) as world:
        payment = world.payment(check_out(world, lane))
        world.cancel(payment.payment_id)
        world.drain_queue()
        assert world.load(payment.payment_id).status is S.CANCELED
        world.lanes[lane.provider].buyer_pays_late(payment)
        hear(world)
        hear(world)

        late = world.load(payment.payment_id)
        assert late.returned
        assert late.refunds[LATE_REFUND_ID].amount == PRICE.amount
        assert book_of(world, lane)["refunded"] == PRICE.amount
        assert "order.paid" not in [event["type"] for event in world.events()]


@every
@pytest.mark.invariant("PAY-01", "PAY-02")
def test_a_buyer_who_chooses_a_card_instead_is_let_through_once_the_other_is_dead(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        other = world.payment(check_out(world, lane))
        try:
            world.checkout(key="card-1")
        except Conflict as conflict:
            assert conflict.code == "cancel_in_progress"
            assert conflict.retryable
            assert conflict.retry_after == 2
        world.drain_queue()

        if not lane.cancels:
            with pytest.raises(Conflict) as refused:
                world.checkout(key="card-1")
            assert refused.value.code == "payment_in_progress"
            return
        answer = world.checkout(key="card-1")

        assert answer.status == 201
        assert world.load(other.payment_id).status in DEAD
        assert world.payment(answer).provider == "stripe"


@every
@pytest.mark.invariant("AUT-04")
def test_events_carry_nothing_personal(lane: type[Lane]) -> None:
    with open_store(lane) as world:
        paid(world, lane)
        text = str(world.events())
        for secret in ("39053344705", "ana@example.com", "Ana Souza", "+5511987654321", "br.gov.bcb.pix"):
            assert secret not in text
