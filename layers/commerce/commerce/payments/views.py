"""What the API shows of a payment: plain JSON, amounts in minor units, nothing of the provider's inner words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from commerce.payments.brazil import local_date
from commerce.payments.buyer_messages import buyer_message
from commerce.payments.instructions import Instructions
from commerce.payments.ledger import TimelineEntry
from commerce.payments.model import Cancellation, Capture, Dispute, Failure, MethodDetails, Payment, Refund
from commerce.payments.receipts import Discrepancy, Receipt
from commerce.payments.status import LIVE
from commerce.platform.clock import iso


def payment_view(payment: Payment, timeline: Sequence[TimelineEntry] | None = None) -> dict[str, Any]:
    """The payment; with `timeline`, also its history, oldest first."""
    instructions = open_instructions(payment) or Instructions()
    view: dict[str, Any] = {
        "payment_id": payment.payment_id,
        "order_id": payment.order_id,
        "status": payment.status.value,
        "provider": payment.provider,
        "method": payment.method,
        "attempt": payment.attempt,
        "amount": payment.money.amount,
        "currency": payment.money.currency,
        "capture_method": payment.choices.capture_method.value,
        "authorized": payment.authorized,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "refundable": max(payment.refundable, 0),
        "refunds": [_refund(refund) for refund in payment.refunds.values()],
        "captures": [_capture(capture) for capture in payment.captures.values()],
        "cancellation": _cancellation(payment.cancellation),
        "pix_code": instructions.pix_code,
        "boleto": _boleto(payment),
        "approve_url": instructions.approve_url,
        "expires_at": None if payment.expires_at is None else iso(payment.expires_at),
        "needs_confirmation": instructions.manual,
        "pending_reason": payment.pending_reason,
        "receipts": [_receipt(receipt) for receipt in payment.receipts.values()],
        "discrepancies": [_discrepancy(one) for one in payment.discrepancies.values()],
        "dispute": _dispute(payment.dispute),
        "failure": _failure(payment.failure),
        "card": _card(payment.details),
        "review_reason": payment.review_reason,
        "created_at": iso(payment.created_at),
        "updated_at": iso(payment.updated_at),
    }
    if timeline is not None:
        view["timeline"] = [_entry(entry) for entry in timeline]
    return view


def open_instructions(payment: Payment) -> Instructions | None:
    """What the buyer may still go by; None once it is over: a code that is shown is a code that gets paid."""
    return payment.instructions if payment.status in LIVE else None


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": refund.refund_id,
        "amount": refund.amount,
        "reason": refund.reason,
        "status": refund.status.value,
        "failure_code": refund.failure,
        "receipt_ref": refund.receipt_ref,
        "by_hand": refund.by_hand,
        "requested_at": iso(refund.requested_at),
    }


def _boleto(payment: Payment) -> dict[str, Any] | None:
    instructions = open_instructions(payment)
    if instructions is None or instructions.barcode is None:
        return None
    return {
        "barcode": instructions.barcode,
        "digitable_line": instructions.digitable_line,
        "pdf_url": instructions.pdf_url,
        "due_date": None if payment.expires_at is None else local_date(payment.expires_at).isoformat(),
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "receipt_ref": receipt.ref,
        "amount": receipt.amount,
        "received_at": iso(receipt.received_at),
        "surplus": receipt.surplus,
    }


def _discrepancy(one: Discrepancy) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "receipt_ref": one.receipt_ref,
        "expected": one.expected,
        "received": one.received,
        "noted_at": iso(one.noted_at),
        "resolution": None if one.resolution is None else one.resolution.value,
    }


def _capture(capture: Capture) -> dict[str, Any]:
    return {
        "capture_id": capture.capture_id,
        "amount": capture.amount,
        "status": capture.status.value,
        "failure_code": capture.failure,
        "requested_at": iso(capture.requested_at),
    }


def _cancellation(wish: Cancellation | None) -> dict[str, Any] | None:
    if wish is None:
        return None
    return {"status": wish.status.value, "reason": wish.reason, "requested_at": iso(wish.requested_at)}


def _dispute(dispute: Dispute | None) -> dict[str, Any] | None:
    if dispute is None:
        return None
    return {"status": dispute.status, "reason": dispute.reason, "amount": dispute.amount}


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    messages = {locale: buyer_message(failure.buyer_code, locale) for locale in ("pt-BR", "en")}
    return {"code": failure.buyer_code, "messages": messages}


def _card(details: MethodDetails | None) -> dict[str, Any] | None:
    if details is None:
        return None
    return {"kind": details.kind, "brand": details.brand, "last4": details.last4, "wallet": details.wallet}


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": iso(entry.at),
        "source": entry.source.value,
        "status": entry.status,
        "facts": list(entry.facts),
        "note": entry.note,
    }
