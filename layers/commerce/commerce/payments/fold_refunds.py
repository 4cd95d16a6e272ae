"""Fold the provider's list of refunds into ours.

A refund is found by our id, then by the provider's; one that we never asked for (made in the provider's dashboard)
is kept under the provider's id, so that it counts. Only a success that fails later goes back (PAY-10).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.observation import RefundSnapshot, Snapshot
from commerce.payments.transition import Fact

_S = CommandStatus
_MOVES: dict[CommandStatus, frozenset[CommandStatus]] = {
    _S.REQUESTED: frozenset({_S.PENDING, _S.SUCCEEDED, _S.FAILED, _S.CANCELED}),
    _S.SENT: frozenset({_S.PENDING, _S.SUCCEEDED, _S.FAILED, _S.CANCELED}),
    _S.PENDING: frozenset({_S.SUCCEEDED, _S.FAILED, _S.CANCELED}),
    _S.SUCCEEDED: frozenset({_S.FAILED, _S.CANCELED}),
    _S.FAILED: frozenset(),
    _S.CANCELED: frozenset(),
}
_FACTS = {
    _S.PENDING: "payment.refund_pending",
    _S.SUCCEEDED: "payment.refund_succeeded",
    _S.FAILED: "payment.refund_failed",
    _S.CANCELED: "payment.refund_canceled",
}


def merge_refunds(payment: Payment, snapshot: Snapshot) -> tuple[Payment, tuple[Fact, ...]]:
    """The payment with every refund of the snapshot folded in, and one fact for each that moved."""
    refunds = dict(payment.refunds)
    facts: list[Fact] = []
    for seen in snapshot.refunds:
        known = _find(refunds, seen)
        merged = _merge(known, seen, snapshot)
        if merged != known:
            refunds[merged.refund_id] = merged
        if known is None or merged.status is not known.status:
            facts.append(refund_fact(_FACTS[merged.status], merged))
    return replace(payment, refunds=MappingProxyType(refunds)), tuple(facts)


def refund_fact(kind: str, refund: Refund) -> Fact:
    data: dict[str, object] = {"refund_id": refund.refund_id, "refund_amount": refund.amount}
    if refund.failure is not None:
        data["failure_code"] = refund.failure
    return Fact(kind, data)


def _find(refunds: dict[str, Refund], seen: RefundSnapshot) -> Refund | None:
    if seen.refund_id is not None and seen.refund_id in refunds:
        return refunds[seen.refund_id]
    return next((refund for refund in refunds.values() if refund.provider_ref == seen.provider_ref), None)


def _merge(known: Refund | None, seen: RefundSnapshot, snapshot: Snapshot) -> Refund:
    if known is None:
        return Refund(
            refund_id=seen.provider_ref,
            amount=seen.amount,
            status=seen.status,
            requested_at=snapshot.observed_at,
            sent_at=snapshot.observed_at,
            provider_ref=seen.provider_ref,
            failure=seen.failure,
            receipt_ref=seen.receipt_ref,
        )
    if seen.status not in _moves(known):
        return replace(known, provider_ref=known.provider_ref or seen.provider_ref)
    return replace(known, status=seen.status, amount=seen.amount, provider_ref=seen.provider_ref, failure=seen.failure)


def _moves(known: Refund) -> frozenset[CommandStatus]:
    """A refund that we gave up without ever seeing it at the provider may turn up there after all."""
    if known.status is _S.FAILED and known.provider_ref is None:
        return _MOVES[_S.SENT]
    return _MOVES[known.status]
