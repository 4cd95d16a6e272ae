"""The sandbox's own books: what was taken and given back, order by order of the store, for assertions in tests."""

from __future__ import annotations

from collections import Counter

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.authorizing import LIVE, held
from local.sandboxes.paypal.capturing import TOOK_MONEY
from local.sandboxes.paypal.money import minor
from local.sandboxes.paypal.refunding import refunds_of
from local.sandboxes.paypal.resource import Resource


def books(account: Account) -> Resource:
    """Sums by the `reference_id` of the purchase unit, which tells the store's order.

    Returns:
        `{"orders": {order_id: {...}}, "violations": [text]}`. An order has `currency`, `paypal_orders` (ids of those
        that hold or took money), `charges` (ids of captures that took money or are about to), `authorized` (held now),
        `pending`, `captured`, `refunded` (given back or on its way), `reversed` (taken back by PayPal), `disputed`;
        amounts are minor units. A violation names a PayPal order captured twice, an order of the store with more than
        one PayPal order that took or holds money, or a capture that gave back more than it took.
    """
    orders: dict[str, Resource] = {}
    violations: list[str] = []
    for paypal_order in account.orders:
        entry = _entry(orders, paypal_order)
        captures = [row for row in account.captures if row["_order"] == paypal_order["id"]]
        live = [row for row in captures if row["status"] in (*TOOK_MONEY, "PENDING")]
        held_now = _held(account, paypal_order)
        if live or held_now:
            entry["paypal_orders"].append(paypal_order["id"])
        entry["authorized"] += held_now
        for row in live:
            violations += _count(account, entry, row)
        if paypal_order["intent"] == "CAPTURE" and len(live) > 1:
            violations.append(f"PayPal order {paypal_order['id']} was captured {len(live)} times")
    violations += [
        f"order {name} has {len(entry['paypal_orders'])} PayPal orders with money: {', '.join(entry['paypal_orders'])}"
        for name, entry in orders.items()
        if len(entry["paypal_orders"]) > 1
    ]
    return {"orders": orders, "violations": violations}


def _entry(orders: dict[str, Resource], paypal_order: Resource) -> Resource:
    unit = paypal_order["purchase_units"][0]
    name = unit["reference_id"]
    if name == "default":
        name = f"(no reference_id: {paypal_order['id']})"
    sums = dict.fromkeys(("authorized", "pending", "captured", "refunded", "reversed"), 0)
    fresh = {"currency": unit["amount"]["currency_code"], "paypal_orders": [], "charges": [], **sums, "disputed": False}
    return orders.setdefault(name, fresh)


def _held(account: Account, paypal_order: Resource) -> int:
    roots = [row for row in account.authorizations if row["_order"] == paypal_order["id"] and row["_parent"] is None]
    return sum(held(account, row) for row in roots if row["status"] in LIVE)


def _count(account: Account, entry: Resource, capture: Resource) -> list[str]:
    amount = minor(capture["amount"])
    given: Counter[str] = Counter()
    for row in refunds_of(account, capture):
        given["reversed" if row["_reversal"] else "refunded"] += minor(row["amount"])
    entry["charges"].append(capture["id"])
    entry["pending" if capture["status"] == "PENDING" else "captured"] += amount
    entry["refunded"] += given["refunded"]
    entry["reversed"] += given["reversed"]
    entry["disputed"] |= any(row["_capture"] == capture["id"] for row in account.disputes)
    if given.total() > amount:
        return [f"capture {capture['id']} gave back {given.total()} of {amount}"]
    return []
