"""A refund as a reservation: asked for under the caller's own id, never more than what is left (PAY-07, PAY-08).

Where money arrives piece by piece, each refund sends back part of one arrival: that is how banks return a Pix.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from commerce.payments.fold_refunds import refund_fact
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.receipts import Receipt
from commerce.payments.settled import settled_status, status_facts, with_undecided
from commerce.payments.status import SETTLED
from commerce.payments.transition import Transition
from commerce.platform.errors import Conflict, Unprocessable


def request_refund(
    payment: Payment,
    *,
    refund_id: str,
    amount: int | None,
    reason: str | None,
    now: datetime,
    receipt_ref: str | None = None,
    by_hand: bool = False,
) -> Transition:
    """Reserve `amount` minor units (None: all that is left) under the caller's refund id.

    Args:
        receipt_ref: which arrival of money to send back; None lets the oldest one with enough left be taken.
        by_hand: the money was given back outside the provider already: it is recorded, and nothing is sent.

    Raises:
        Conflict: `not_refundable`, `refunds_frozen`, `nothing_to_refund`.
        Unprocessable: `refund_exceeds_captured`, `refund_exceeds_receipt`, `unknown_receipt`, `refund_id_reused`.
    """
    known = payment.refunds.get(refund_id)
    if known is not None:
        return _same_refund(payment, known, amount, by_hand=by_hand)
    _ensure_refundable(payment)
    receipt = _named(payment, receipt_ref)
    left = payment.refundable
    if receipt is not None:
        left = payment.left_of(receipt) if receipt.surplus else min(left, payment.left_of(receipt))
    wanted = _within(left, amount)
    if receipt is None and payment.receipts:
        receipt = _with_enough_left(payment, wanted)
    refund = Refund(
        refund_id=refund_id,
        amount=wanted,
        status=CommandStatus.SUCCEEDED if by_hand else CommandStatus.REQUESTED,
        requested_at=now,
        reason=reason,
        sent_at=now if by_hand else None,
        receipt_ref=None if receipt is None else receipt.ref,
        by_hand=by_hand,
    )
    after = replace(payment, refunds=MappingProxyType({**payment.refunds, refund_id: refund}))
    if not by_hand:
        return Transition(payment, after, (refund_fact("payment.refund_requested", refund),), note=refund_id)
    return _recorded(payment, after, refund)


def _recorded(payment: Payment, after: Payment, refund: Refund) -> Transition:
    after, resolved = (replace(after, status=settled_status(after)), ()) if after.confirmed else with_undecided(after)
    facts = (refund_fact("payment.refund_succeeded", refund), *status_facts(payment, after), *resolved)
    return Transition(payment, after, facts, note=f"{refund.refund_id} by hand")


def _same_refund(payment: Payment, known: Refund, amount: int | None, *, by_hand: bool) -> Transition:
    if by_hand is not known.by_hand or (amount is not None and amount != known.amount):
        how = " by hand" if known.by_hand else ""
        raise Unprocessable(
            f"Refund {known.refund_id!r} was already asked for with {known.amount} minor units{how}; "
            "a new refund needs a new refund_id.",
            code="refund_id_reused",
        )
    return Transition(payment, payment)


def _ensure_refundable(payment: Payment) -> None:
    if payment.captured == 0 or (payment.confirmed and payment.status not in SETTLED):
        raise Conflict(
            f"Payment is {payment.status.value}: nothing is captured that could be refunded.", code="not_refundable"
        )
    if payment.refunds_frozen:
        raise Conflict(
            "The payment is disputed; refunds are frozen until the dispute is won or closed.", code="refunds_frozen"
        )


def _named(payment: Payment, receipt_ref: str | None) -> Receipt | None:
    if receipt_ref is None:
        return None
    if receipt_ref not in payment.receipts:
        raise Unprocessable(
            "The payment has no such receipt; GET /payments/{payment_id} lists what arrived.",
            code="unknown_receipt",
            details={"field": "receipt_ref"},
        )
    return payment.receipts[receipt_ref]


def _within(left: int, amount: int | None) -> int:
    if left <= 0:
        raise Conflict("All that was captured is refunded, or about to be.", code="nothing_to_refund")
    wanted = left if amount is None else amount
    if wanted <= 0 or wanted > left:
        raise Unprocessable(
            f"{left} minor units are left to refund; ask for at most that.",
            code="refund_exceeds_captured",
            details={"refundable": left},
        )
    return wanted


def _with_enough_left(payment: Payment, wanted: int) -> Receipt:
    arrivals = sorted((one for one in payment.receipts.values() if not one.surplus), key=lambda one: one.received_at)
    fitting = next((one for one in arrivals if payment.left_of(one) >= wanted), None)
    if fitting is not None:
        return fitting
    largest = max((payment.left_of(one) for one in arrivals), default=0)
    raise Unprocessable(
        f"The money came in several pieces, and no single one has {wanted} minor units left: refund at most {largest} "
        "at a time, each under a refund_id of its own.",
        code="refund_exceeds_receipt",
        details={"largest": largest},
    )
