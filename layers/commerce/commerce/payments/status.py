"""The payment's states and the one table of allowed moves (drawn in docs/architecture.md from this file)."""

from __future__ import annotations

from enum import StrEnum


class PaymentStatus(StrEnum):
    CREATED = "created"
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    FAILED = "failed"
    REVIEW = "review"


_S = PaymentStatus

SETTLED = frozenset({_S.PAID, _S.PARTIALLY_REFUNDED, _S.REFUNDED, _S.DISPUTED})
"""Money was captured: nothing that says otherwise later may take the payment out of this set."""

DEAD = frozenset({_S.EXPIRED, _S.CANCELED})
"""The provider itself says that this attempt can no longer be paid: a new attempt may start."""

LIVE = frozenset(_S) - SETTLED - DEAD
"""The attempt holds the order: it is not paid yet and may still be."""

_BEFORE_MONEY = frozenset(
    {_S.ACTION_REQUIRED, _S.PROCESSING, _S.PENDING, _S.AUTHORIZED, _S.FAILED, _S.CANCELED, _S.EXPIRED}
)
_HELD = frozenset({_S.UNKNOWN, _S.REVIEW})

MOVES: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    _S.CREATED: _BEFORE_MONEY | SETTLED | _HELD,
    _S.ACTION_REQUIRED: _BEFORE_MONEY | SETTLED | _HELD,
    _S.PROCESSING: _BEFORE_MONEY | SETTLED | _HELD,
    _S.PENDING: _BEFORE_MONEY | SETTLED | _HELD,
    _S.FAILED: _BEFORE_MONEY | SETTLED | _HELD,
    _S.UNKNOWN: _BEFORE_MONEY | SETTLED | {_S.REVIEW},
    _S.REVIEW: _BEFORE_MONEY | SETTLED,
    # A capture may be under review itself before it brings the money.
    _S.AUTHORIZED: SETTLED | DEAD | {_S.PENDING, _S.REVIEW},
    _S.PAID: SETTLED,
    _S.PARTIALLY_REFUNDED: SETTLED,
    _S.REFUNDED: SETTLED,
    _S.DISPUTED: SETTLED,
    _S.CANCELED: SETTLED,
    _S.EXPIRED: SETTLED,
}


def may_move(before: PaymentStatus, after: PaymentStatus) -> bool:
    """Whether the table allows the move; staying where one is is not a move."""
    return after != before and after in MOVES[before]
