"""What a payment's transaction writes into its order: held, paid, released, refunded.

Each is one entry of a DynamoDB transaction, so that order and payment can never tell different stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.orders.codec import order_key
from commerce.orders.model import Order, OrderStatus
from commerce.platform import dynamodb
from commerce.platform.clock import iso
from commerce.platform.dynamodb import TransactEntry

_TOUCHED = "updated_at = :now, #version = #version + :one"


def hold(table: str, order: Order, payment_id: str, now: datetime) -> TransactEntry:
    """One attempt takes the order, as it was read: same version, nothing open, not paid (PAY-01, PAY-05)."""
    return _update(
        table,
        order.order_id,
        f"SET open_payment_id = :payment, attempts = :attempt, payment_ids = :payments, {_TOUCHED}",
        condition="#version = :version AND #status = :open AND attribute_not_exists(open_payment_id)",
        now=now,
        values={
            ":payment": payment_id,
            ":payments": [*order.payment_ids, payment_id],
            ":attempt": order.attempts + 1,
            ":version": order.version,
            ":open": OrderStatus.OPEN.value,
        },
    )


def paid(table: str, order_id: str, payment_id: str, now: datetime, *, refunded: bool = False) -> TransactEntry:
    """The order is paid by this payment and by no other, ever (PAY-01); `refunded` when all of it went back already."""
    status = OrderStatus.REFUNDED if refunded else OrderStatus.PAID
    return _update(
        table,
        order_id,
        f"SET #status = :status, paid_payment_id = :payment, {_TOUCHED} REMOVE open_payment_id",
        condition="attribute_exists(pk) AND attribute_not_exists(paid_payment_id)",
        now=now,
        values={":status": status.value, ":payment": payment_id},
    )


def released(table: str, order_id: str, payment_id: str, now: datetime) -> TransactEntry:
    """The attempt is over; the order may change, and another attempt may start."""
    return _update(
        table,
        order_id,
        f"SET {_TOUCHED} REMOVE open_payment_id",
        condition="open_payment_id = :payment",
        now=now,
        values={":payment": payment_id},
    )


def refunded(table: str, order_id: str, payment_id: str, now: datetime) -> TransactEntry:
    """Everything that the order's payment had captured went back."""
    return _settled(table, order_id, payment_id, OrderStatus.REFUNDED, now)


def refund_reversed(table: str, order_id: str, payment_id: str, now: datetime) -> TransactEntry:
    """A refund failed after it had succeeded: the store has the money again (PAY-10)."""
    return _settled(table, order_id, payment_id, OrderStatus.PAID, now)


def _settled(table: str, order_id: str, payment_id: str, status: OrderStatus, now: datetime) -> TransactEntry:
    return _update(
        table,
        order_id,
        f"SET #status = :status, {_TOUCHED}",
        condition="paid_payment_id = :payment",
        now=now,
        values={":status": status.value, ":payment": payment_id},
    )


def _update(
    table: str, order_id: str, expression: str, *, condition: str, now: datetime, values: Mapping[str, object]
) -> TransactEntry:
    names = {"#version": "version"}
    if "#status" in expression + condition:
        names["#status"] = "status"
    return dynamodb.update(
        table,
        order_key(order_id),
        expression,
        condition=condition,
        names=names,
        values={**values, ":one": 1, ":now": iso(now)},
    )
