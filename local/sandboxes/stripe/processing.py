"""Payments that take their time: `processing` until somebody, or the clock, completes them."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.charging import new_charge
from local.sandboxes.stripe.declines import GENERIC
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.failing import card_error
from local.sandboxes.stripe.resource import Resource

SECONDS = 3600


def start_processing(
    account: Account, call: Call | None, intent: Resource, method: Resource, *, seconds: int = SECONDS
) -> None:
    charge = new_charge(account, intent, method, status="pending", captured=True)
    charge["amount_captured"] = 0
    intent.update(
        status="processing",
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
        processing={"type": "card", "card": {}} if method["type"] == "card" else None,
        _processing=False,
    )
    if method["customer"] is None:
        method["_spent"] = True
    emit(account, "charge.pending", charge, call)
    emit(account, "payment_intent.processing", intent, call)
    account.later(seconds, lambda: complete(account, intent, succeeded=True))


def complete(account: Account, intent: Resource, *, succeeded: bool) -> None:
    """Nothing, when the payment is not processing any more."""
    if intent["status"] != "processing":
        return
    charge = account.charges.get(intent["latest_charge"])
    if succeeded:
        charge.update(status="succeeded", paid=True, amount_captured=charge["amount"])
        intent.update(status="succeeded", amount_received=intent["amount"], processing=None)
        emit(account, "charge.succeeded", charge)
        emit(account, "payment_intent.succeeded", intent)
        return
    method = account.methods.get(charge["payment_method"])
    charge.update(status="failed", captured=False, failure_code=GENERIC.code, failure_message=GENERIC.message)
    error = card_error(account, GENERIC, method, charge)
    intent.update(status="requires_payment_method", payment_method=None, processing=None, last_payment_error=error)
    emit(account, "charge.failed", charge)
    emit(account, "payment_intent.payment_failed", intent)
