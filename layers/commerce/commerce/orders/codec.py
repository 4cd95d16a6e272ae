"""The order as a row of the table and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from commerce.orders.model import Address, Buyer, Item, Order, OrderStatus, OrderTerms
from commerce.platform.clock import iso, parse_iso
from commerce.platform.money import Money

SORT_KEY = "ORDER"


def order_key(order_id: str) -> dict[str, str]:
    return {"pk": f"ORDER#{order_id}", "sk": SORT_KEY}


def to_row(order: Order) -> dict[str, Any]:
    terms = order.terms
    row = {
        **order_key(order.order_id),
        "order_id": order.order_id,
        "amount": terms.money.amount,
        "currency": terms.money.currency,
        "items": [asdict(item) for item in terms.items],
        "buyer": _present(asdict(terms.buyer)),
        "shipping_address": _present(asdict(terms.shipping_address)),
        "status": order.status.value,
        "version": order.version,
        "attempts": order.attempts,
        "open_payment_id": order.open_payment_id,
        "paid_payment_id": order.paid_payment_id,
        "payment_ids": list(order.payment_ids),
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
    }
    return _present(row)


def from_row(row: Mapping[str, Any]) -> Order:
    terms = OrderTerms(
        order_id=row["order_id"],
        money=Money(row["amount"], row["currency"]),
        items=tuple(Item(**item) for item in row["items"]),
        buyer=Buyer(**row["buyer"]),
        shipping_address=Address(**row["shipping_address"]),
    )
    return Order(
        terms=terms,
        status=OrderStatus(row["status"]),
        version=row["version"],
        created_at=parse_iso(row["created_at"]),
        updated_at=parse_iso(row["updated_at"]),
        attempts=row["attempts"],
        open_payment_id=row.get("open_payment_id"),
        paid_payment_id=row.get("paid_payment_id"),
        payment_ids=tuple(row["payment_ids"]),
    )


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
