"""Payments, snapshots and orders for tests: plausible by default, changed by keyword."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commerce.orders.model import Address, Buyer, Item, Order, OrderStatus, OrderTerms
from commerce.payments.attempts import open_attempt
from commerce.payments.model import CheckoutChoices, CommandStatus, Payment
from commerce.payments.observation import RefundSnapshot, Snapshot
from commerce.payments.status import PaymentStatus
from commerce.platform.money import Money

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PRICE = Money(12_990, "BRL")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def order_terms(order_id: str = "order-1", money: Money = PRICE, user_id: str = "user-1", **changes: Any) -> OrderTerms:
    terms = OrderTerms(
        order_id=order_id,
        money=money,
        items=(Item("SKU-1", "Cafeteira", money.amount, 1),),
        buyer=Buyer(user_id, "Ana Souza", "ana@example.com", "+5511987654321", "39053344705", "pt-BR"),
        shipping_address=Address(
            line1="Rua das Flores", number="100", city="São Paulo", state="SP", country="BR", postal_code="01310100"
        ),
    )
    return replace(terms, **changes)


def order(terms: OrderTerms | None = None, **changes: Any) -> Order:
    fresh = Order(terms or order_terms(), OrderStatus.OPEN, version=1, created_at=NOW, updated_at=NOW)
    return replace(fresh, **changes)


def payment(status: PaymentStatus = PaymentStatus.CREATED, **changes: Any) -> Payment:
    opened = open_attempt(
        order(), store="CommerceTable", provider="stripe", method="card", choices=CheckoutChoices(), now=NOW
    ).after
    settled = {"provider_ref": "pi_1", "version": 1} if status is not PaymentStatus.CREATED else {"version": 1}
    return replace(opened, **{"status": status, "lease_until": None, **settled, **changes})


def paid(amount: int = PRICE.amount, **changes: Any) -> Payment:
    status = changes.pop("status", PaymentStatus.PAID)
    return payment(status, **{"captured": amount, "authorized": amount, "charge_ref": "ch_1", **changes})


def snapshot(status: PaymentStatus | None = PaymentStatus.ACTION_REQUIRED, **changes: Any) -> Snapshot:
    reference = payment()
    captured = PRICE.amount if status is PaymentStatus.PAID else 0
    authorized = PRICE.amount if status in (PaymentStatus.PAID, PaymentStatus.AUTHORIZED) else 0
    seen = Snapshot(
        provider="stripe",
        provider_ref="pi_1",
        payment_id=reference.payment_id,
        order_id="order-1",
        status=status,
        raw_status="a_word_nobody_knows" if status is None else status.value,
        money=PRICE,
        livemode=False,
        observed_at=later(10),
        captured=captured,
        authorized=authorized,
    )
    return replace(seen, **changes)


def seen_refund(
    amount: int, status: CommandStatus = CommandStatus.SUCCEEDED, *, refund_id: str | None = "r1", ref: str = "re_1"
) -> RefundSnapshot:
    failure = "expired_or_canceled_card" if status is CommandStatus.FAILED else None
    return RefundSnapshot(ref, refund_id, amount, status, failure)
