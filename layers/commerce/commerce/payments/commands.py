"""Captures, refunds and cancels as reservations in the ledger: asked for, sent, finished by observation.

Pure: each takes the payment and gives the transition, or says in the caller's words why it cannot be. A reservation
is committed under the payment's version, so that two of them can never both fit into the same money (PAY-07).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from commerce.payments.attempts import LEASE
from commerce.payments.fold_commands import capture_fact
from commerce.payments.fold_refunds import refund_fact
from commerce.payments.model import Cancellation, Capture, CommandStatus, Payment, Refund
from commerce.payments.status import DEAD, SETTLED, PaymentStatus
from commerce.payments.transition import Fact, Transition
from commerce.platform.errors import Conflict, Unprocessable

Command = Refund | Capture | Cancellation


def request_refund(
    payment: Payment, *, refund_id: str, amount: int | None, reason: str | None, now: datetime
) -> Transition:
    """Reserve `amount` minor units (None: all that is left) under the caller's refund id.

    Raises:
        Conflict: `not_refundable`, `refunds_frozen`, `nothing_to_refund`.
        Unprocessable: `refund_exceeds_captured`, `refund_id_reused`.
    """
    known = payment.refunds.get(refund_id)
    if known is not None:
        if amount is not None and amount != known.amount:
            raise Unprocessable(
                f"Refund {refund_id!r} was already asked for with {known.amount} minor units; "
                "a new refund needs a new refund_id.",
                code="refund_id_reused",
            )
        return Transition(payment, payment)
    if payment.status not in SETTLED:
        raise Conflict(
            f"Payment is {payment.status.value}: nothing is captured that could be refunded.", code="not_refundable"
        )
    if payment.refunds_frozen:
        raise Conflict(
            "The payment is disputed; refunds are frozen until the dispute is won or closed.", code="refunds_frozen"
        )
    if payment.refundable <= 0:
        raise Conflict("All that was captured is refunded, or about to be.", code="nothing_to_refund")
    wanted = payment.refundable if amount is None else amount
    if wanted <= 0 or wanted > payment.refundable:
        raise Unprocessable(
            f"{payment.refundable} minor units are left to refund; ask for at most that.",
            code="refund_exceeds_captured",
            details={"refundable": payment.refundable},
        )
    refund = Refund(refund_id, wanted, CommandStatus.REQUESTED, requested_at=now, reason=reason)
    after = with_command(payment, refund)
    return Transition(payment, after, (refund_fact("payment.refund_requested", refund),), note=refund_id)


def request_capture(payment: Payment, *, capture_id: str, amount: int | None, now: datetime) -> Transition:
    """Capture `amount` minor units (None: all that is authorised); the rest is released.

    Raises:
        Conflict: `already_captured`, `authorization_gone`, `not_authorized`, `capture_in_progress`.
        Unprocessable: `capture_exceeds_authorized`, `capture_id_reused`.
    """
    known = payment.captures.get(capture_id)
    if known is not None:
        if amount is not None and amount != known.amount:
            raise Unprocessable(
                f"Capture {capture_id!r} was already asked for with {known.amount} minor units.",
                code="capture_id_reused",
            )
        return Transition(payment, payment)
    if payment.status is not PaymentStatus.AUTHORIZED:
        raise _not_capturable(payment)
    if any(capture.status.holds_money for capture in payment.captures.values()):
        raise Conflict("A capture of this payment is already on its way.", code="capture_in_progress")
    if payment.cancellation is not None and payment.cancellation.status.is_open:
        raise Conflict("The payment is being cancelled.", code="cancel_in_progress")
    wanted = payment.authorized if amount is None else amount
    if wanted <= 0 or wanted > payment.authorized:
        raise Unprocessable(
            f"{payment.authorized} minor units are authorised; capture at most that.",
            code="capture_exceeds_authorized",
            details={"authorized": payment.authorized},
        )
    capture = Capture(capture_id, wanted, CommandStatus.REQUESTED, requested_at=now)
    fact = Fact("payment.capture_requested", {"capture_id": capture_id, "capture_amount": wanted})
    return Transition(payment, with_command(payment, capture), (fact,), note=capture_id)


def request_cancel(payment: Payment, *, reason: str | None, now: datetime, expiry: bool = False) -> Transition:
    """Ask the provider to end the attempt; it may still turn out to be paid first (PAY-19).

    Raises:
        Conflict: `payment_already_paid` (refund it instead), `capture_in_progress`.
    """
    if payment.status in DEAD or (payment.abandoned and payment.provider_ref is None):
        return Transition(payment, payment)
    if payment.status in SETTLED:
        raise Conflict("The payment is already paid; refund it instead of cancelling.", code="payment_already_paid")
    known = payment.cancellation
    if known is not None and known.status.is_open:
        if not known.expiry or expiry:
            return Transition(payment, payment)
        # A person's wish counts for more than the clock's: money that comes now is late. Its key stays the same.
        stronger = replace(known, reason=reason, expiry=False)
        return Transition(payment, with_command(payment, stronger), (Fact("payment.cancel_requested"),), reason or "")
    if any(capture.status.is_open for capture in payment.captures.values()):
        raise Conflict("A capture of this payment is already on its way.", code="capture_in_progress")
    wish = Cancellation(CommandStatus.REQUESTED, reason=reason, requested_at=now, expiry=expiry)
    return Transition(payment, with_command(payment, wish), (Fact("payment.cancel_requested"),), note=reason or "")


def mark_sent(payment: Payment, command: Command, now: datetime) -> Transition:
    """Written before the call: the command may be at the provider from now on, and one caller holds the lease."""
    sent = replace(command, status=CommandStatus.SENT, sent_at=command.sent_at or now)
    after = replace(with_command(payment, sent), lease_until=now + LEASE)
    return Transition(payment, after, note="command sent")


def fail_command(payment: Payment, command: Command, code: str) -> Transition:
    """The provider refused for good: the reservation is released and the refusal is published."""
    if isinstance(command, Refund):
        failed = replace(command, status=CommandStatus.FAILED, failure=code)
        fact = refund_fact("payment.refund_failed", failed)
        return Transition(payment, with_command(payment, failed), (fact,), note=code)
    if isinstance(command, Capture):
        lost = replace(command, status=CommandStatus.FAILED, failure=code)
        return Transition(payment, with_command(payment, lost), (capture_fact(lost),), note=code)
    kept = with_command(payment, replace(command, status=CommandStatus.FAILED))
    return Transition(payment, kept, (Fact("payment.cancel_failed", {"failure_code": code}),), note=code)


def with_command(payment: Payment, command: Command) -> Payment:
    """The payment with this command in its place."""
    if isinstance(command, Refund):
        return replace(payment, refunds=MappingProxyType({**payment.refunds, command.refund_id: command}))
    if isinstance(command, Capture):
        return replace(payment, captures=MappingProxyType({**payment.captures, command.capture_id: command}))
    return replace(payment, cancellation=command)


def _not_capturable(payment: Payment) -> Conflict:
    if payment.status in SETTLED:
        return Conflict("The payment is already captured.", code="already_captured")
    if payment.status in DEAD:
        return Conflict("The authorisation is gone; start a new checkout of the order.", code="authorization_gone")
    return Conflict(
        f"Payment is {payment.status.value}: only an authorised one can be captured.", code="not_authorized"
    )
