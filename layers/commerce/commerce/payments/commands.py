"""Captures and cancels as reservations in the ledger: asked for, sent, finished by observation.

Pure: each takes the payment and gives the transition, or says in the caller's words why it cannot be. A reservation
is committed under the payment's version, so that two of them can never both fit into the same money (PAY-07).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from commerce.payments.attempts import LEASE
from commerce.payments.fold_commands import capture_fact, may_complete
from commerce.payments.fold_refunds import refund_fact
from commerce.payments.model import Cancellation, Capture, CommandStatus, Completion, Failure, Payment, Refund
from commerce.payments.status import DEAD, SETTLED, PaymentStatus, may_move
from commerce.payments.transition import Fact, Transition
from commerce.platform.errors import Conflict, Unprocessable

Command = Refund | Capture | Completion | Cancellation


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
    completing = payment.completion is not None and payment.completion.status.is_open
    if completing or any(capture.status.is_open for capture in payment.captures.values()):
        raise Conflict("A capture of this payment is already on its way.", code="capture_in_progress")
    wish = Cancellation(CommandStatus.REQUESTED, reason=reason, requested_at=now, expiry=expiry)
    return Transition(payment, with_command(payment, wish), (Fact("payment.cancel_requested"),), note=reason or "")


def request_completion(payment: Payment, now: datetime) -> Transition:
    """The buyer approved once more after a decline: our part is asked for anew."""
    known = payment.completion
    if known is None or known.status is not CommandStatus.FAILED or not may_complete(payment):
        return Transition(payment, payment)
    asked = replace(payment, completion=Completion(CommandStatus.REQUESTED, requested_at=now))
    return Transition(payment, asked, (Fact("payment.approved"),), note="approved again")


def mark_sent(payment: Payment, command: Command, now: datetime) -> Transition:
    """Written before the call: the command may be at the provider from now on, and one caller holds the lease."""
    sent = replace(command, status=CommandStatus.SENT, sent_at=command.sent_at or now)
    after = replace(with_command(payment, sent), lease_until=now + LEASE)
    return Transition(payment, after, note="command sent")


def fail_command(payment: Payment, command: Command, code: str, buyer_code: str | None = None) -> Transition:
    """The provider refused for good: the reservation is released and the refusal is published.

    Args:
        buyer_code: of a declined instrument: the buyer is told, and sent back to choose another.
    """
    if isinstance(command, Completion):
        return _fail_completion(payment, command, code, buyer_code)
    if isinstance(command, Refund):
        failed = replace(command, status=CommandStatus.FAILED, failure=code)
        fact = refund_fact("payment.refund_failed", failed)
        return Transition(payment, with_command(payment, failed), (fact,), note=code)
    if isinstance(command, Capture):
        lost = replace(command, status=CommandStatus.FAILED, failure=code)
        return Transition(payment, with_command(payment, lost), (capture_fact(lost),), note=code)
    kept = with_command(payment, replace(command, status=CommandStatus.FAILED))
    return Transition(payment, kept, (Fact("payment.cancel_failed", {"failure_code": code}),), note=code)


def end_missing(payment: Payment, code: str) -> Transition:
    """A person gave up an attempt that its provider does not know: the order is free again."""
    wish = payment.cancellation
    if wish is None or not wish.status.is_open or not may_move(payment.status, PaymentStatus.CANCELED):
        return Transition(payment, payment)
    over = replace(
        payment,
        status=PaymentStatus.CANCELED,
        cancellation=replace(wish, status=CommandStatus.SUCCEEDED),
        lease_until=None,
        review_reason=None,
    )
    return Transition(payment, over, (Fact("payment.canceled"),), note=code)


def _fail_completion(payment: Payment, command: Completion, code: str, buyer_code: str | None) -> Transition:
    failed = replace(payment, completion=replace(command, status=CommandStatus.FAILED, failure=code))
    again = payment.status is PaymentStatus.FAILED
    if buyer_code is None or not (again or may_move(payment.status, PaymentStatus.FAILED)):
        return Transition(payment, failed, (Fact("payment.completion_failed", {"failure_code": code}),), note=code)
    declined = replace(failed, status=PaymentStatus.FAILED, failure=Failure(code, buyer_code))
    return Transition(payment, declined, (Fact("payment.failed", {"failure_code": code}),), note=code)


def with_command(payment: Payment, command: Command) -> Payment:
    """The payment with this command in its place."""
    if isinstance(command, Refund):
        return replace(payment, refunds=MappingProxyType({**payment.refunds, command.refund_id: command}))
    if isinstance(command, Capture):
        return replace(payment, captures=MappingProxyType({**payment.captures, command.capture_id: command}))
    if isinstance(command, Completion):
        return replace(payment, completion=command)
    return replace(payment, cancellation=command)


def _not_capturable(payment: Payment) -> Conflict:
    if payment.status in SETTLED:
        return Conflict("The payment is already captured.", code="already_captured")
    if payment.status in DEAD:
        return Conflict("The authorisation is gone; start a new checkout of the order.", code="authorization_gone")
    return Conflict(
        f"Payment is {payment.status.value}: only an authorised one can be captured.", code="not_authorized"
    )
