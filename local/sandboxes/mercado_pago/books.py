"""The sandbox's own books: what came in and went back, order by order, for assertions in tests."""

from __future__ import annotations

from typing import Any

from local.sandboxes.mercado_pago.account import Account


def books(account: Account) -> dict[str, Any]:
    """Sums in cents by the `order_id` of the payments' metadata.

    Returns:
        `{"orders": {order_id: {...}}, "violations": [text]}`. An order has `currency`, `payments` (how many),
        `charges` (ids of those that took money), `references` (their external references), `captured` (all that came
        in, surplus included), `refunded` (given back or on its way), `disputed`. A violation names an order of which
        more than one payment still holds money, or a payment that gave back more than it took.
    """
    orders: dict[str, dict[str, Any]] = {}
    holding: dict[str, list[str]] = {}
    violations: list[str] = []
    for payment in account.payments.values():
        name = str(payment.asked.metadata.get("order_id") or f"(no order_id: {payment.id})")
        order = orders.setdefault(name, _empty())
        order["payments"] += 1
        if payment.received == 0:
            continue
        order["charges"].append(payment.id)
        order["references"].append(payment.asked.external_reference)
        order["captured"] += payment.received
        order["refunded"] += payment.received - payment.balance
        order["disputed"] = order["disputed"] or payment.disputed
        if payment.balance > 0:
            holding.setdefault(name, []).append(str(payment.id))
        if payment.balance < 0:
            violations.append(f"payment {payment.id} gave back more than the {payment.received} it took")
    violations += [
        f"order {name} was paid by {len(ids)} payments: {', '.join(ids)}"
        for name, ids in holding.items()
        if len(ids) > 1
    ]
    return {"orders": orders, "violations": violations}


def _empty() -> dict[str, Any]:
    return {
        "currency": "BRL",
        "payments": 0,
        "charges": [],
        "references": [],
        "captured": 0,
        "refunded": 0,
        "disputed": False,
    }
