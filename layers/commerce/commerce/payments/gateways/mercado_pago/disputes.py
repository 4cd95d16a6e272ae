"""Mediations and chargebacks of a payment. Pure.

Source: guide "Chargebacks": `in_process` while it is open, `settled` when the buyer keeps the money, `reimbursed` when
the store does. A mediation that is over leaves no trace in the payment but its status, and has no id at all: that
there was one, and which, is known from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from commerce.payments.model import Dispute, Payment

_CHARGEBACK_ENDS: Mapping[str, str] = {"in_process": "under_review", "settled": "lost", "reimbursed": "won"}
_DECIDED: Mapping[str, str] = {"approved": "won", "refunded": "lost"}


def dispute_of(
    status: str,
    detail: str | None,
    *,
    provider_ref: str,
    at_stake: int,
    known: Payment | None,
    observed_at: datetime,
) -> Dispute | None:
    """The dispute that the payment's status tells of, or that it tells the end of.

    Args:
        at_stake: cents that came in and have not gone back.
        known: the payment as the ledger has it. What it has seen later than `observed_at` is not contradicted.

    Raises:
        ValueError: a chargeback has ended in a way that nobody knows.
    """
    before = None if known is None else known.dispute
    if known is not None and known.observed_at is not None and known.observed_at > observed_at:
        return before
    if status == "in_mediation":
        return Dispute(_mediation(provider_ref, before), "under_review", at_stake, "mediation")
    if status == "charged_back":
        if detail is None or detail not in _CHARGEBACK_ENDS:
            raise ValueError(f"charged_back:{detail}")
        return Dispute(f"{provider_ref}:chargeback", _CHARGEBACK_ENDS[detail], at_stake, "chargeback")
    if before is None or before.is_final or status not in _DECIDED:
        return None
    return replace(before, status=_DECIDED[status])


def _mediation(provider_ref: str, before: Dispute | None) -> str:
    """The name of the open one, or of one more after those that are over."""
    first = f"{provider_ref}:mediation"
    if before is None or not before.provider_ref.startswith(first):
        return first
    if not before.is_final:
        return before.provider_ref
    number = before.provider_ref.removeprefix(first).removeprefix(":") or "1"
    return f"{first}:{int(number) + 1}"
