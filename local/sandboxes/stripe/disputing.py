"""Disputes, early fraud warnings and reviews: what banks and Radar do with a charge afterwards."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.resource import Resource

EVIDENCE_SECONDS = 9 * 24 * 3600

EVIDENCE_FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
    "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip
EVIDENCE = (
    *EVIDENCE_FILES,
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
    "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    "uncategorized_text",
)  # fmt: skip


def open_dispute(
    account: Account,
    charge: Resource,
    *,
    reason: str = "fraudulent",
    amount: int | None = None,
    inquiry: bool = False,
) -> Resource:
    """A chargeback withdraws the money at once; an inquiry only asks, and leaves the charge refundable."""
    dispute = account.disputes.add(
        {
            "id": account.new_id("du_"),
            "object": "dispute",
            "amount": amount or charge["amount_captured"],
            "balance_transactions": [],
            "charge": charge["id"],
            "created": account.now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
            "evidence_details": {
                "due_by": account.now + EVIDENCE_SECONDS,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            "is_charge_refundable": inquiry,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            **_method(charge, inquiry),
            "reason": reason,
            "status": "warning_needs_response" if inquiry else "needs_response",
        }
    )
    charge["disputed"] = True
    emit(account, "charge.dispute.created", dispute)
    if not inquiry:
        emit(account, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _method(charge: Resource, inquiry: bool) -> Resource:
    """Stripe describes the method of few disputes, and those of Pix are none of them."""
    card = charge["payment_method_details"].get("card")
    if card is None:
        return {}
    case = "inquiry" if inquiry else "chargeback"
    shown = {"brand": card["brand"], "case_type": case, "network_reason_code": "10.4"}
    return {"payment_method_details": {"card": shown, "type": "card"}}


def close_dispute(account: Account, dispute: Resource, outcome: str, call: Call | None = None) -> Resource:
    """
    Args:
        outcome: won, lost, or warning_closed of an inquiry.
    """
    dispute["status"] = outcome
    dispute["is_charge_refundable"] = outcome != "lost"
    emit(account, "charge.dispute.closed", dispute, call)
    if outcome == "won":
        emit(account, "charge.dispute.funds_reinstated", dispute, call)
    return dispute


def refunds_are_blocked(account: Account, charge: Resource) -> bool:
    return any(
        dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"] for dispute in account.disputes
    )


def warn_of_fraud(account: Account, charge: Resource, fraud_type: str = "unauthorized_use_of_card") -> Resource:
    warning = account.warnings.add(
        {
            "id": account.new_id("issfr_"),
            "object": "radar.early_fraud_warning",
            "actionable": not charge["refunded"] and not charge["disputed"],
            "charge": charge["id"],
            "created": account.now,
            "fraud_type": fraud_type,
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    emit(account, "radar.early_fraud_warning.created", warning)
    return warning


def open_review(account: Account, charge: Resource, reason: str = "rule") -> Resource:
    review = account.reviews.add(
        {
            "id": account.new_id("prv_"),
            "object": "review",
            "billing_zip": None,
            "charge": charge["id"],
            "closed_reason": None,
            "created": account.now,
            "ip_address": None,
            "ip_address_location": None,
            "livemode": False,
            "open": True,
            "opened_reason": reason,
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "session": None,
        }
    )
    charge["review"] = review["id"]
    account.intents.get(charge["payment_intent"])["review"] = review["id"]
    emit(account, "review.opened", review)
    return review


def close_review(account: Account, review: Resource, reason: str = "approved") -> Resource:
    review.update(open=False, closed_reason=reason, reason=reason)
    account.charges.get(review["charge"])["review"] = None
    account.intents.get(review["payment_intent"])["review"] = None
    emit(account, "review.closed", review)
    return review
