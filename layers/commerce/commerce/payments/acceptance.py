"""A person's word on money that does not match: taken for the order's payment after all (PAY-21). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from commerce.payments.fold import fold
from commerce.payments.fold_receipts import resolve
from commerce.payments.model import Payment
from commerce.payments.observation import Snapshot
from commerce.payments.observe import PaymentRules
from commerce.payments.receipts import Receipt, Resolution
from commerce.payments.settled import settled_status, status_facts
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import Transition
from commerce.platform.clock import iso
from commerce.platform.errors import Conflict, Unprocessable

_AS_STATEMENTS_ROUND = timedelta(minutes=1)
"""Statements show the minute in which money came."""


def accept_amount(payment: Payment, *, paid_elsewhere: bool = False) -> Transition:
    """What arrived pays the order, although it is another amount.

    Raises:
        Conflict: `nothing_to_accept`, `already_returned`, `refund_in_progress` (part of it went or goes back),
            `order_already_paid` (refund it instead).
    """
    if payment.accepted:
        return Transition(payment, payment)
    if payment.captured == 0 or payment.confirmed:
        raise Conflict(
            f"Payment is {payment.status.value}, and no other amount than the order's waits to be accepted.",
            code="nothing_to_accept",
        )
    if paid_elsewhere:
        raise Conflict("The order is paid by another payment already; refund this one.", code="order_already_paid")
    if payment.returned:
        raise Conflict(
            "This money was sent back once and its order went on without it; refund it again, under a new refund_id.",
            code="already_returned",
        )
    if payment.refund_reserved:
        raise Conflict(
            "Part of this money is back with the buyer, or on its way: refund the rest as well.",
            code="refund_in_progress",
        )
    accepted, resolved = resolve(replace(payment, accepted=True, review_reason=None), Resolution.ACCEPTED)
    accepted = replace(accepted, status=settled_status(accepted))
    return Transition(payment, accepted, (*status_facts(payment, accepted), *resolved), note="amount accepted")


def arrived_at(payment: Payment, told: datetime | None, now: datetime) -> datetime:
    """When money arrived that a person found on the account.

    Who does not say so looked at it and found it in order, maybe days later: it then came in time, at the end of the
    code at the latest. Only a time that is told makes it late.

    Raises:
        Unprocessable: `received_at_out_of_range`, before the payment was opened or in the future.
    """
    if told is None:
        return now if payment.expires_at is None else min(now, payment.expires_at)
    if not payment.created_at - _AS_STATEMENTS_ROUND <= told <= now:
        raise Unprocessable(
            f"Money for this payment can only have arrived from {iso(payment.created_at)}, when it was opened, until "
            "now.",
            code="received_at_out_of_range",
            details={"field": "received_at"},
        )
    return told


def record_receipt(
    payment: Payment, receipt: Receipt, *, rules: PaymentRules, now: datetime, paid_elsewhere: bool = False
) -> Transition:
    """What a person found on the account for a payment that no provider watches; counted as any other arrival.

    Raises:
        Conflict: `provider_tells`: its provider tells by itself what arrives.
        Unprocessable: `receipt_differs`: the same receipt was recorded with another amount.
    """
    if payment.instructions is None or not payment.instructions.manual:
        raise Conflict(
            f"{payment.provider} tells by itself what arrives for this payment; have it asked with "
            f"POST /payments/{payment.payment_id}/refresh.",
            code="provider_tells",
        )
    known = payment.receipts.get(receipt.ref)
    if known is not None:
        if known.amount != receipt.amount:
            raise Unprocessable(
                f"This receipt was recorded with {known.amount} minor units.",
                code="receipt_differs",
                details={"field": "amount"},
            )
        return Transition(payment, payment)
    seen = Snapshot(
        provider=payment.provider,
        provider_ref=payment.provider_ref or "",
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        status=PaymentStatus.PROCESSING,
        raw_status="receipt recorded by hand",
        money=payment.money,
        livemode=rules.livemode,
        observed_at=now,
        receipts=(receipt,),
    )
    return fold(
        payment,
        seen,
        livemode=rules.livemode,
        now=now,
        late_policy=rules.late_policy,
        tolerance=rules.tolerance,
        paid_elsewhere=paid_elsewhere,
    )
