"""The sandbox's own books: what came in and went back, order by order, for assertions in tests."""

from __future__ import annotations

from typing import Any

from local.sandboxes.brazil_payments.transactions import Transaction, Transactions


def books(transactions: Transactions) -> dict[str, Any]:
    """Sums in cents by the order that descriptions and instructions name ("Order <order id>").

    Returns:
        `{"orders": {order_id: {...}}, "violations": [text]}`. An order has `currency`, `payments` (how many
        transactions), `charges` (ids of those that took money), `captured` (all that came in, surplus included) and
        `refunded`. A violation names an order of which more than one transaction still holds money.
    """
    orders: dict[str, dict[str, Any]] = {}
    holding: dict[str, list[str]] = {}
    for transaction in transactions.all.values():
        name = transaction.order_id or f"(no order: {transaction.id})"
        _enter(orders.setdefault(name, _empty()), transaction)
        if transaction.received > transaction.returned:
            holding.setdefault(name, []).append(transaction.id)
    violations = [
        f"order {name} was paid by {len(ids)} transactions: {', '.join(ids)}"
        for name, ids in holding.items()
        if len(ids) > 1
    ]
    return {"orders": orders, "violations": violations}


def _enter(order: dict[str, Any], transaction: Transaction) -> None:
    order["payments"] += 1
    if transaction.received:
        order["charges"].append(transaction.id)
        order["captured"] += transaction.received
        order["refunded"] += transaction.returned


def _empty() -> dict[str, Any]:
    return {"currency": "BRL", "payments": 0, "charges": [], "captured": 0, "refunded": 0}
