"""The order's domain events: ids and amount, never who the buyer is (contracts/events/order.v1.json)."""

from __future__ import annotations

from commerce.platform.money import Money
from commerce.platform.outbox import DomainEvent

SOURCE = "commerce.orders"


def order_event(
    kind: str,
    *,
    order_id: str,
    user_id: str,
    money: Money,
    payment_id: str | None = None,
    paid_amount: int | None = None,
) -> DomainEvent:
    """`order.registered`, `order.updated`; `order.paid`, `order.refunded`, `order.refund_reversed` name their payment.

    Args:
        paid_amount: what was really captured, in minor units; less than the order's amount after a partial capture.
    """
    data: dict[str, object] = {
        "order_id": order_id,
        "user_id": user_id,
        "amount": money.amount,
        "currency": money.currency,
    }
    if payment_id is not None and paid_amount is not None:
        data |= {"payment_id": payment_id, "paid_amount": paid_amount}
    return DomainEvent(kind, SOURCE, data)
