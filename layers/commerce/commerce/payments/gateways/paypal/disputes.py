"""PayPal's disputes -> ours. Pure.

Source: Disputes v1, `status` and `dispute_outcome`. While one is open, and unless it ends in the store's favour,
refunds stay frozen: the buyer would get the money twice (PAY-25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commerce.payments.gateways.fields import Json, obj, optional_text, text
from commerce.payments.gateways.paypal.fields import money
from commerce.payments.model import Dispute

_OPEN: Mapping[str, str] = {
    "OPEN": "needs_response",
    "WAITING_FOR_SELLER_RESPONSE": "needs_response",
    "WAITING_FOR_BUYER_RESPONSE": "waiting_for_buyer",
    "UNDER_REVIEW": "under_review",
    "OTHER": "under_review",
}
_OUTCOMES: Mapping[str, str] = {
    "RESOLVED_SELLER_FAVOUR": "won",
    "DENIED": "won",
    "CANCELED_BY_BUYER": "warning_closed",
    "NONE": "warning_closed",
    "RESOLVED_BUYER_FAVOUR": "lost",
    "ACCEPTED": "lost",
    # PayPal itself paid: the store kept its money, and the buyer has theirs as well.
    "RESOLVED_WITH_PAYOUT": "lost",
}
RESOLVED = "RESOLVED"


def dispute_of(disputes: Sequence[Json]) -> Dispute | None:
    """The one that matters: an undecided one before a lost one, a lost one before a won one, then the newest.

    Args:
        disputes: with all their details where they are resolved; the summary does not tell the outcome.
    """
    seen = [(_dispute(found), optional_text(found, "create_time") or "") for found in disputes]
    return max(seen, key=lambda pair: (not pair[0].is_final, not pair[0].frees_refunds, pair[1]))[0] if seen else None


def _dispute(found: Json) -> Dispute:
    return Dispute(
        provider_ref=text(found, "dispute_id"),
        status=_status(found),
        amount=money(found, "dispute_amount").amount,
        reason=(optional_text(found, "reason") or "other").lower(),
    )


def _status(found: Json) -> str:
    """A word that nobody knows keeps the dispute open, under that word: a person has to look."""
    word = text(found, "status")
    if word != RESOLVED:
        return _OPEN.get(word, f"unknown:{word.lower()}")
    outcome = optional_text(obj(found, "dispute_outcome"), "outcome_code")
    return _OUTCOMES.get(outcome or "", f"unknown:resolved_{(outcome or '').lower()}")
