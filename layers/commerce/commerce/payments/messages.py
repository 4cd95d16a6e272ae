"""What goes over the queue of a provider's worker: ids and kinds only (docs/architecture.md, Queues)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

type Enqueue = Callable[[Mapping[str, object]], None]
"""Puts a message on one provider's queue; raises StoreUnavailable when the queue did not take it."""


def command_message(provider: str, payment_id: str, correlation_id: str) -> dict[str, object]:
    """Something reserved in the ledger waits to be sent."""
    return {"kind": "command", "provider": provider, "payment_id": payment_id, "correlation_id": correlation_id}


def poll_message(provider: str, payment_id: str, correlation_id: str) -> dict[str, object]:
    """A look at the payment is due, or was asked for."""
    return {"kind": "poll", "provider": provider, "payment_id": payment_id, "correlation_id": correlation_id}
