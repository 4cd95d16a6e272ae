"""A payer's complaint and its course (Customer Disputes v1)."""

from __future__ import annotations

from commerce.platform.clock import iso
from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.events import emit
from local.sandboxes.paypal.money import minor, money
from local.sandboxes.paypal.refunding import left, reverse
from local.sandboxes.paypal.resource import Resource

REASONS = (
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", "UNAUTHORISED",
    "CREDIT_NOT_PROCESSED", "DUPLICATE_TRANSACTION", "INCORRECT_AMOUNT", "PAYMENT_BY_OTHER_MEANS",
    "CANCELED_RECURRING_BILLING", "PROBLEM_WITH_REMITTANCE", "OTHER",
)  # fmt: skip
OPEN_STATUSES = ("OPEN", "WAITING_FOR_BUYER_RESPONSE", "WAITING_FOR_SELLER_RESPONSE", "UNDER_REVIEW")
OUTCOMES = (
    "RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR", "RESOLVED_WITH_PAYOUT", "CANCELED_BY_BUYER", "ACCEPTED",
    "DENIED", "NONE",
)  # fmt: skip
_TO_BUYER = ("RESOLVED_BUYER_FAVOUR", "ACCEPTED")
_STATES = {
    "OPEN": "OPEN_INQUIRIES",
    "WAITING_FOR_BUYER_RESPONSE": "REQUIRED_OTHER_PARTY_ACTION",
    "WAITING_FOR_SELLER_RESPONSE": "REQUIRED_ACTION",
    "UNDER_REVIEW": "UNDER_PAYPAL_REVIEW",
    "RESOLVED": "RESOLVED",
}


def open_dispute(account: Account, capture: Resource, *, reason: str, amount: int | None) -> Resource:
    currency = capture["amount"]["currency_code"]
    number = account.new_id(12)
    dispute: Resource = {
        "_kind": "dispute",
        "_capture": capture["id"],
        "dispute_id": f"PP-R-{number[:3]}-{number[3:]}",
        "create_time": iso(account.now),
        "update_time": iso(account.now),
        "disputed_transactions": [_transaction(account, capture)],
        "reason": reason,
        "status": "OPEN",
        "dispute_state": _STATES["OPEN"],
        "dispute_amount": money(minor(capture["amount"]) if amount is None else amount, currency),
        "dispute_life_cycle_stage": "INQUIRY",
        "dispute_channel": "INTERNAL",
    }
    account.disputes.add(dispute)
    emit(account, "CUSTOMER.DISPUTE.CREATED", dispute)
    return dispute


def update(account: Account, dispute: Resource, status: str) -> None:
    _move(account, dispute, status)
    emit(account, "CUSTOMER.DISPUTE.UPDATED", dispute)


def resolve(account: Account, dispute: Resource, outcome: str) -> None:
    """In the buyer's favour the money is taken back from the store, with an event of its own."""
    _move(account, dispute, "RESOLVED")
    dispute["dispute_outcome"] = {"outcome_code": outcome}
    if outcome in _TO_BUYER:
        capture = account.captures.get(dispute["_capture"])
        amount = min(minor(dispute["dispute_amount"]), left(account, capture))
        dispute["dispute_outcome"]["amount_refunded"] = money(amount, capture["amount"]["currency_code"])
        if amount:
            reverse(account, capture, "BUYER_COMPLAINT", amount)
    emit(account, "CUSTOMER.DISPUTE.RESOLVED", dispute)


def _move(account: Account, dispute: Resource, status: str) -> None:
    dispute.update(status=status, dispute_state=_STATES[status], update_time=iso(account.now))
    if status == "UNDER_REVIEW":
        dispute["dispute_life_cycle_stage"] = "CHARGEBACK"


def _transaction(account: Account, capture: Resource) -> Resource:
    shown: Resource = {
        "buyer_transaction_id": account.new_id(),
        "seller_transaction_id": capture["id"],
        "create_time": capture["create_time"],
        "transaction_status": capture["status"],
        "gross_amount": capture["amount"],
        "seller": {"merchant_id": account.settings.merchant_id, "name": "Sandbox Store"},
    }
    names = {"custom_id": "custom", "invoice_id": "invoice_number"}
    return shown | {names[key]: capture[key] for key in names if key in capture}
