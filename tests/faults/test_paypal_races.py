"""PayPal's approval has three takers, the buyer's return, the webhook and the clock: one of them takes the money."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from commerce.payments.model import CaptureMethod
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict, ProviderRefused, VersionConflict
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.builders import PRICE
from tests.lanes.paypal import PaypalLane
from tests.lanes.stories import book_of, check_out, hear, look, one_charge, open_store
from tests.world import Killed, World

S = PaymentStatus
CAPTURE = r"/capture$"


@pytest.fixture
def world() -> Iterator[World]:
    with open_store(PaypalLane) as opened:
        yield opened


def lane_of(world: World) -> PaypalLane:
    lane = world.lanes["paypal"]
    assert isinstance(lane, PaypalLane)
    return lane


def approved(world: World, outcome: str = "ok") -> str:
    payment = world.payment(check_out(world, PaypalLane))
    lane_of(world).buyer_pays(payment, outcome)
    return payment.payment_id


def captures(world: World) -> int:
    entries = lane_of(world).sandbox.journal.entries()
    return sum(1 for entry in entries if entry.path.endswith("/capture"))


@pytest.mark.invariant("PAY-17")
@pytest.mark.parametrize("first", ["return", "webhook"])
def test_whoever_comes_first_takes_it_and_the_other_gives_the_same_answer(world: World, first: str) -> None:
    payment_id = approved(world)
    if first == "webhook":
        hear(world)
    answer = lane_of(world).buyer_returns(payment_id)
    hear(world)

    assert (answer.status, answer.body["payment"]["status"]) == (200, "paid")
    assert captures(world) == 1
    one_charge(world, PaypalLane)


@pytest.mark.invariant("PAY-17", "PLT-03")
def test_a_return_that_dies_anywhere_is_finished_by_the_others() -> None:
    with open_store(PaypalLane) as world:
        payment_id = approved(world)
        world.act(lambda: lane_of(world).buyer_returns(payment_id))
        steps = len(world.steps.names)
    for number in range(1, steps + 1):
        for after in (False, True):
            with open_store(PaypalLane) as world:
                payment_id = approved(world)
                died = world.act(lambda: lane_of(world).buyer_returns(payment_id), kill_at=number, after=after)  # noqa: B023
                assert isinstance(died, Killed)
                hear(world)
                for _ in range(4):
                    look(world)
                    hear(world)

                assert world.load(payment_id).status is S.PAID, died
                one_charge(world, PaypalLane)


@pytest.mark.invariant("PAY-17")
def test_many_returns_and_webhooks_at_once_take_it_once(world: World) -> None:
    payment_id = approved(world)
    for delivery in world.webhooks():
        world.receive(delivery)
    hints = [message for message in world.queue if message["type"] == "CHECKOUT.ORDER.APPROVED"]
    outcomes: list[object] = []
    start = threading.Barrier(12)

    def together(act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(act())
        except (Conflict, VersionConflict) as conflict:
            outcomes.append(conflict)

    acts: list[Callable[[], object]] = [lambda: lane_of(world).buyer_returns(payment_id)] * 6
    acts += [lambda: world.work_on(hints[0])] * 6
    threads = [threading.Thread(target=together, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.drain_queue()
    hear(world)
    look(world)

    assert len(outcomes) == 12
    assert world.load(payment_id).status is S.PAID
    one_charge(world, PaypalLane)
    assert [event["type"] for event in world.events()].count("payment.paid") == 1


@pytest.mark.invariant("PAY-04", "PAY-09")
@pytest.mark.parametrize("kind", [FaultKind.CUT_AFTER, FaultKind.CUT_BEFORE])
def test_a_capture_whose_answer_was_lost_is_found_and_not_made_again(world: World, kind: FaultKind) -> None:
    payment_id = approved(world)
    lane_of(world).sandbox.faults.add(Fault(kind, path=CAPTURE, times=4))
    answer = lane_of(world).buyer_returns(payment_id)
    assert answer.status == 202

    for _ in range(4):
        look(world)
        hear(world)

    assert world.load(payment_id).status is S.PAID
    one_charge(world, PaypalLane)


def test_a_declined_instrument_sends_the_buyer_back_and_the_next_approval_counts(world: World) -> None:
    payment_id = approved(world, "declined")
    with pytest.raises(ProviderRefused) as refused:
        lane_of(world).buyer_returns(payment_id)
    assert refused.value.details["approve_url"]
    hear(world)
    assert world.load(payment_id).status is S.FAILED
    asked = captures(world)
    look(world)
    assert captures(world) == asked, "nobody asks again before the buyer approves again"

    lane_of(world).buyer_pays(world.load(payment_id))
    answer = lane_of(world).buyer_returns(payment_id)

    assert answer.body["payment"]["status"] == "paid"
    one_charge(world, PaypalLane)


def test_a_second_approval_is_taken_by_its_webhook_when_the_buyer_never_returns(world: World) -> None:
    payment_id = approved(world, "declined")
    hear(world)
    assert world.load(payment_id).status is S.FAILED
    lane_of(world).buyer_pays(world.load(payment_id))
    hear(world)
    hear(world)

    assert world.load(payment_id).status is S.PAID


def test_who_returns_without_having_approved_is_sent_to_approve(world: World) -> None:
    payment = world.payment(check_out(world, PaypalLane))
    with pytest.raises(Conflict) as refused:
        lane_of(world).buyer_returns(payment.payment_id)
    assert refused.value.code == "payment_not_approved"
    assert str(refused.value.details["approve_url"]).startswith("https://")


@pytest.mark.invariant("PAY-11", "PAY-19")
def test_a_cancelled_attempt_is_never_taken_although_the_buyer_approves(world: World) -> None:
    payment = world.payment(check_out(world, PaypalLane))
    world.cancel(payment.payment_id)
    world.drain_queue()
    lane_of(world).buyer_pays(payment)
    hear(world)
    with pytest.raises(Conflict) as refused:
        lane_of(world).buyer_returns(payment.payment_id)

    assert refused.value.code == "payment_over"
    assert book_of(world, PaypalLane)["captured"] == 0


@pytest.mark.invariant("PAY-25")
def test_a_dispute_freezes_refunds_and_is_told(world: World) -> None:
    payment_id = approved(world)
    lane_of(world).buyer_returns(payment_id)
    hear(world)
    (capture,) = book_of(world, PaypalLane)["charges"]
    lane_of(world).sandbox.world.open_dispute(capture)
    hear(world)

    assert world.load(payment_id).status is S.DISPUTED
    with pytest.raises(Conflict) as refused:
        world.refund(payment_id, "r1", 1)
    assert refused.value.code == "refunds_frozen"
    assert "payment.disputed" in [event["type"] for event in world.events()]


def test_an_authorised_payment_is_captured_later_in_part(world: World) -> None:
    payment = world.payment(check_out(world, PaypalLane, capture_method=CaptureMethod.MANUAL))
    lane_of(world).buyer_pays(payment)
    assert lane_of(world).buyer_returns(payment.payment_id).body["payment"]["status"] == "authorized"
    world.clock.advance(4 * 86_400)
    world.capture(payment.payment_id, 10_000)
    world.drain_queue()
    hear(world)

    settled = world.load(payment.payment_id)
    assert (settled.status, settled.captured) == (S.PAID, 10_000)
    assert book_of(world, PaypalLane)["captured"] == 10_000 < PRICE.amount


def test_a_capture_that_paypal_declined_for_good_takes_a_new_checkout(world: World) -> None:
    payment_id = approved(world, "capture_declined")
    with pytest.raises(Conflict) as refused:
        lane_of(world).buyer_returns(payment_id)
    assert refused.value.code == "payment_over"

    assert world.payment(check_out(world, PaypalLane, key="key-2")).attempt == 2


@pytest.mark.invariant("PAY-02")
def test_another_button_of_paypal_is_the_same_attempt(world: World) -> None:
    first = world.payment(check_out(world, PaypalLane, funding_source="paypal"))
    again = world.payment(check_out(world, PaypalLane, key="key-2", funding_source="paylater"))

    assert again.payment_id == first.payment_id


@pytest.mark.invariant("PAY-07", "PAY-09")
def test_a_refund_under_way_is_not_failed_by_the_answer_to_a_doubled_request(world: World) -> None:
    payment_id = approved(world)
    lane_of(world).buyer_returns(payment_id)
    sandbox = lane_of(world).sandbox
    sandbox.world.refunds_pend()
    doubled = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "DUPLICATE_INVOICE_ID"}]}
    sandbox.faults.add(Fault(FaultKind.STATUS, status=422, path="/refund$", stage=FaultStage.AFTER, body=doubled))
    world.refund(payment_id, "r1", 5_000)
    world.drain_queue()
    assert world.load(payment_id).refundable == PRICE.amount - 5_000

    for row in list(sandbox.state.refunds):
        sandbox.world.settle_refund(row["id"])
    hear(world)
    assert world.load(payment_id).refunded == 5_000 == book_of(world, PaypalLane)["refunded"]


@pytest.mark.invariant("PAY-13")
def test_an_approval_told_ten_times_tries_a_declined_instrument_once(world: World) -> None:
    payment_id = approved(world, "declined")
    deliveries = [delivery for delivery in world.webhooks() if delivery.kind == "CHECKOUT.ORDER.APPROVED"]
    for _ in range(10):
        for delivery in deliveries:
            assert world.receive(delivery) == 200
    world.drain_queue()

    assert captures(world) <= 2, "the first approval, and what may have been a second one"
    assert world.load(payment_id).status is S.FAILED


def test_a_second_look_at_a_decline_still_says_declined(world: World) -> None:
    payment_id = approved(world, "declined")
    for _ in range(2):
        with pytest.raises(ProviderRefused) as refused:
            lane_of(world).buyer_returns(payment_id)
        assert refused.value.details["approve_url"]
    look(world)
    assert world.load(payment_id).failure is not None
