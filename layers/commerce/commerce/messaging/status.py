"""A message's states and the one table of allowed moves (invariant MSG-02)."""

from __future__ import annotations

from enum import StrEnum


class MessageStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    RETRY = "retry"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


_S = MessageStatus

DONE = frozenset({_S.ACCEPTED, _S.REJECTED, _S.UNKNOWN})
"""Nothing is sent any more. UNKNOWN is among them: it may have gone out, and no call can tell."""

MOVES: dict[MessageStatus, frozenset[MessageStatus]] = {
    _S.PENDING: frozenset({_S.SENDING, _S.REJECTED}),
    _S.SENDING: frozenset({_S.ACCEPTED, _S.REJECTED, _S.RETRY, _S.UNKNOWN}),
    _S.RETRY: frozenset({_S.SENDING, _S.REJECTED}),
    # A worker that outlived its lease may still bring the provider's own answer.
    _S.UNKNOWN: frozenset({_S.ACCEPTED, _S.REJECTED}),
    _S.ACCEPTED: frozenset(),
    _S.REJECTED: frozenset(),
}


def sources(after: MessageStatus) -> tuple[MessageStatus, ...]:
    """The states from which `after` may be reached."""
    return tuple(before for before in MessageStatus if after in MOVES[before])
