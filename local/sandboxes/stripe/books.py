"""The sandbox's own books: what was charged and given back, order by order, for assertions in tests."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.resource import Resource

_GIVEN = ("succeeded", "pending", "requires_action")


def books(account: Account) -> Resource:
    """Sums by the `order_id` of the charges' metadata.

    Returns:
        `{"orders": {order_id: {...}}, "violations": [text]}`. An order has `currency`, `payment_intents` (how many),
        `charges` (ids of those that hold or took money), `authorized` (held now), `captured`, `refunded` (given back
        or on its way; released authorisations are not in it), `disputed`. A violation names an order with more than
        one charge that took or holds money, or a charge that gave back more than it took.
    """
    orders: dict[str, Resource] = {}
    violations: list[str] = []
    for intent in account.intents:
        _order(orders, intent)["payment_intents"] += 1
    for charge in account.charges:
        if charge["status"] != "succeeded" or not (charge["captured"] or _held(account, charge)):
            continue
        order = _order(orders, account.intents.get(charge["payment_intent"]))
        given = sum(refund["amount"] for refund in account.refunds if _gives_back(refund, charge))
        order["charges"].append(charge["id"])
        order["authorized"] += _held(account, charge)
        order["captured"] += charge["amount_captured"]
        order["refunded"] += given
        order["disputed"] = order["disputed"] or charge["disputed"]
        if given > charge["amount_captured"]:
            violations.append(f"charge {charge['id']} gave back {given} of {charge['amount_captured']}")
    violations += [
        f"order {name} has {len(order['charges'])} successful charges: {', '.join(order['charges'])}"
        for name, order in orders.items()
        if len(order["charges"]) > 1
    ]
    return {"orders": orders, "violations": violations}


def _order(orders: dict[str, Resource], intent: Resource) -> Resource:
    name = intent["metadata"].get("order_id") or f"(no order_id: {intent['id']})"
    return orders.setdefault(
        name,
        {
            "currency": intent["currency"],
            "payment_intents": 0,
            "charges": [],
            "authorized": 0,
            "captured": 0,
            "refunded": 0,
            "disputed": False,
        },
    )


def _held(account: Account, charge: Resource) -> int:
    if charge["captured"]:
        return 0
    return int(account.intents.get(charge["payment_intent"])["amount_capturable"])


def _gives_back(refund: Resource, charge: Resource) -> bool:
    return refund["charge"] == charge["id"] and refund["status"] in _GIVEN and not refund["_release"]
