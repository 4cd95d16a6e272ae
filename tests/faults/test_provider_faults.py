"""The provider fails in every way it can, at every call; the end is right in the provider's own books."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.model import CaptureMethod, CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import IntegrationError, ProviderUnavailable
from commerce.platform.idempotency import Answer
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.builders import PRICE
from tests.faults.conftest import open_world
from tests.world import World, deadline

S = PaymentStatus

FAULTS = {
    "cut before it acts": Fault(FaultKind.CUT_BEFORE),
    "cut after it acted": Fault(FaultKind.CUT_AFTER),
    "hangs and never acts": Fault(FaultKind.HANG, seconds=60),
    "hangs after it acted": Fault(FaultKind.HANG_AFTER, seconds=60),
    "acts late": Fault(FaultKind.DELAY, seconds=60),
    "unreachable": Fault(FaultKind.UNREACHABLE, times=9),
    "500 before": Fault(FaultKind.STATUS, status=500),
    "500 after": Fault(FaultKind.STATUS, status=500, stage=FaultStage.AFTER),
    "500 replayed, acted": Fault(FaultKind.STATUS, status=500, stage=FaultStage.STORED),
    "500 replayed, idle": Fault(FaultKind.STATUS, status=500, stage=FaultStage.STORED_IDLE),
    "503": Fault(FaultKind.STATUS, status=503),
    "429": Fault(FaultKind.STATUS, status=429, times=9),
    "HTML before": Fault(FaultKind.HTML),
    "HTML after": Fault(FaultKind.HTML, stage=FaultStage.AFTER),
    "200 unreadable": Fault(FaultKind.GARBAGE),
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture(autouse=True)
def no_real_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats within the deadline are paced; nobody has to wait for that here."""
    monkeypatch.setattr("time.sleep", lambda _: None)


def attempt(run: Any) -> Answer | IntegrationError:
    try:
        return run()  # type: ignore[no-any-return]
    except IntegrationError as error:
        return error


def paid(world: World, **choices: Any) -> str:
    answer = world.checkout(**choices)
    world.browser_pays(answer)
    for delivery in world.webhooks():
        world.receive(delivery)
    world.drain_queue()
    return str(answer.body["payment"]["payment_id"])


def work_until_done(world: World) -> None:
    """Messages come back as SQS brings them back: until they go through."""
    for _ in range(6):
        waiting, world.queue[:] = list(world.queue), []
        for message in waiting:
            if isinstance(attempt(lambda m=message: world.work_on(m)), IntegrationError):
                world.queue.append(message)
    world.adapter.run_late()
    world.settle(rounds=3)


@pytest.mark.invariant("PAY-01", "PAY-02", "PAY-04")
@each_fault
def test_a_checkout_through_any_fault_charges_once(fault: Fault) -> None:
    with open_world() as world:
        world.sandbox.faults.add(fault)

        first = attempt(world.checkout)

        if isinstance(first, Answer):
            assert first.body["payment"]["status"] in ("unknown", "action_required")
            assert (first.status == 202) is (first.body["payment"]["status"] == "unknown")
        else:
            assert isinstance(first, ProviderUnavailable)
            assert first.retryable
            assert not first.ambiguous
        world.adapter.run_late()
        world.sandbox.faults.clear()
        world.clock.advance(40)
        again = attempt(world.checkout)
        if isinstance(again, Answer) and again.status == 202:
            # A stored 500 is replayed for as long as Stripe keeps the key: only reading ends this.
            world.settle(rounds=3)
            again = attempt(lambda: world.checkout(key="later"))
        assert isinstance(again, Answer), again
        world.browser_pays(again)
        world.settle(rounds=3)

        books = world.books()
        assert books["violations"] == []
        assert len(books["orders"]["order-1"]["charges"]) == 1
        order = world.orders.get("order-1")
        assert order is not None
        assert order.status is OrderStatus.PAID


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("name", ["cut after it acted", "hangs after it acted", "500 after", "200 unreadable"])
def test_an_unclear_answer_is_unknown_and_only_reading_ends_it(name: str) -> None:
    with open_world() as world:
        world.sandbox.faults.add(FAULTS[name])
        answer = world.checkout()
        assert (answer.status, answer.body["payment"]["status"]) == (202, "unknown")
        assert answer.body["client_secret"] is None
        assert "PaymentsUnknown" in world.alarms

        world.clock.advance(61)
        world.poller.run("req", deadline())
        world.drain_queue()

        assert world.payment(answer).status is S.ACTION_REQUIRED
        assert len(world.sandbox.state.intents) == 1


@pytest.mark.invariant("PAY-04")
def test_what_the_provider_never_got_frees_the_order_after_a_read_not_before() -> None:
    with open_world() as world:
        world.sandbox.faults.add(Fault(FaultKind.HANG, seconds=60))
        answer = world.checkout()
        assert world.payment(answer).status is S.UNKNOWN

        for minutes in (1, 2, 3):
            world.clock.advance(60)
            world.poller.run("req", deadline())
            world.drain_queue()
            assert world.payment(answer).status is S.UNKNOWN, f"too early after {minutes} minutes"
        world.clock.advance(180)
        world.poller.run("req", deadline())
        world.drain_queue()

        ended = world.payment(answer)
        assert (ended.status, ended.abandoned) == (S.FAILED, True)
        assert ended.failure is not None
        assert ended.failure.code == "not_created"
        assert world.checkout(key="fresh").body["payment"]["attempt"] == 2


@pytest.mark.invariant("PAY-02", "PAY-19")
def test_a_twin_that_appears_after_it_was_given_up_is_cancelled() -> None:
    with open_world() as world:
        world.sandbox.faults.add(Fault(FaultKind.DELAY, seconds=60))
        first = world.checkout()
        world.settle(rounds=3)
        assert world.payment(first).abandoned
        second = world.checkout(key="fresh")

        assert world.adapter.run_late() == 1, "the request that hung in the network arrives after all"
        ghost = next(
            i for i in world.sandbox.state.intents if i["metadata"]["payment_id"] == world.payment(first).payment_id
        )
        world.at_stripe(
            "POST",
            f"/v1/payment_intents/{ghost['id']}/confirm",
            client_secret=ghost["client_secret"],
            payment_method="pm_card_authenticationRequired",
        )
        world.settle(rounds=2)
        world.browser_pays(second)
        world.settle(rounds=2)

        assert ghost["status"] == "canceled"
        assert world.books()["violations"] == []
        assert len(world.books()["orders"]["order-1"]["charges"]) == 1


@pytest.mark.invariant("PAY-07", "PAY-08")
@each_fault
def test_a_refund_through_any_fault_refunds_once(fault: Fault) -> None:
    with open_world() as world:
        payment_id = paid(world)
        world.refund(payment_id, "r1", 500)
        world.sandbox.faults.add(Fault(**{**_fields(fault), "path": "refunds"}))

        work_until_done(world)

        if fault is FAULTS["500 replayed, idle"]:
            # Stripe repeats the stored error until it forgets the key; then the same refund goes through.
            assert world.books()["orders"]["order-1"]["refunded"] == 0
            assert world.load(payment_id).refunds["r1"].status is CommandStatus.SENT
            world.clock.advance(24 * 3600)
            world.settle(rounds=2)
        assert world.books()["violations"] == []
        assert world.books()["orders"]["order-1"]["refunded"] == 500
        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-07")
@each_fault
def test_a_capture_through_any_fault_captures_once(fault: Fault) -> None:
    with open_world() as world:
        payment_id = paid(world, capture_method=CaptureMethod.MANUAL)
        world.capture(payment_id, 9_000)
        world.sandbox.faults.add(Fault(**{**_fields(fault), "path": "capture"}))

        work_until_done(world)

        if fault is FAULTS["500 replayed, idle"]:
            world.clock.advance(24 * 3600)
            world.settle(rounds=2)
        book = world.books()["orders"]["order-1"]
        assert (book["captured"], book["refunded"]) == (9_000, 0)
        assert world.load(payment_id).captures["c1"].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-19")
@each_fault
def test_a_cancel_through_any_fault_ends_the_attempt(fault: Fault) -> None:
    with open_world() as world:
        answer = world.checkout()
        world.cancel(answer.body["payment"]["payment_id"])
        world.sandbox.faults.add(Fault(**{**_fields(fault), "path": "cancel"}))

        work_until_done(world)

        if fault is FAULTS["500 replayed, idle"]:
            world.clock.advance(24 * 3600)
            world.settle(rounds=2)
        order = world.orders.get("order-1")
        assert order is not None
        assert order.open_payment_id is None
        assert world.payment(answer).status in (S.CANCELED, S.EXPIRED)


@pytest.mark.invariant("PAY-16", "PLT-02")
@each_fault
def test_a_webhook_whose_read_back_fails_comes_back_until_it_counts(fault: Fault) -> None:
    with open_world() as world:
        answer = world.checkout()
        world.browser_pays(answer)
        for delivery in world.webhooks():
            world.receive(delivery)
        world.sandbox.faults.add(Fault(**{**_fields(fault), "method": "GET"}))

        work_until_done(world)

        assert world.payment(answer).status is S.PAID
        assert world.payment(answer).captured == PRICE.amount


def _fields(fault: Fault) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in ("kind", "times", "seconds", "status", "stage")}


@pytest.mark.invariant("PAY-01", "PAY-04")
def test_a_refusal_of_a_repeat_does_not_speak_for_the_first_call() -> None:
    with open_world() as world:
        world.sandbox.faults.add(Fault(FaultKind.CUT_AFTER))
        assert world.checkout().status == 202
        world.clock.advance(40)
        refusal = {
            "error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such customer"}
        }
        world.sandbox.faults.add(Fault(FaultKind.STATUS, status=400, body=refusal))

        repeated = world.checkout(key="again")

        assert repeated.status == 202
        assert world.payment(repeated).status is S.UNKNOWN
        world.settle(rounds=2)
        assert world.payment(repeated).provider_ref is not None, "the first call had gone through"
        assert len(world.sandbox.state.intents) == 1
