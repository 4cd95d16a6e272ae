"""Holding money: authorizations, their honor period and their end (Payments v2, `authorization`).

A hold lasts 29 days. A reauthorization is a second authorization of the same hold: both share what may be captured and
the day on which it ends (developer.paypal.com/docs/checkout/advanced/authorization-honor).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from local.sandboxes.paypal.account import Account, shown_time
from local.sandboxes.paypal.capturing import CAPTURE_DECLINED, OK, PENDING_REASONS, captured
from local.sandboxes.paypal.events import emit
from local.sandboxes.paypal.money import minor, money
from local.sandboxes.paypal.resource import Resource

VALID = timedelta(days=29)
HONOR = timedelta(days=3)
LIVE = ("CREATED", "PARTIALLY_CAPTURED", "PENDING")


def authorize(account: Account, order: Resource) -> Resource:
    unit = order["purchase_units"][0]
    amount = money(minor(unit["amount"]), unit["amount"]["currency_code"])
    made = _new(account, order, amount, shown_time(account.now + VALID), None)
    if order["_outcome"] == CAPTURE_DECLINED:
        made["status"] = "DENIED"
    emit(account, "PAYMENT.AUTHORIZATION.CREATED", made)
    return made


def reauthorize(account: Account, parent: Resource, amount: Resource) -> Resource:
    """A new authorization of the same hold."""
    order = account.orders.get(parent["_order"])
    made = _new(account, order, amount, parent["expiration_time"], parent["id"])
    made["status"] = parent["status"]
    parent["_honored_at"] = account.stamp
    emit(account, "PAYMENT.AUTHORIZATION.CREATED", made)
    return made


def hold_of(account: Account, authorization: Resource) -> list[Resource]:
    """Every authorization of the hold, the original first."""
    root = authorization["_parent"] or authorization["id"]
    return [row for row in account.authorizations if root in (row["id"], row["_parent"])]


def held(account: Account, authorization: Resource) -> int:
    """Minor units that the hold still has."""
    hold = hold_of(account, authorization)
    whole = max(minor(row["amount"]) for row in hold)
    return max(0, whole - captured(account, [row["id"] for row in hold]))


def settle(account: Account, authorization: Resource, *, final: bool) -> None:
    """After a capture: how much of the hold is used."""
    hold = hold_of(account, authorization)
    used = captured(account, [row["id"] for row in hold])
    if used == 0 and not final:
        return
    status = "CAPTURED" if final or held(account, authorization) == 0 else "PARTIALLY_CAPTURED"
    for row in hold:
        row.update(status=status, update_time=account.stamp)


def release(account: Account, authorization: Resource, *, expired: bool = False) -> None:
    """The hold ends without (more) captures."""
    for row in hold_of(account, authorization):
        row.update(status="VOIDED", update_time=account.stamp, _expired=expired)
    emit(account, "PAYMENT.AUTHORIZATION.VOIDED", hold_of(account, authorization)[0])


def is_over(account: Account, authorization: Resource) -> bool:
    return datetime.fromisoformat(authorization["expiration_time"]) <= account.now


def _new(account: Account, order: Resource, amount: Resource, expires: str, parent: str | None) -> Resource:
    unit, outcome = order["purchase_units"][0], order["_outcome"]
    made: Resource = {
        "_kind": "authorization",
        "_order": order["id"],
        "_parent": parent,
        "_honored_at": account.stamp,
        "_expired": False,
        "_outcome": outcome if outcome in PENDING_REASONS else OK,
        "id": account.new_id(),
        "status": "CREATED",
        "amount": amount,
        "seller_protection": {
            "status": "ELIGIBLE",
            "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
        },
        "payee": unit["payee"],
        "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        "expiration_time": expires,
        "create_time": account.stamp,
        "update_time": account.stamp,
    }
    made |= {key: unit[key] for key in ("custom_id", "invoice_id") if key in unit}
    return account.authorizations.add(made)
