"""Finish captures and cancellations by what the payment has become."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from commerce.payments.model import Cancellation, Capture, CommandStatus, Completion, Payment
from commerce.payments.status import DEAD, LIVE, SETTLED, PaymentStatus
from commerce.payments.transition import Fact

REFUSAL_STANDS = timedelta(hours=1)
"""A refused cancellation is not asked for again before this is over."""

_COMPLETED = SETTLED | {PaymentStatus.AUTHORIZED, PaymentStatus.PENDING}


def merge_completion(payment: Payment, *, approved: bool, now: datetime) -> tuple[Payment, tuple[Fact, ...]]:
    """The buyer's first approval asks for our part; what the payment has become ends it."""
    wish = payment.completion
    if wish is None:
        if not (approved and may_complete(payment)):
            return payment, ()
        asked = Completion(CommandStatus.REQUESTED, requested_at=now)
        return replace(payment, completion=asked), (Fact("payment.approved"),)
    if not wish.status.is_open:
        return payment, ()
    if payment.status in _COMPLETED:
        return replace(payment, completion=replace(wish, status=CommandStatus.SUCCEEDED)), ()
    if payment.status in DEAD or payment.status is PaymentStatus.FAILED:
        failure = payment.failure.code if payment.failure else payment.status.value
        return replace(payment, completion=replace(wish, status=CommandStatus.FAILED, failure=failure)), ()
    return payment, ()


def may_complete(payment: Payment) -> bool:
    """Whether an approval may still take money: the attempt holds its order, and nobody is ending it."""
    ending = payment.cancellation is not None and payment.cancellation.status.is_open
    return payment.holds_order and payment.status is not PaymentStatus.AUTHORIZED and not ending


def declined(payment: Payment) -> bool:
    return payment.completion is not None and payment.completion.status is CommandStatus.FAILED


def merge_captures(payment: Payment) -> tuple[Payment, tuple[Fact, ...]]:
    """Open captures succeed once their amount is captured, and fail when it can no longer be."""
    captures = dict(payment.captures)
    facts: list[Fact] = []
    for capture in payment.captures.values():
        finished = _finish_capture(capture, payment) if capture.status.is_open else capture
        if finished is not capture:
            captures[capture.capture_id] = finished
            facts.extend([] if finished.status.is_open else [capture_fact(finished)])
    return replace(payment, captures=MappingProxyType(captures)), tuple(facts)


def capture_fact(capture: Capture) -> Fact:
    kind = "payment.captured" if capture.status is CommandStatus.SUCCEEDED else "payment.capture_failed"
    data: dict[str, object] = {"capture_id": capture.capture_id, "capture_amount": capture.amount}
    if capture.failure is not None:
        data["failure_code"] = capture.failure
    return Fact(kind, data)


def merge_cancellation(payment: Payment, now: datetime) -> tuple[Payment, tuple[Fact, ...]]:
    """A cancellation ends with the attempt, or fails because the money came first.

    An attempt that the order went on without is cancelled at the provider as soon as it shows up alive.
    """
    wish = payment.cancellation
    if payment.abandoned and payment.status in LIVE and _may_wish_again(wish, now):
        wish = Cancellation(CommandStatus.REQUESTED, reason="abandoned", requested_at=now)
        return replace(payment, cancellation=wish), (Fact("payment.cancel_requested"),)
    if wish is None or not wish.status.is_open:
        return payment, ()
    if payment.status in DEAD:
        return replace(payment, cancellation=replace(wish, status=CommandStatus.SUCCEEDED)), ()
    if payment.status in SETTLED:
        failed = replace(payment, cancellation=replace(wish, status=CommandStatus.FAILED))
        return failed, (Fact("payment.cancel_failed", {"failure_code": "already_paid"}),)
    return payment, ()


def _may_wish_again(wish: Cancellation | None, now: datetime) -> bool:
    """A wish that ended without the object is no answer for it; a refusal is not asked for again at every look."""
    if wish is None or wish.status is CommandStatus.SUCCEEDED:
        return True
    return not wish.status.is_open and now - wish.requested_at > REFUSAL_STANDS


def _finish_capture(capture: Capture, payment: Payment) -> Capture:
    if payment.status is PaymentStatus.PENDING and capture.sent_at is not None:
        return capture if capture.status is CommandStatus.PENDING else replace(capture, status=CommandStatus.PENDING)
    if payment.status is PaymentStatus.FAILED and capture.status is CommandStatus.PENDING:
        return replace(capture, status=CommandStatus.FAILED, failure="capture_denied")
    if payment.status in DEAD:
        return replace(capture, status=CommandStatus.FAILED, failure="authorization_gone")
    if payment.status not in SETTLED:
        return capture
    if payment.captured == capture.amount:
        return replace(capture, status=CommandStatus.SUCCEEDED)
    return replace(capture, status=CommandStatus.FAILED, failure="captured_elsewhere")
