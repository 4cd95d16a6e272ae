"""After the checkout: captures, refunds, disputes, and what is done in the provider's dashboard."""

from __future__ import annotations

import pytest

from commerce.orders.model import OrderStatus
from commerce.payments.model import CaptureMethod, CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict
from commerce.platform.money import Money
from tests.builders import PRICE, order_terms
from tests.integration.payments.stories import charge_of, hear, pay
from tests.tables import tables
from tests.world import World, deadline

S = PaymentStatus


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
    order = world.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.PAID
    told = [event["type"] for event in world.events() if event["type"].startswith("order.")]
    assert sorted(told) == ["order.paid", "order.refund_reversed", "order.refunded", "order.registered"]


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


@pytest.mark.invariant("PAY-14", "PLT-01")
def test_an_order_whose_money_went_back_before_we_looked_is_refunded_and_free_of_its_attempt(world: World) -> None:
    answer = world.checkout()
    world.browser_pays(answer)
    world.at_stripe("POST", "/v1/refunds", key="sk_test_sandbox", payment_intent=world.intent_of(answer))
    hear(world)

    assert world.payment(answer).status is S.REFUNDED
    order = world.orders.get("order-1")
    assert order is not None
    assert (order.status, order.open_payment_id) == (OrderStatus.REFUNDED, None)
    assert order.paid_payment_id == world.payment(answer).payment_id
    told = {event["type"] for event in world.events()}
    assert "order.refunded" in told
    assert "order.paid" not in told, "nobody is to ship it"


@pytest.mark.invariant("PAY-11")
def test_a_cancel_that_was_refused_can_be_asked_for_again(world: World) -> None:
    answer = world.checkout()
    intent = world.intent_of(answer)
    world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/processing")
    world.browser_pays(answer)
    hear(world)
    payment_id = world.payment(answer).payment_id
    world.cancel(payment_id, key="first")
    world.drain_queue()
    assert world.load(payment_id).cancellation is not None
    refused = world.load(payment_id)
    assert refused.cancellation is not None
    assert refused.cancellation.status is CommandStatus.FAILED

    world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/complete", outcome="failed")
    hear(world)
    world.clock.advance(60)
    world.cancel(payment_id, key="second")
    world.drain_queue()

    assert world.load(payment_id).status is S.CANCELED


@pytest.mark.invariant("PAY-19")
def test_a_payment_that_outlived_a_refused_cancel_is_kept(world: World) -> None:
    answer = world.checkout()
    intent = world.intent_of(answer)
    world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/processing")
    world.browser_pays(answer)
    hear(world)
    world.cancel(world.payment(answer).payment_id)
    world.drain_queue()

    world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/complete", outcome="succeeded")
    hear(world)

    assert (world.payment(answer).status, world.payment(answer).refunds) == (S.PAID, {})
    order = world.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.PAID


def test_the_event_says_what_was_really_taken(world: World) -> None:
    held = pay(world, capture_method=CaptureMethod.MANUAL)
    world.capture(held.payment_id, 9_000)
    world.drain_queue()
    hear(world)

    (data,) = [event["data"] for event in world.events() if event["type"] == "order.paid"]
    assert (data["amount"], data["paid_amount"]) == (PRICE.amount, 9_000)
