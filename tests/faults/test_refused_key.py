"""Stripe refuses our key: revoked, rolled, or without a right. Nothing is lost, and all goes on once the key works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.answers import error_body
from commerce.platform.errors import ConfigurationError
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.faults.conftest import open_world
from tests.faults.test_provider_faults import attempt, paid
from tests.world import World, deadline

MISSING_RIGHT = {
    "error": {
        "type": "invalid_request_error",
        "message": "The provided key 'rk_test_***' does not have the required permissions for this endpoint. Having "
        "the 'rak_charge_write' permission would allow this request to continue.",
    }
}


def revoke(world: World) -> None:
    _accept(world, "sk_test_rolled")


def take_a_right(world: World) -> None:
    world.sandbox.faults.add(Fault(FaultKind.STATUS, status=403, body=MISSING_RIGHT, method="POST", times=99))


def set_right(world: World) -> None:
    _accept(world, "sk_test_sandbox")
    world.sandbox.faults.clear()


def _accept(world: World, *keys: str) -> None:
    state = world.sandbox.state
    state.settings = replace(state.settings, secret_keys=keys)


each_refusal = pytest.mark.parametrize("refuse", [revoke, take_a_right])


def refused(run: Callable[[], Any]) -> ConfigurationError:
    failure = attempt(run)
    assert isinstance(failure, ConfigurationError), failure
    assert (failure.status, failure.code, failure.retryable) == (500, "provider_credentials", True)
    return failure


@pytest.mark.invariant("PAY-04", "PAY-08")
@each_refusal
def test_a_refund_waits_for_the_key_and_is_sent_with_it(refuse: Callable[[World], None]) -> None:
    with open_world() as world:
        payment_id = paid(world)
        world.refund(payment_id, "r1", 500)
        (message,) = world.queue
        refuse(world)

        for _ in range(3):
            refused(lambda: world.work_on(message))
            waiting = world.load(payment_id)
            assert waiting.refunds["r1"].status.is_open
            assert not waiting.leased(world.clock.now()), "nothing happened: nobody has to wait for a lease"
        set_right(world)
        world.work_on(message)

        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED
        assert world.books()["orders"]["order-1"]["refunded"] == 500
        assert world.books()["violations"] == []


@pytest.mark.invariant("PAY-08", "PAY-18")
@each_refusal
def test_a_refund_whose_message_gave_up_is_sent_by_the_clock(refuse: Callable[[World], None]) -> None:
    with open_world() as world:
        payment_id = paid(world)
        world.refund(payment_id, "r1", 500)
        message = world.queue.pop()
        refuse(world)
        refused(lambda: world.work_on(message))
        world.clock.advance(3600)

        set_right(world)
        world.settle(rounds=2)

        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED
        assert world.books()["orders"]["order-1"]["refunded"] == 500


@pytest.mark.invariant("PAY-01", "PAY-02")
@pytest.mark.parametrize("key", ["key-1", "another"])
@each_refusal
def test_an_order_can_be_paid_as_soon_as_the_key_works(refuse: Callable[[World], None], key: str) -> None:
    with open_world() as world:
        refuse(world)
        refused(world.checkout)
        held = world.orders.get("order-1")
        assert held is not None
        assert held.open_payment_id is not None
        waiting = world.load(held.open_payment_id)
        assert (waiting.status, waiting.abandoned) == (PaymentStatus.CREATED, False)

        set_right(world)
        answer = world.checkout(key=key)
        world.browser_pays(answer)
        world.settle(rounds=1)

        assert (answer.status, answer.body["payment"]["attempt"]) == (201, 1)
        assert len(world.sandbox.state.intents) == 1
        order = world.orders.get("order-1")
        assert order is not None
        assert order.status is OrderStatus.PAID


@pytest.mark.invariant("AUT-04")
@each_refusal
def test_the_log_learns_what_to_do_and_the_buyer_only_that_it_did_not_work(refuse: Callable[[World], None]) -> None:
    with open_world() as world:
        refuse(world)
        failure = refused(world.checkout)
        for hint in ("api_key", "STRIPE_SECRET_NAME", "dashboard.stripe.com/apikeys", "put-secret-value"):
            assert hint in failure.message
        assert "sk_test" not in failure.message
        assert "rk_test" not in failure.message
        told: Any = error_body(failure, "req-1")["error"]
        assert told["code"] == "provider_credentials"
        assert told["retryable"], "the same request goes through once the key works"
        for inner in ("api_key", "STRIPE", "Stripe", "secret"):
            assert inner not in told["message"]


@pytest.mark.invariant("PAY-01", "PAY-04")
def test_a_refused_repeat_does_not_speak_for_the_first_call() -> None:
    with open_world() as world:
        world.sandbox.faults.add(Fault(FaultKind.CUT_AFTER))
        assert world.checkout().status == 202
        world.clock.advance(40)
        revoke(world)
        refused(lambda: world.checkout(key="again"))

        set_right(world)
        repeated = world.checkout(key="again")

        assert repeated.body["payment"]["status"] == "action_required"
        assert len(world.sandbox.state.intents) == 1


@pytest.mark.invariant("PAY-04", "PAY-08")
def test_a_key_revoked_right_after_a_refund_takes_nothing_back() -> None:
    with open_world() as world:
        payment_id = paid(world)
        world.refund(payment_id, "r1", 500)
        world.sandbox.faults.add(Fault(FaultKind.STATUS, status=401, method="GET"))
        world.drain_queue()
        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SENT

        world.settle(rounds=2)

        assert world.load(payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED
        assert world.books()["orders"]["order-1"]["refunded"] == 500


@pytest.mark.invariant("PAY-18", "PAY-22")
def test_looks_with_a_refused_key_are_put_off_and_then_a_person_is_called() -> None:
    with open_world() as world:
        answer = world.checkout()
        revoke(world)
        for _ in range(60):
            world.clock.advance(600)
            world.poller.run("req", deadline())
            world.drain_queue()

        held = world.payment(answer)
        assert (held.status, held.review_reason) == (PaymentStatus.REVIEW, "provider_out_of_reach")
        assert "LooksPostponed" in world.alarms

        set_right(world)
        world.settle(rounds=10)
        assert world.payment(answer).status is PaymentStatus.EXPIRED, "it was looked at again by itself"
