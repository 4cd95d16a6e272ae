"""What a payment with money in it is called, by what arrived and what went back. Pure."""

from __future__ import annotations

from dataclasses import replace

from commerce.payments.fold_receipts import open_kinds, resolve
from commerce.payments.model import Payment
from commerce.payments.receipts import Resolution
from commerce.payments.status import SETTLED, PaymentStatus
from commerce.payments.transition import Fact


def settled_status(payment: Payment) -> PaymentStatus:
    """For money that is the order's payment."""
    if payment.refunds_frozen:
        return PaymentStatus.DISPUTED
    if payment.captured and payment.refunded >= payment.captured:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if payment.refunded else PaymentStatus.PAID


def with_undecided(payment: Payment) -> tuple[Payment, tuple[Fact, ...]]:
    """For money that nobody has accepted yet: it waits for a person, or all of it has gone back to the buyer."""
    if payment.refunded < payment.captured:
        reason = "+".join(open_kinds(payment)) or "unaccepted"
        return replace(payment, status=PaymentStatus.REVIEW, review_reason=reason), ()
    returned, facts = resolve(payment, Resolution.RETURNED)
    return replace(returned, status=PaymentStatus.REFUNDED, returned=True, review_reason=None), facts


def status_facts(before: Payment, after: Payment) -> tuple[Fact, ...]:
    """The facts of a change of state."""
    failed_again = after.status is PaymentStatus.FAILED and after.failure not in (None, before.failure)
    if before.status == after.status and not failed_again:
        return ()
    facts: list[Fact] = []
    if after.status in SETTLED and before.status not in SETTLED and not _went_back_undecided(after):
        facts.append(Fact("payment.paid"))
    data = {"review_reason": after.review_reason} if after.status is PaymentStatus.REVIEW else {}
    # Disputes speak for themselves, and a failed refund that brings `paid` back is no second payment.
    if after.status not in (PaymentStatus.DISPUTED, PaymentStatus.PAID):
        facts.append(Fact(f"payment.{after.status.value}", data))
    return tuple(facts)


def _went_back_undecided(payment: Payment) -> bool:
    """Nobody ever took it for the order's payment: it came, and it went back."""
    return payment.returned and not payment.confirmed
