"""Cancellation and expiry of what was authorised."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.releasing import release
from local.sandboxes.stripe.resource import Resource


def expire_authorization(account: Account, intent: Resource) -> None:
    """Nothing, when the authorisation was captured or canceled before."""
    if intent["status"] != "requires_capture":
        return
    charge = account.charges.get(intent["latest_charge"])
    release(account, charge, "expired_uncaptured_charge")
    _close(account, intent, "automatic")
    emit(account, "charge.expired", charge)
    emit(account, "payment_intent.canceled", intent)


def cancel(account: Account, call: Call | None, intent: Resource, reason: str | None) -> None:
    charge = account.charges.find(intent["latest_charge"])
    held = intent["status"] == "requires_capture"
    if charge is not None and held:
        release(account, charge)
    _close(account, intent, reason)
    if charge is not None and held:
        emit(account, "charge.refunded", charge, call)
    emit(account, "payment_intent.canceled", intent, call)


def _close(account: Account, intent: Resource, reason: str | None) -> None:
    intent.update(
        status="canceled",
        canceled_at=account.now,
        cancellation_reason=reason,
        amount_capturable=0,
        next_action=None,
        processing=None,
    )
