"""Card payments from checkout to the end, against the strict sandbox: what buyers, banks and operators do to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.late import LatePolicy
from commerce.payments.model import CaptureMethod, CheckoutChoices, CommandStatus, Payment
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID
from commerce.platform.errors import ConfigurationError, Conflict, Forbidden, NotFound, Unprocessable
from commerce.platform.idempotency import KeyedRequest
from commerce.platform.money import Money
from tests.builders import PRICE, order_terms
from tests.tables import tables
from tests.world import World, deadline

S = PaymentStatus


@pytest.fixture
def world() -> Iterator[World]:
    with tables() as client:
        opened = World(client)
        opened.orders.register(order_terms(), correlation_id="req-0")
        yield opened


@pytest.fixture
def reopening() -> Iterator[World]:
    with tables() as client:
        opened = World(client, late_policy=LatePolicy.REOPEN)
        opened.orders.register(order_terms(), correlation_id="req-0")
        yield opened


def hear(world: World) -> None:
    """All webhooks so far arrive and are worked on."""
    for delivery in world.webhooks():
        assert world.receive(delivery) == 200
    world.drain_queue()


def pay(world: World, card: str = "pm_card_visa", **choices: Any) -> Payment:
    answer = world.checkout(**choices)
    world.browser_pays(answer, card)
    hear(world)
    return world.payment(answer)


def charge_of(payment: Payment) -> str:
    assert payment.charge_ref is not None
    return payment.charge_ref


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
def test_other_choices_wait_until_the_open_attempt_is_cancelled(world: World) -> None:
    first = world.checkout()
    with pytest.raises(Conflict) as refused:
        world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)
    assert refused.value.code == "payment_in_progress"

    world.cancel(first.body["payment"]["payment_id"])
    world.drain_queue()
    second = world.checkout(key="k2", capture_method=CaptureMethod.MANUAL)

    assert second.body["payment"]["attempt"] == 2
    assert world.sandbox.state.intents.get(world.intent_of(first))["status"] == "canceled"


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
    ("money", "at_stripe"),
    [
        (Money(500, "JPY"), 500),
        (Money(1230, "KWD"), 1230),
        (Money(1000, "UGX"), 100_000),
        (Money(50_000, "HUF"), 50_000),
        (Money(12_990, "BRL"), 12_990),
    ],
)
def test_amounts_are_the_providers_minor_units_on_charge_and_refund(money: Money, at_stripe: int) -> None:
    with tables() as client:
        world = World(client)
        world.orders.register(order_terms(money=money), correlation_id="req-0")
        payment = pay(world)
        assert (payment.status, payment.captured) == (S.PAID, money.amount)
        world.refund(payment.payment_id, "all", None)
        world.drain_queue()

        assert [charge["amount"] for charge in world.sandbox.state.charges] == [at_stripe]
        assert [refund["amount"] for refund in world.sandbox.state.refunds] == [at_stripe]
        assert world.load(payment.payment_id).status is S.REFUNDED


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


@pytest.mark.invariant("PAY-07", "PAY-09")
def test_manual_capture_takes_part_and_releases_the_rest(world: World) -> None:
    held = pay(world, capture_method=CaptureMethod.MANUAL)
    assert (held.status, held.authorized, held.captured) == (S.AUTHORIZED, PRICE.amount, 0)

    world.capture(held.payment_id, 9_000)
    world.drain_queue()
    hear(world)

    taken = world.load(held.payment_id)
    assert (taken.status, taken.captured, taken.refundable) == (S.PAID, 9_000, 9_000)
    assert world.books()["orders"]["order-1"]["authorized"] == 0


@pytest.mark.invariant("PAY-09")
def test_what_was_done_in_the_dashboard_is_adopted(world: World) -> None:
    held = pay(world, capture_method=CaptureMethod.MANUAL)
    world.at_stripe("POST", f"/v1/payment_intents/{held.provider_ref}/capture", key="sk_test_sandbox")
    world.webhooks()

    world.capture(held.payment_id, None)
    world.drain_queue()

    taken = world.load(held.payment_id)
    assert (taken.status, taken.captured) == (S.PAID, PRICE.amount)
    assert taken.captures["c1"].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-09")
def test_a_refund_that_the_dashboard_was_faster_with_is_refused_by_reading(world: World) -> None:
    payment = pay(world)
    world.refund(payment.payment_id, "r1", None)
    world.at_stripe("POST", "/v1/refunds", key="sk_test_sandbox", payment_intent=str(payment.provider_ref))
    world.drain_queue()

    end = world.load(payment.payment_id)
    assert world.books()["orders"]["order-1"]["refunded"] == PRICE.amount
    assert end.status is S.REFUNDED
    assert end.refunds["r1"].status is CommandStatus.FAILED
    assert end.refundable == 0


@pytest.mark.invariant("PAY-10")
def test_a_refund_that_fails_later_gives_the_balance_back(world: World) -> None:
    payment = pay(world, "pm_card_refundFail")
    world.refund(payment.payment_id, "r1", None)
    world.drain_queue()
    assert world.load(payment.payment_id).status is S.REFUNDED

    world.clock.advance(60)
    world.sandbox.tick()
    hear(world)

    end = world.load(payment.payment_id)
    assert (end.status, end.refundable) == (S.PAID, PRICE.amount)
    assert end.refunds["r1"].failure is not None


@pytest.mark.invariant("PAY-11")
def test_an_authorisation_that_lapses_ends_expired_and_frees_the_order(world: World) -> None:
    held = pay(world, capture_method=CaptureMethod.MANUAL)
    assert held.capture_before is not None

    world.clock.advance(8 * 86_400)
    world.sandbox.tick()
    world.webhooks()
    world.poller.run("req", deadline())
    world.drain_queue()

    assert world.load(held.payment_id).status is S.EXPIRED
    order = world.orders.get("order-1")
    assert order is not None
    assert order.open_payment_id is None


@pytest.mark.invariant("PAY-11")
def test_a_capture_that_finds_the_authorisation_gone_ends_in_a_defined_state(world: World) -> None:
    held = pay(world, capture_method=CaptureMethod.MANUAL)
    world.capture(held.payment_id, None)
    world.at_stripe("POST", f"/_sandbox/payment_intents/{held.provider_ref}/expire")
    world.drain_queue()

    end = world.load(held.payment_id)
    assert end.status is S.EXPIRED
    assert end.captures["c1"].status is CommandStatus.FAILED


@pytest.mark.invariant("PAY-15")
def test_an_event_of_an_unknown_payment_is_an_error_that_comes_back(world: World) -> None:
    stray = {
        "amount": "500",
        "currency": "brl",
        "metadata[order_id]": "order-9",
        "metadata[payment_id]": "pay_nobody",
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "payment_method_types[]": "card",
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
        "payment_method_types[]": "card",
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
        "payment_method_types[]": "card",
    }
    world.at_stripe("POST", "/v1/payment_intents", key="sk_test_sandbox", **forged)

    hear(world)

    held = world.payment(answer)
    assert (held.status, held.captured) == (S.REVIEW, 0)
    assert "PaymentsQuarantined" in world.alarms


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


@pytest.mark.invariant("PAY-25")
def test_a_dispute_freezes_refunds_until_it_is_won(world: World) -> None:
    payment = pay(world)
    opened = world.at_stripe("POST", f"/_sandbox/charges/{charge_of(payment)}/dispute", reason="fraudulent")
    hear(world)
    assert world.load(payment.payment_id).status is S.DISPUTED
    with pytest.raises(Conflict) as refused:
        world.refund(payment.payment_id, "r1", 500)
    assert refused.value.code == "refunds_frozen"

    world.at_stripe("POST", f"/_sandbox/disputes/{opened['id']}/close", outcome="won")
    hear(world)

    assert world.load(payment.payment_id).status is S.PAID
    assert world.refund(payment.payment_id, "r1", 500).status == 202


@pytest.mark.invariant("PAY-25")
def test_a_refund_on_its_way_when_the_dispute_comes_is_released(world: World) -> None:
    payment = pay(world)
    world.refund(payment.payment_id, "r1", 500)
    world.at_stripe("POST", f"/_sandbox/charges/{charge_of(payment)}/dispute", reason="fraudulent")
    world.drain_queue()

    end = world.load(payment.payment_id)
    assert end.refunds["r1"].status is CommandStatus.FAILED
    assert end.refund_reserved == 0
    assert world.books()["orders"]["order-1"]["refunded"] == 0


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


def test_a_saved_card_is_charged_without_the_buyer_and_a_decline_is_an_answer(world: World) -> None:
    customer = world.at_stripe("POST", "/v1/customers", key="sk_test_sandbox")["id"]
    attached = world.at_stripe(
        "POST", "/v1/payment_methods/pm_card_visa/attach", key="sk_test_sandbox", customer=customer
    )["id"]
    world.checkout_desk._customer_of = lambda _: customer

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
    world.checkout_desk._customer_of = lambda _: customer

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
    monkeypatch.setattr(world.clock, "now", lambda: (world.clock.advance(0.003), real())[1])

    first = world.checkout(key="k")

    assert world.checkout(key="k").body == first.body


def test_a_checkout_that_could_not_be_answered_is_not_begun(world: World) -> None:
    def missing() -> str:
        raise ConfigurationError("publishable_key is missing")

    world.checkout_desk._publishable_key = missing

    with pytest.raises(ConfigurationError):
        world.checkout()

    assert not world.sandbox.journal.entries()
    order = world.orders.get("order-1")
    assert order is not None
    assert order.attempts == 0
