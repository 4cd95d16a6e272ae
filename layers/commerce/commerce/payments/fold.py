"""Fold what the provider says into the payment: pure, monotone in money, blind to the order of arrival.

A snapshot is the provider's whole answer, so folding is idempotent. What was captured stays captured, a status that
says less than what is known never wins (PAY-14), and an object that is not ours is held, never believed (PAY-05).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commerce.payments.boleto.asked import boleto_mismatch
from commerce.payments.fold_commands import declined, merge_cancellation, merge_captures, merge_completion
from commerce.payments.fold_receipts import merge_receipts
from commerce.payments.fold_refunds import merge_refunds
from commerce.payments.late import LatePolicy, send_back_late_payment
from commerce.payments.model import Dispute, Failure, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.pix.asked import pix_mismatch
from commerce.payments.running_total import pieces_of
from commerce.payments.settled import settled_status, status_facts, with_undecided
from commerce.payments.status import DEAD, LIVE, SETTLED, PaymentStatus, may_move
from commerce.payments.transition import Fact, Transition


def fold(
    payment: Payment,
    snapshot: Snapshot,
    *,
    livemode: bool,
    now: datetime,
    late_policy: LatePolicy,
    tolerance: int = 0,
    paid_elsewhere: bool = False,
) -> Transition:
    """The payment after `snapshot`, with the facts to publish.

    Args:
        livemode: what this deployment is; a snapshot of the other mode is quarantined.
        tolerance: by how many minor units an arrival of money may differ and still confirm by itself.
        paid_elsewhere: another attempt already paid this order, so that money arriving here is surplus.
    """
    mismatch = _mismatch(payment, snapshot, livemode)
    if mismatch is not None:
        return _quarantine(payment, mismatch)
    if snapshot.status is None:
        return hold(payment, f"unknown_status:{snapshot.raw_status}")

    merged = _merge_facts(payment, snapshot)
    arrived = (*snapshot.receipts, *pieces_of(payment, snapshot.received_total))
    merged, receipt_facts = merge_receipts(merged, arrived, tolerance=tolerance, now=now)
    merged, refund_facts = merge_refunds(merged, snapshot)
    merged, undecided_facts = _with_status(payment, merged, snapshot, paid_elsewhere=paid_elsewhere)
    merged, completion_facts = merge_completion(merged, approved=snapshot.approved, now=now)
    merged, capture_facts = merge_captures(merged)
    merged, cancel_facts = merge_cancellation(merged, now)
    merged, late_facts = send_back_late_payment(
        payment, merged, policy=late_policy, paid_elsewhere=paid_elsewhere, now=now
    )
    facts = (
        *status_facts(payment, merged),
        *receipt_facts,
        *undecided_facts,
        *completion_facts,
        *capture_facts,
        *cancel_facts,
        *refund_facts,
        *_dispute_facts(payment, merged),
        *late_facts,
    )
    transition = Transition(payment, merged, facts, note=snapshot.raw_status)
    if transition.changed and not facts:
        return replace(transition, facts=(Fact("payment.updated"),))
    return transition


def hold(payment: Payment, reason: str) -> Transition:
    """Stop and wait for a person; money that was captured keeps its state."""
    if payment.review_reason == reason:
        return Transition(payment, payment)
    status = payment.status if payment.status in SETTLED else PaymentStatus.REVIEW
    after = replace(payment, status=status, review_reason=reason)
    return Transition(payment, after, (Fact("payment.review", {"review_reason": reason}),), note=reason)


def _quarantine(payment: Payment, mismatch: str) -> Transition:
    held = hold(payment, f"mismatch:{mismatch}")
    if held.facts:
        return replace(held, facts=(Fact("payment.quarantined", {"review_reason": f"mismatch:{mismatch}"}),))
    return held


def _mismatch(payment: Payment, snapshot: Snapshot, livemode: bool) -> str | None:
    expected_and_seen = {
        "provider": (payment.provider, snapshot.provider),
        "livemode": (livemode, snapshot.livemode),
        "account": (False, snapshot.foreign),
        "payment_id": (payment.payment_id, snapshot.payment_id),
        "order_id": (payment.order_id, snapshot.order_id),
        "currency": (payment.money.currency, snapshot.money.currency),
        "amount": (payment.money.amount, snapshot.money.amount),
        "provider_ref": (payment.provider_ref or snapshot.provider_ref, snapshot.provider_ref),
    }
    for name, (expected, seen) in expected_and_seen.items():
        if expected != seen:
            return name
    if payment.method == "boleto":
        return boleto_mismatch(payment, snapshot.instructions)
    return pix_mismatch(payment, snapshot.instructions)


def _with_status(
    payment: Payment, merged: Payment, snapshot: Snapshot, *, paid_elsewhere: bool
) -> tuple[Payment, tuple[Fact, ...]]:
    if merged.captured > 0 and not merged.confirmed:
        if payment.returned:
            return replace(merged, status=settled_status(merged)), ()
        if not (payment.status in DEAD or payment.abandoned or paid_elsewhere):
            return with_undecided(merged)
        # It goes back whatever its amount: there is nothing left to decide.
        merged = replace(merged, accepted=True)
    return replace(merged, status=_next_status(payment, merged, snapshot)), ()


def _merge_facts(payment: Payment, snapshot: Snapshot) -> Payment:
    newest = payment.observed_at is None or snapshot.observed_at >= payment.observed_at
    return replace(
        payment,
        provider_ref=snapshot.provider_ref,
        charge_ref=snapshot.charge_ref or payment.charge_ref,
        authorized=max(payment.authorized, snapshot.authorized),
        captured=max(payment.captured, snapshot.captured),
        dispute=_newer_dispute(payment.dispute, snapshot.dispute),
        failure=_failure(payment, snapshot) if newest else payment.failure,
        details=snapshot.details or payment.details,
        instructions=snapshot.instructions or payment.instructions,
        expires_at=snapshot.expires_at or payment.expires_at,
        pending_reason=snapshot.pending_reason if newest else payment.pending_reason,
        capture_before=snapshot.capture_before or payment.capture_before,
        observed_at=snapshot.observed_at if newest else payment.observed_at,
        review_reason=None if newest else payment.review_reason,
    )


def _failure(payment: Payment, snapshot: Snapshot) -> Failure | None:
    """A decline stands until the buyer approves again: the provider shows the old approval and nothing else."""
    return payment.failure if snapshot.approved and declined(payment) else snapshot.failure


def _newer_dispute(known: Dispute | None, seen: Dispute | None) -> Dispute | None:
    if seen is None or (known is not None and known.provider_ref == seen.provider_ref and known.is_final):
        return known
    return seen


def _next_status(payment: Payment, merged: Payment, snapshot: Snapshot) -> PaymentStatus:
    if merged.captured > 0 or snapshot.status in SETTLED:
        return settled_status(merged)
    seen = snapshot.status
    outdated = merged.observed_at != snapshot.observed_at and seen in LIVE
    if seen is None or payment.status in SETTLED or outdated or (payment.abandoned and seen in LIVE):
        return payment.status
    if snapshot.approved and declined(merged):
        # The approval of an instrument that was declined: only the buyer's next one begins anew.
        return payment.status
    if seen is PaymentStatus.CANCELED and merged.cancellation is not None and merged.cancellation.expiry:
        seen = PaymentStatus.EXPIRED
    return seen if may_move(payment.status, seen) else payment.status


def _dispute_facts(before: Payment, after: Payment) -> tuple[Fact, ...]:
    if after.dispute is None or after.dispute == before.dispute:
        return ()
    data = {"dispute_ref": after.dispute.provider_ref, "dispute_status": after.dispute.status}
    known = before.dispute is not None and before.dispute.provider_ref == after.dispute.provider_ref
    if after.dispute.is_final:
        return (Fact("payment.dispute_closed", data),)
    return (Fact("payment.dispute_updated" if known else "payment.disputed", data),)
