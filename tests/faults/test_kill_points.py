"""Kill the process before and after every step it takes; let the message or the client come back; look at the end.

The steps are counted, not listed: a step that is added to the code is walked as well.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commerce.payments.model import CaptureMethod, CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict
from commerce.platform.idempotency import Answer
from tests.builders import PRICE
from tests.faults.conftest import open_world
from tests.world import Killed, World, deadline

type Act = Callable[[World], object]
type Prepare = Callable[[World], Act]
type Check = Callable[[World], None]
S = PaymentStatus


def walk(prepare: Prepare, recover: Act, check: Check) -> int:
    """Run the act once per kill point, each time in a fresh store; the number of steps walked."""
    with open_world() as world:
        act = prepare(world)
        world.act(lambda: act(world))
        steps = len(world.steps.names)
        recover(world)
        check(world)
    for number in range(1, steps + 1):
        for after in (False, True):
            with open_world() as world:
                act = prepare(world)
                died = world.act(partial(act, world), kill_at=number, after=after)
                assert isinstance(died, Killed), f"step {number} was not reached"
                recover(world)
                try:
                    check(world)
                except AssertionError as error:
                    raise AssertionError(f"killed {died}: {error}") from error
    return steps


def paid_world(world: World, **choices: Any) -> Answer:
    answer = world.checkout(**choices)
    world.browser_pays(answer)
    for delivery in world.webhooks():
        world.receive(delivery)
    world.drain_queue()
    return answer


def one_charge(world: World) -> None:
    """What the provider's own books say of the order."""
    books = world.books()
    assert books["violations"] == []
    book = books["orders"]["order-1"]
    assert len(book["charges"]) == 1, book
    assert book["refunded"] <= book["captured"] == PRICE.amount, book


def retry_and_pay(world: World) -> None:
    """The client comes back after the lease, on a new connection, with a key of its own; then the buyer pays."""
    world.clock.advance(40)
    answer = world.checkout(key="another-key")
    assert answer.status in (200, 201), answer
    assert answer.body["client_secret"]
    world.browser_pays(answer)
    world.settle(rounds=3)


def is_paid_once(world: World) -> None:
    one_charge(world)
    order = world.orders.get("order-1")
    assert order is not None
    assert order.status == "paid"
    payments = world.ledger.load_many(order.payment_ids)
    assert [payment.status for payment in payments] == [S.PAID]


@pytest.mark.invariant("PAY-01", "PAY-02", "PLT-03")
def test_a_checkout_that_dies_anywhere_ends_in_one_charge() -> None:
    steps = walk(lambda _: lambda world: world.checkout(), retry_and_pay, is_paid_once)

    assert steps == 3, "one write, one call, one write"


@pytest.mark.invariant("PAY-01", "PAY-04", "PLT-03")
def test_a_checkout_that_dies_anywhere_and_is_never_tried_again_is_reconciled() -> None:
    def nobody_comes_back(world: World) -> None:
        world.settle(rounds=14)

    def is_over(world: World) -> None:
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is None
        assert all(not payment.holds_order for payment in world.ledger.load_many(order.payment_ids))
        assert not world.books()["orders"].get("order-1", {}).get("charges")

    walk(lambda _: lambda world: world.checkout(), nobody_comes_back, is_over)


@pytest.mark.invariant("PAY-13", "PAY-16", "PLT-03")
def test_a_webhook_whose_worker_dies_anywhere_comes_back_and_has_one_effect() -> None:
    def prepare(world: World) -> Act:
        world.browser_pays(world.checkout())
        for delivery in world.webhooks():
            world.receive(delivery)
        return lambda w: w.work_on(w.queue[0])

    walk(prepare, lambda world: world.settle(rounds=2), is_paid_once)


@pytest.mark.invariant("PAY-16")
def test_a_webhook_is_not_acknowledged_before_it_is_queued() -> None:
    with open_world() as world:
        world.browser_pays(world.checkout())
        delivery = world.webhooks()[0]

        died = world.act(lambda: world.receive(delivery), kill_at=1)

        assert isinstance(died, Killed), "no answer went out, so the provider sends it again"
        assert not world.queue


@pytest.mark.invariant("PAY-07", "PAY-08", "PLT-03")
def test_a_refund_that_dies_anywhere_is_one_refund() -> None:
    def prepare(world: World) -> Act:
        answer = paid_world(world)
        payment_id = answer.body["payment"]["payment_id"]

        def refund(w: World) -> None:
            w.refund(payment_id, "r1", 500)
            w.drain_queue()

        return refund

    def ask_again(world: World) -> None:
        world.clock.advance(40)
        order = world.orders.get("order-1")
        assert order is not None
        world.refund(order.payment_ids[0], "r1", 500)
        world.settle(rounds=2)

    def one_refund(world: World) -> None:
        one_charge(world)
        assert world.books()["orders"]["order-1"]["refunded"] == 500
        order = world.orders.get("order-1")
        assert order is not None
        payment = world.load(order.payment_ids[0])
        assert payment.status is S.PARTIALLY_REFUNDED
        assert payment.refunds["r1"].status is CommandStatus.SUCCEEDED

    walk(prepare, ask_again, one_refund)


@pytest.mark.invariant("PLT-03")
def test_a_refund_that_was_reserved_is_sent_by_the_clock_when_its_message_is_lost() -> None:
    with open_world() as world:
        answer = paid_world(world)
        world.refund(answer.body["payment"]["payment_id"], "r1", 500)
        world.queue.clear()

        world.settle(rounds=2)

        assert world.payment(answer).refunds["r1"].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-07", "PLT-03")
def test_a_capture_that_dies_anywhere_captures_once() -> None:
    def prepare(world: World) -> Act:
        answer = paid_world(world, capture_method=CaptureMethod.MANUAL)
        payment = world.payment(answer)
        assert payment.status is S.AUTHORIZED

        def capture(w: World) -> None:
            w.capture(payment.payment_id, 9_000)
            w.drain_queue()

        return capture

    def ask_again(world: World) -> None:
        world.clock.advance(40)
        order = world.orders.get("order-1")
        assert order is not None
        try:
            world.capture(order.payment_ids[0], 9_000)
        except Conflict as refused:
            assert refused.code == "already_captured"
        world.settle(rounds=2)

    def captured_once(world: World) -> None:
        book = world.books()["orders"]["order-1"]
        assert (book["captured"], book["refunded"]) == (9_000, 0)
        order = world.orders.get("order-1")
        assert order is not None
        assert world.load(order.payment_ids[0]).captured == 9_000

    walk(prepare, ask_again, captured_once)


@pytest.mark.invariant("PAY-19", "PLT-03")
def test_a_cancel_that_dies_anywhere_cancels() -> None:
    def prepare(world: World) -> Act:
        payment_id = world.checkout().body["payment"]["payment_id"]

        def cancel(w: World) -> None:
            w.cancel(payment_id)
            w.drain_queue()

        return cancel

    def ask_again(world: World) -> None:
        world.clock.advance(40)
        order = world.orders.get("order-1")
        assert order is not None
        world.cancel(order.payment_ids[0])
        world.settle(rounds=2)

    def is_cancelled(world: World) -> None:
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is None
        assert world.load(order.payment_ids[0]).status is S.CANCELED

    walk(prepare, ask_again, is_cancelled)


@pytest.mark.invariant("PAY-22", "PLT-03")
def test_a_poll_that_dies_anywhere_leaves_the_payment_due() -> None:
    def prepare(world: World) -> Act:
        world.browser_pays(world.checkout())
        world.webhooks()
        world.clock.advance(61)

        def poll(w: World) -> None:
            w.poller.run("req", deadline())
            w.drain_queue()

        return poll

    walk(prepare, lambda world: world.settle(rounds=2), is_paid_once)


@pytest.mark.invariant("PAY-01")
def test_the_provider_forgot_its_key_and_the_client_comes_back() -> None:
    with open_world() as world:
        died = world.act(world.checkout, kill_at=2, after=True)
        assert isinstance(died, Killed), "the intent exists, nobody wrote it down"
        world.clock.advance(25 * 3600)

        answer = world.checkout(key="next-day")
        world.browser_pays(answer)
        world.settle(rounds=2)

        assert len(world.sandbox.state.intents) == 1, "the one from yesterday was found, not made again"
        is_paid_once(world)


@pytest.mark.invariant("PAY-01", "PAY-02")
def test_a_second_click_while_the_first_may_still_be_inside_sends_nothing() -> None:
    with open_world() as world:
        died = world.act(world.checkout, kill_at=2)
        assert isinstance(died, Killed), "the attempt is written, the provider was not called yet"

        with pytest.raises(Conflict) as refused:
            world.checkout(key="second-click")

        assert refused.value.code == "checkout_in_progress"
        assert refused.value.retryable
        assert not world.sandbox.journal.entries()


@pytest.mark.invariant("PAY-02", "PAY-04")
def test_nobody_is_asked_about_an_attempt_while_its_call_may_still_be_running() -> None:
    with open_world() as world:
        world.act(world.checkout, kill_at=2)
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is not None

        world.work_on({"kind": "command", "payment_id": order.open_payment_id})

        assert not world.sandbox.journal.entries()


@pytest.mark.invariant("PAY-07", "PAY-08")
def test_the_provider_forgot_the_key_of_a_refund_that_nobody_wrote_down() -> None:
    with open_world() as world:
        payment_id = paid_world(world).body["payment"]["payment_id"]
        world.refund(payment_id, "r1", 500)
        message = world.queue[0]
        died = world.act(partial(world.work_on, message), kill_at=3)
        assert isinstance(died, Killed), "the refund is at the provider, the read-back never came"
        world.clock.advance(25 * 3600)

        world.work_on(message)

        assert world.books()["orders"]["order-1"]["refunded"] == 500
        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED
