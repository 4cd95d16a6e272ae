"""Pix and boleto through Stripe with the whole kernel around them: webhook, clock, another try, another method."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commerce.orders.model import Address
from commerce.payments.checkout import Checkout, CheckoutRequest
from commerce.payments.methods.boleto import BoletoMethod
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.payer import Payer
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict
from commerce.platform.idempotency import Answer, KeyedRequest
from tests.builders import PRICE
from tests.world import World, deadline

S = PaymentStatus
PAYER = Payer("Ana Souza", "39053344705", "ana@example.com")
ADDRESS = Address("Rua das Flores", "São Paulo", "BR", "01310100", "100", None, "Bela Vista", "SP")
METHODS: dict[str, CheckoutMethod] = {"pix": PixMethod(expires_seconds=1800), "boleto": BoletoMethod(due_days=3)}
DAY = timedelta(days=1).total_seconds()


def check_out(world: World, method: str, key: str = "key-1", **choices: Any) -> Answer:
    desk = Checkout(
        orders=world.orders,
        ledger=world.ledger,
        observer=world.observer,
        records=world.records,
        gateway=world.gateway,
        method=METHODS[method],
        table="CommerceTable",
        clock=world.clock,
        enqueue=world.enqueuers,
    )
    keyed = KeyedRequest.of(route=f"checkout/{method}", caller="user-1", key=key, body=[str(choices)])
    payer = PAYER if method == "pix" else Payer(PAYER.name, PAYER.tax_id, PAYER.email, ADDRESS)
    request = CheckoutRequest("order-1", CheckoutChoices(payer=payer, **choices), keyed, "req-checkout")
    return desk.pay(request, authorize=lambda _: None, deadline=deadline())


def opened(world: World, method: str, key: str = "key-1", **choices: Any) -> Payment:
    return world.payment(check_out(world, method, key, **choices))


def buyer_pays(world: World, payment: Payment) -> None:
    world.sandbox.world.pay(payment.provider_ref or "")


def hear(world: World) -> None:
    for delivery in world.webhooks():
        assert world.receive(delivery) == 200
    world.drain_queue()


def time_passes(world: World, days: float, every: float) -> None:
    for _ in range(round(days * DAY / every)):
        world.clock.advance(every)
        hear(world)
        world.poller.run("req-poll", deadline())
        world.drain_queue()


def test_a_pix_is_shown_paid_and_told_once(world: World) -> None:
    answer = check_out(world, "pix")
    assert answer.status == 201
    assert answer.body["pix"]["code"].startswith("000201")
    buyer_pays(world, world.payment(answer))
    hear(world)
    payment = world.payment(answer)
    assert (payment.status, payment.captured, payment.provider, payment.method) == (
        S.PAID,
        PRICE.amount,
        "stripe",
        "pix",
    )
    assert [event["type"] for event in world.events()].count("payment.paid") == 1


@pytest.mark.invariant("PAY-21")
def test_a_boleto_is_shown_and_confirmed_by_its_bank(world: World) -> None:
    answer = check_out(world, "boleto")
    shown = answer.body["boleto"]
    assert (shown["due_date"], len(shown["barcode"]), len(shown["digitable_line"])) == ("2026-11-27", 44, 47)
    buyer_pays(world, world.payment(answer))
    hear(world)
    assert world.payment(answer).status is S.PROCESSING
    time_passes(world, days=2, every=3 * 3600)
    assert world.payment(answer).status is S.PAID


@pytest.mark.invariant("PAY-18")
@pytest.mark.parametrize(("method", "days", "every"), [("pix", 0.05, 300), ("boleto", 17, 6 * 3600)])
def test_what_nobody_pays_is_ended_by_the_clock(world: World, method: str, days: float, every: float) -> None:
    payment = opened(world, method)
    time_passes(world, days=days, every=every)
    assert world.load(payment.payment_id).status is S.EXPIRED
    order = world.orders.get("order-1")
    assert order is not None
    assert order.open_payment_id is None


@pytest.mark.invariant("PAY-02")
@pytest.mark.parametrize(("method", "seconds"), [("pix", 1860), ("boleto", 7 * DAY)])
def test_after_its_end_a_buyer_gets_another_one_at_once(world: World, method: str, seconds: float) -> None:
    first = opened(world, method)
    world.clock.advance(seconds)
    hear(world)
    second = opened(world, method, "key-2")
    assert second.payment_id != first.payment_id
    assert second.status is S.ACTION_REQUIRED
    assert world.load(first.payment_id).status is S.EXPIRED
    buyer_pays(world, second)
    world.sandbox.advance(4 * DAY)
    hear(world)
    assert world.load(second.payment_id).status is S.PAID


def test_a_buyer_goes_from_an_open_pix_to_a_card(world: World) -> None:
    pix = opened(world, "pix")
    card = world.checkout(key="key-2")
    assert world.load(pix.payment_id).status is S.EXPIRED
    world.browser_pays(card)
    hear(world)
    assert world.payment(card).status is S.PAID


@pytest.mark.invariant("PAY-01", "PAY-02")
def test_an_open_boleto_keeps_its_order_until_stripe_gives_it_up(world: World) -> None:
    boleto = opened(world, "boleto")
    for key in ("key-2", "key-3"):
        with pytest.raises(Conflict) as refused:
            world.checkout(key=key)
        assert refused.value.code == "payment_in_progress"
    told = [event["data"] for event in world.events() if event["type"] == "payment.cancel_failed"]
    assert [data["failure_code"] for data in told] == ["cancel_not_supported"]
    buyer_pays(world, boleto)
    world.sandbox.world.complete(boleto.provider_ref or "")
    hear(world)
    paid = world.load(boleto.payment_id)
    assert (paid.status, paid.refunds) == (S.PAID, {})
    assert world.books()["violations"] == []


@pytest.mark.invariant("PAY-10")
def test_a_boleto_that_should_go_back_says_that_it_cannot(world: World) -> None:
    boleto = opened(world, "boleto")
    buyer_pays(world, boleto)
    world.sandbox.world.complete(boleto.provider_ref or "")
    hear(world)
    world.refund(boleto.payment_id, "r1", 500)
    world.drain_queue()
    refund = world.load(boleto.payment_id).refunds["r1"]
    assert (refund.status.value, refund.failure) == ("failed", "refund_not_supported")
    assert world.load(boleto.payment_id).refundable == PRICE.amount
