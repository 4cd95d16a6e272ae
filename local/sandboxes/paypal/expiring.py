"""What ends by itself: approvals that nobody used in 3 hours, holds that nobody captured in 29 days."""

from __future__ import annotations

from datetime import timedelta

from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.authorizing import LIVE, is_over, release
from local.sandboxes.paypal.events import reversal
from local.sandboxes.paypal.resource import Resource

APPROVAL_LASTS = timedelta(hours=3)
"""developer.paypal.com/docs/checkout/apm/reference/handle-uncaptured-payments: the default."""


def expire(account: Account) -> None:
    for order in account.orders:
        if order["status"] == "APPROVED" and account.age_of(order["_approved_at"]) >= APPROVAL_LASTS:
            take_back_approval(account, order)
    for authorization in account.authorizations:
        if authorization["_parent"] is None and authorization["status"] in LIVE and is_over(account, authorization):
            release(account, authorization, expired=True)


def take_back_approval(account: Account, order: Resource) -> None:
    order.update(status="VOIDED", update_time=account.stamp)
    reversal(account, order)
