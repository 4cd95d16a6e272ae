"""Checkouts by card: declines, 3-D Secure, saved cards, currencies, repeated and mistaken requests."""

from __future__ import annotations

from datetime import datetime

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.model import CaptureMethod, CheckoutChoices
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ConfigurationError, Conflict, Forbidden, NotFound, Unprocessable
from commerce.platform.idempotency import KeyedRequest
from commerce.platform.money import Money
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import order_terms
from tests.integration.payments.stories import hear, pay
from tests.tables import tables
from tests.world import World, deadline

S = PaymentStatus


def test_a_checkout_takes_two_writes_and_one_call(world: World) -> None:
    world.act(world.checkout)

    assert world.steps.names == ["transact_write_items", "POST /v1/payment_intents", "transact_write_items"]


def test_everything_at_the_provider_carries_our_references(world: World) -> None:
    payment = pay(world)
    world.refund(payment.payment_id, "r1", 500)
    world.drain_queue()
    ours = {"order_id": "order-1", "payment_id": payment.payment_id, "user_id": "user-1"}

    assert [dict(intent["metadata"]) for intent in world.sandbox.state.intents] == [ours]
    assert [dict(charge["metadata"]) for charge in world.sandbox.state.charges] == [ours]
    assert [dict(refund["metadata"]) for refund in world.sandbox.state.refunds] == [{**ours, "refund_id": "r1"}]


def test_a_declined_card_leaves_the_attempt_open_for_another_card(world: World) -> None:
    answer = world.checkout()
    world.browser_pays(answer, "pm_card_visa_chargeDeclinedInsufficientFunds")
    hear(world)
    declined = world.payment(answer)
    assert declined.status is S.FAILED
    assert declined.failure is not None
    assert declined.failure.buyer_code == "insufficient_funds"

    again = world.checkout(key="second-click")
    assert again.body["payment"]["payment_id"] == declined.payment_id
    world.browser_pays(again)
    hear(world)

    assert world.payment(answer).status is S.PAID
    assert len(world.books()["orders"]["order-1"]["charges"]) == 1


@pytest.mark.parametrize("card", ["pm_card_visa_chargeDeclinedLostCard", "pm_card_visa_chargeDeclinedStolenCard"])
def test_a_buyer_is_never_told_that_a_card_is_lost_or_stolen(world: World, card: str) -> None:
    payment = pay(world, card)

    assert payment.failure is not None
    assert payment.failure.buyer_code == "card_declined"


@pytest.mark.parametrize(("outcome", "end"), [("succeeded", S.PAID), ("failed", S.FAILED)])
def test_a_3d_secure_card_waits_for_the_buyer(world: World, outcome: str, end: PaymentStatus) -> None:
    answer = world.checkout()
    world.browser_pays(answer, "pm_card_authenticationRequired")
    hear(world)
    assert world.payment(answer).status is S.ACTION_REQUIRED

    world.at_stripe("POST", f"/_sandbox/payment_intents/{world.intent_of(answer)}/authenticate", outcome=outcome)
    hear(world)

    assert world.payment(answer).status is end


@pytest.mark.invariant("PAY-03")
def test_the_same_key_replays_the_answer_and_another_body_is_refused(world: World) -> None:
    first = world.checkout(key="k")
    before = len(world.sandbox.journal.entries())

    assert world.checkout(key="k") == first
    with pytest.raises(Unprocessable) as refused:
        world.checkout(key="k", save_payment_method=False, capture_method=CaptureMethod.MANUAL)

    assert refused.value.code == "idempotency_key_reused"
    assert len(world.sandbox.journal.entries()) == before, "nothing was sent"


@pytest.mark.invariant("PAY-03")
def test_a_stored_answer_is_replayed_even_after_the_order_was_paid(world: World) -> None:
    first = world.checkout(key="k")
    world.browser_pays(first)
    hear(world)

    assert world.checkout(key="k") == first
    with pytest.raises(Conflict) as refused:
        world.checkout(key="other")
    assert refused.value.code == "order_already_paid"


@pytest.mark.invariant("PAY-02")
def test_other_choices_end_the_open_attempt_at_the_provider_first(world: World) -> None:
    first = world.checkout()

    second = world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)

    assert second.body["payment"]["attempt"] == 2
    assert world.sandbox.state.intents.get(world.intent_of(first))["status"] == "canceled"
    assert world.payment(first).status is S.EXPIRED


@pytest.mark.invariant("PAY-02", "PAY-19")
def test_other_choices_that_come_after_the_money_change_nothing(world: World) -> None:
    first = world.checkout()
    world.browser_pays(first)

    with pytest.raises(Conflict) as refused:
        world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)

    assert refused.value.code == "order_already_paid"
    assert (world.payment(first).status, world.payment(first).refunds) == (S.PAID, {})


@pytest.mark.invariant("PAY-02")
def test_other_choices_wait_while_the_open_attempt_is_in_doubt(world: World) -> None:
    world.sandbox.faults.add(Fault(FaultKind.CUT_AFTER))
    world.checkout()

    with pytest.raises(Conflict) as refused:
        world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)

    assert refused.value.code == "payment_in_progress"


@pytest.mark.invariant("PAY-02")
def test_other_choices_do_not_end_what_the_buyer_has_just_authorised(world: World) -> None:
    first = world.checkout(capture_method=CaptureMethod.MANUAL)
    world.browser_pays(first)
    world.webhooks()

    with pytest.raises(Conflict) as refused:
        world.checkout(key="k2")

    assert refused.value.code == "payment_in_progress"
    assert world.payment(first).status is S.AUTHORIZED
    assert world.sandbox.state.intents.get(world.intent_of(first))["status"] == "requires_capture"


@pytest.mark.invariant("PAY-02", "PAY-03")
def test_a_late_retry_does_not_end_what_was_begun_since(world: World) -> None:
    world.act(lambda: world.checkout(key="k1"), kill_at=3)
    world.clock.advance(40)
    world.work_on({"kind": "command", "payment_id": _open_payment(world)})
    second = world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)

    with pytest.raises(Conflict) as refused:
        world.checkout(key="k1")

    assert refused.value.code == "attempt_superseded"
    assert world.payment(second).status is S.ACTION_REQUIRED


def _open_payment(world: World) -> str:
    order = world.orders.get("order-1")
    assert order is not None
    assert order.open_payment_id is not None
    return order.open_payment_id


def test_a_buyer_confirms_a_saved_card_in_the_browser(world: World) -> None:
    customer = world.at_stripe("POST", "/v1/customers", key="sk_test_sandbox")["id"]
    attached = world.at_stripe(
        "POST", "/v1/payment_methods/pm_card_visa/attach", key="sk_test_sandbox", customer=customer
    )["id"]
    world.customer_ref = customer

    answer = world.checkout(payment_method_ref=attached)

    assert answer.body["payment"]["status"] == "action_required"
    assert answer.body["client_secret"]
    assert not world.books()["orders"]["order-1"]["charges"]


@pytest.mark.invariant("AUT-07")
def test_a_foreign_order_is_refused_before_anything_is_sent(world: World) -> None:
    def authorize(user_id: str) -> None:
        raise Forbidden(user_id)

    keyed = KeyedRequest.of(route="checkout/card", caller="user-2", key="k", body={})
    request = CheckoutRequest("order-1", CheckoutChoices(), keyed, "req")
    with pytest.raises(Forbidden):
        world.checkout_desk.pay(request, authorize=authorize, deadline=deadline())
    with pytest.raises(NotFound):
        world.checkout("order-nobody-knows")
    assert not world.sandbox.journal.entries()


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("money", "code"), [(Money(1234, "KWD"), "amount_too_precise"), (Money(100, "IRR"), "unsupported_currency")]
)
def test_an_amount_that_the_provider_cannot_take_is_refused_before_anything_is_written(money: Money, code: str) -> None:
    with tables() as client:
        world = World(client)
        world.orders.register(order_terms(money=money), correlation_id="req-0")

        with pytest.raises(Unprocessable) as refused:
            world.checkout()

        assert refused.value.code == code
        order = world.orders.get("order-1")
        assert order is not None
        assert order.attempts == 0
        assert not world.sandbox.journal.entries()


def test_a_saved_card_is_charged_without_the_buyer_and_a_decline_is_an_answer(world: World) -> None:
    customer = world.at_stripe("POST", "/v1/customers", key="sk_test_sandbox")["id"]
    attached = world.at_stripe(
        "POST", "/v1/payment_methods/pm_card_visa/attach", key="sk_test_sandbox", customer=customer
    )["id"]
    world.customer_ref = customer

    answer = world.checkout(payment_method_ref=attached, off_session=True)

    assert (answer.status, answer.body["payment"]["status"]) == (201, "paid")
    order = world.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.PAID


def test_a_saved_card_that_needs_its_buyer_says_so(world: World) -> None:
    customer = world.at_stripe("POST", "/v1/customers", key="sk_test_sandbox")["id"]
    attached = world.at_stripe(
        "POST",
        "/v1/payment_methods/pm_card_authenticationRequired/attach",
        key="sk_test_sandbox",
        customer=customer,
    )["id"]
    world.customer_ref = customer

    answer = world.checkout(payment_method_ref=attached, off_session=True)

    assert answer.body["payment"]["status"] in ("failed", "action_required")
    assert answer.body["payment"]["failure"]["code"] == "authentication_required"
    assert answer.body["client_secret"]


def test_saving_a_card_needs_a_customer(world: World) -> None:
    with pytest.raises(Unprocessable) as refused:
        world.checkout(save_payment_method=True)

    assert refused.value.code == "customer_required"


@pytest.mark.invariant("PAY-03")
def test_the_replayed_answer_is_the_answer_to_the_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = world.clock.now

    def passing() -> datetime:
        world.clock.advance(0.003)
        return real()

    monkeypatch.setattr(world.clock, "now", passing)

    first = world.checkout(key="k")

    assert world.checkout(key="k").body == first.body


def test_a_checkout_that_could_not_be_answered_is_not_begun(world: World) -> None:
    def missing() -> str:
        raise ConfigurationError("publishable_key is missing")

    world.publishable_key = missing

    with pytest.raises(ConfigurationError):
        world.checkout()

    assert not world.sandbox.journal.entries()
    order = world.orders.get("order-1")
    assert order is not None
    assert order.attempts == 0
