"""Money that goes back: refunds, and the release of what was authorised and not captured.

Stripe books a release as a refund of the charge, without metadata, so `amount_refunded` and `refunds` of a partly
captured charge hold more than anybody was given back.
"""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.resource import Resource


def new_refund(
    account: Account, charge: Resource, amount: int, *, status: str = "succeeded", given: Resource | None = None
) -> Resource:
    """Record a refund of `charge` and count it; the caller tells the world about it."""
    given = given or {}
    refund: Resource = {
        "id": account.new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": account.now,
        "currency": charge["currency"],
        "destination_details": _destination(status, _kind(charge)),
        "metadata": dict(given.get("metadata") or {}),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
        "_release": False,
    }
    if status == "pending":
        refund["pending_reason"] = "processing"
    _count(charge, amount)
    return account.refunds.add(refund)


def release(account: Account, charge: Resource, reason: str | None = None) -> None:
    """Give up what is authorised and not captured."""
    rest = charge["amount"] - charge["amount_captured"] - charge["amount_refunded"]
    if rest > 0:
        new_refund(account, charge, rest, given={"reason": reason})["_release"] = True


def fail_refund(
    account: Account, refund: Resource, reason: str, call: Call | None = None, status: str = "failed"
) -> None:
    """The bank sends the money back, or the refund is canceled: the charge is refundable again."""
    charge = account.charges.get(refund["charge"])
    refund["status"] = status
    refund.pop("pending_reason", None)
    if status == "failed":
        refund["failure_reason"] = reason
    _count(charge, -refund["amount"])
    emit(account, "refund.updated", refund, call)
    emit(account, "charge.refund.updated", refund, call)
    if status == "failed":
        emit(account, "refund.failed", refund, call)


def settle_refund(account: Account, refund: Resource) -> None:
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    refund["destination_details"] = _destination("succeeded", _kind(account.charges.get(refund["charge"])))
    emit(account, "refund.updated", refund)
    emit(account, "charge.refund.updated", refund)


def _count(charge: Resource, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _kind(charge: Resource) -> str:
    return str(charge["payment_method_details"]["type"])


def _destination(status: str, kind: str) -> Resource:
    if kind != "card":
        return {kind: {}, "type": kind}
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return {"card": {**card, "type": "pending" if status == "pending" else "refund"}, "type": "card"}
