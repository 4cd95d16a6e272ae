"""Why a checkout has to wait for the attempt that is open already, in the caller's words."""

from __future__ import annotations

from commerce.payments.model import Payment
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict

_RETRY_SECONDS = 2


def other_in_progress(payment: Payment) -> Conflict:
    return Conflict(
        "Another attempt with other choices is open for this order; wait for its end, or have it cancelled "
        f"(POST /payments/{payment.payment_id}/cancel, by an operator).",
        code="payment_in_progress",
        details={"payment_id": payment.payment_id},
    )


def refuse_waiting(payment: Payment) -> None:
    details = {"payment_id": payment.payment_id}
    if payment.status is PaymentStatus.REVIEW:
        raise Conflict("The payment waits for a person to look at it.", code="payment_in_review", details=details)
    if payment.cancellation is not None and payment.cancellation.status.is_open:
        raise being_ended(payment)


def being_ended(payment: Payment) -> Conflict:
    return Conflict(
        "The open attempt is being cancelled; repeat shortly.",
        code="cancel_in_progress",
        details={"payment_id": payment.payment_id},
        retryable=True,
        retry_after=_RETRY_SECONDS,
    )


def in_progress(order_id: str) -> Conflict:
    return Conflict(
        f"A checkout of order {order_id} is running at this moment; repeat it shortly with the same Idempotency-Key.",
        code="checkout_in_progress",
        retryable=True,
        retry_after=_RETRY_SECONDS,
    )
