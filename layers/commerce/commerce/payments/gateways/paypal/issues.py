"""What PayPal's issues mean to us (Orders v2 and Payments v2, the issues of capture, authorize, void and refund)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from commerce.payments.buyer_messages import BuyerCode

IN_PROGRESS = frozenset({"PREVIOUS_REQUEST_IN_PROGRESS", "ORDER_COMPLETION_IN_PROGRESS"})
"""An earlier request is at work right now: what becomes of it can only be read."""

CONFLICTS: Mapping[str, str] = MappingProxyType(
    {
        "ORDER_ALREADY_CAPTURED": "already_captured",
        "ORDER_ALREADY_AUTHORIZED": "already_authorized",
        "ORDER_ALREADY_COMPLETED": "already_completed",
        "ORDER_COMPLETED_OR_VOIDED": "already_completed",
        "ORDER_EXPIRED": "order_expired",
        "ORDER_NOT_APPROVED": "not_approved",
        "ACTION_DOES_NOT_MATCH_INTENT": "unexpected_state",
        "DUPLICATE_INVOICE_ID": "already_made",
        "PAYPAL_REQUEST_ID_PREVIOUSLY_USED": "idempotency_mismatch",
        "AUTHORIZATION_ALREADY_CAPTURED": "already_captured",
        "AUTHORIZATION_DENIED": "authorization_denied",
        "AUTHORIZATION_EXPIRED": "authorization_expired",
        "AUTHORIZATION_VOIDED": "authorization_voided",
        "PREVIOUSLY_CAPTURED": "already_captured",
        "PREVIOUSLY_VOIDED": "already_canceled",
        "CANNOT_BE_VOIDED": "unexpected_state",
        "CAPTURE_FULLY_REFUNDED": "already_refunded",
        "REFUND_AMOUNT_EXCEEDED": "refund_exceeds_captured",
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": "disputed",
        "TRANSACTION_DISPUTED": "disputed",
    }
)
"""PayPal's issue -> our code; the object is in another state than we thought: read it and adopt what it says."""

_DECLINED = {
    BuyerCode.CARD_DECLINED: (
        "COMPLIANCE_VIOLATION DECLINED_DUE_TO_RELATED_TXN INSTRUMENT_DECLINED MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED "
        "PAYEE_BLOCKED_TRANSACTION PAYER_ACCOUNT_LOCKED_OR_CLOSED PAYER_ACCOUNT_RESTRICTED PAYER_CANNOT_PAY "
        "PAYMENT_SOURCE_CANNOT_BE_USED REDIRECT_PAYER_FOR_ALTERNATE_FUNDING TRANSACTION_BLOCKED_BY_PAYEE "
        "TRANSACTION_REFUSED"
    ),
    BuyerCode.CARD_EXPIRED: "CARD_EXPIRED REFERENCED_CARD_EXPIRED",
    BuyerCode.AUTHENTICATION_REQUIRED: "PAYER_ACTION_REQUIRED",
    BuyerCode.LIMIT_EXCEEDED: "TRANSACTION_LIMIT_EXCEEDED",
    BuyerCode.NOT_SUPPORTED: "CARD_BRAND_NOT_SUPPORTED CARD_TYPE_NOT_SUPPORTED DOMESTIC_TRANSACTION_REQUIRED",
}
DECLINES: Mapping[str, BuyerCode] = MappingProxyType(
    {issue: buyer for buyer, issues in _DECLINED.items() for issue in issues.split()}
)
"""PayPal's issue -> what the buyer may be told, who goes back to PayPal and chooses another instrument."""

_SEE = "see https://www.paypal.com, Resolution Center, and try again."

REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "PENDING_CAPTURE": (
            "capture_pending",
            "The money has not arrived yet, so that it cannot be refunded; refund it once the payment is paid.",
        ),
        "MAX_NUMBER_OF_REFUNDS_EXCEEDED": (
            "too_many_refunds",
            (
                "PayPal makes no more refunds of this payment; send the rest as a payment at https://www.paypal.com, "
                "and record it with `by_hand`."
            ),
        ),
        "REFUND_TIME_LIMIT_EXCEEDED": (
            "refund_too_late",
            (
                "PayPal refunds for 180 days only; send the money as a payment at https://www.paypal.com, and record "
                "it with `by_hand`."
            ),
        ),
        "REFUND_FAILED_INSUFFICIENT_FUNDS": (
            "insufficient_balance",
            (
                "The store's PayPal balance does not cover the refund; add money at https://www.paypal.com and refund "
                "again under another refund_id."
            ),
        ),
        "REFUND_NOT_ALLOWED": (
            "not_refundable",
            "PayPal cannot refund this payment; give the money back another way, and record it with `by_hand`.",
        ),
        "REFUND_IS_RESTRICTED": (
            "not_refundable",
            "PayPal lets only the owner of the account refund this payment, at https://www.paypal.com under Activity.",
        ),
        "PARTIAL_REFUND_NOT_ALLOWED": (
            "partial_refund_not_allowed",
            "PayPal refunds this payment only as a whole; refund all of it.",
        ),
        "REFUND_AMOUNT_TOO_LOW": ("amount_too_small", "The amount is below what PayPal refunds."),
        "PENDING_AUTHORIZATION": (
            "authorization_pending",
            "PayPal is still reviewing the authorisation; capture it once the payment is authorized.",
        ),
        "MAX_CAPTURE_AMOUNT_EXCEEDED": ("capture_exceeds_authorized", "The amount is above what was authorised."),
        "MAX_CAPTURE_COUNT_EXCEEDED": ("already_captured", "PayPal makes no more captures of this authorisation."),
        "AUTH_CAPTURE_NOT_ENABLED": (
            "manual_capture_not_enabled",
            (
                "The store's PayPal account may not authorise and capture later; use capture_method automatic, or ask "
                "PayPal to switch it on."
            ),
        ),
        "PAYEE_ACCOUNT_RESTRICTED": (
            "store_account_restricted",
            f"PayPal restricts the store's account: {_SEE}",
        ),
        "PAYEE_ACCOUNT_LOCKED_OR_CLOSED": (
            "store_account_closed",
            f"PayPal locked the store's account: {_SEE}",
        ),
        "TRANSACTION_RECEIVING_LIMIT_EXCEEDED": (
            "store_limit_exceeded",
            f"The store's PayPal account may not receive so much: {_SEE}",
        ),
    }
)
"""PayPal's issue -> our code and what to tell the caller; nothing happened."""
