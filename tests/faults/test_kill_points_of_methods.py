"""The kill points of every method that is not a card: die before and after every step, come back, look at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from tests.builders import PRICE
from tests.lanes.every import LANES, name_of
from tests.lanes.lane import Lane
from tests.lanes.stories import book_of, buyer_pays, check_out, hear, look, one_charge, open_store, paid
from tests.world import Killed, World, deadline

type Act = Callable[[World], object]
S = PaymentStatus
every = pytest.mark.parametrize("lane", LANES, ids=name_of)
refundable = pytest.mark.parametrize("lane", [lane for lane in LANES if lane.refunds], ids=name_of)


def walk(lane: type[Lane], prepare: Callable[[World], Act], recover: Act, check: Act) -> int:
    """Run the act once per kill point, each time in a fresh store; the number of steps walked."""
    with open_store(lane) as world:
        act = prepare(world)
        world.act(lambda: act(world))
        steps = len(world.steps.names)
    for number in range(1, steps + 1):
        for after in (False, True):
            with open_store(lane) as world:
                act = prepare(world)
                died = world.act(partial(act, world), kill_at=number, after=after)
                assert isinstance(died, Killed), f"step {number} was not reached"
                try:
                    recover(world)
                    check(world)
                except AssertionError as error:
                    raise AssertionError(f"killed {died}: {error}") from error
    return steps


def is_paid_once(world: World, lane: type[Lane]) -> None:
    one_charge(world, lane)
    order = world.orders.get("order-1")
    assert order is not None
    assert order.status == "paid"
    told = [event["type"] for event in world.events()]
    assert (told.count("payment.paid"), told.count("order.paid")) == (1, 1)


@every
@pytest.mark.invariant("PAY-01", "PAY-02", "PLT-03")
def test_a_checkout_that_dies_anywhere_ends_in_one_charge(lane: type[Lane]) -> None:
    def come_back_and_pay(world: World) -> None:
        world.clock.advance(40 if lane.repeats else 400)
        answer = check_out(world, lane, key="another-key")
        if answer.status == 202:
            look(world, 400)
            answer = check_out(world, lane, key="a-third-key")
        assert answer.status in (200, 201), answer
        buyer_pays(world, world.payment(answer))
        hear(world)
        for _ in range(3):
            look(world, lane.seconds_between_looks)

    walk(
        lane,
        lambda _: lambda world: check_out(world, lane),
        come_back_and_pay,
        lambda world: is_paid_once(world, lane),
    )


@every
@pytest.mark.invariant("PAY-13", "PAY-16", "PLT-03")
def test_work_that_dies_anywhere_comes_back_and_has_one_effect(lane: type[Lane]) -> None:
    def prepare(world: World) -> Act:
        buyer_pays(world, world.payment(check_out(world, lane)))
        for delivery in world.webhooks():
            world.receive(delivery)
        if not world.queue:
            world.clock.advance(lane.seconds_between_looks)
            world.poller.run("req-poll", deadline())
        return lambda w: w.work_on(w.queue[0])

    def come_back(world: World) -> None:
        world.drain_queue()
        for _ in range(4):
            hear(world)
            look(world, lane.seconds_between_looks)

    walk(lane, prepare, come_back, lambda world: is_paid_once(world, lane))


@refundable
@pytest.mark.invariant("PAY-07", "PAY-08", "PLT-03")
def test_a_refund_that_dies_anywhere_is_made_once(lane: type[Lane]) -> None:
    def prepare(world: World) -> Act:
        payment = paid(world, lane)
        world.refund(payment.payment_id, "r1", 500)
        return lambda w: w.drain_queue()

    def come_back(world: World) -> None:
        for _ in range(5):
            look(world)
            hear(world)

    def is_refunded_once(world: World) -> None:
        assert book_of(world, lane)["refunded"] == 500
        order = world.orders.get("order-1")
        assert order is not None
        (payment,) = world.ledger.load_many(order.payment_ids)
        assert payment.refunds["r1"].status is CommandStatus.SUCCEEDED
        assert payment.refundable == PRICE.amount - 500

    walk(lane, prepare, come_back, is_refunded_once)


@pytest.mark.parametrize("lane", [lane for lane in LANES if lane.cancels], ids=name_of)
@pytest.mark.invariant("PAY-11", "PLT-03")
def test_a_cancel_that_dies_anywhere_ends_the_attempt_once(lane: type[Lane]) -> None:
    def prepare(world: World) -> Act:
        world.cancel(world.payment(check_out(world, lane)).payment_id)
        return lambda w: w.drain_queue()

    def come_back(world: World) -> None:
        for _ in range(3):
            look(world)

    def is_free(world: World) -> None:
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is None
        (payment,) = world.ledger.load_many(order.payment_ids)
        assert payment.status is S.CANCELED

    walk(lane, prepare, come_back, is_free)
