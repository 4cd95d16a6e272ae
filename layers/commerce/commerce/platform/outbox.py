"""The outbox: an event is written in the transaction that makes it true, and published from there (PLT-01)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from commerce.platform.clock import Clock, iso
from commerce.platform.dynamodb import TransactEntry, put
from commerce.platform.ids import Ids
from commerce.platform.jsontext import compact

SHARDS = 4
"""Partitions of the sparse index that the sweeper reads; one would be hot."""

SWEEP_AFTER = timedelta(minutes=5)
"""The stream relay is done long before; a row older than this was lost on the way and is swept."""

KIND = "outbox"


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened, in the past tense: `order.paid`.

    Args:
        type: `<noun>.<verb>`; the schema is contracts/events/<noun>.v<version>.json.
        source: the domain that tells it: `commerce.orders`, `commerce.payments`.
        data: plain JSON; ids, amounts and codes, never a name, e-mail, phone number or tax id.
    """

    type: str
    source: str
    data: Mapping[str, object]
    version: int = 1


def outbox_put(event: DomainEvent, table: str, *, clock: Clock, ids: Ids, correlation_id: str) -> TransactEntry:
    """The TransactWriteItems entry that writes `event` to the outbox; add it to the transition's own entries."""
    now = clock.now()
    event_id = ids.new("evt")
    envelope = {
        "id": event_id,
        "type": event.type,
        "version": event.version,
        "occurred_at": iso(now),
        "correlation_id": correlation_id,
        "data": event.data,
    }
    row = {
        **outbox_key(event_id),
        "kind": KIND,
        "event_id": event_id,
        "type": event.type,
        "source": event.source,
        "payload": compact(envelope),
        "due_shard": shard_of(event_id),
        "due_at": iso(now + SWEEP_AFTER),
    }
    return put(table, row, condition="attribute_not_exists(pk)")


def outbox_key(event_id: str) -> dict[str, str]:
    return {"pk": f"OUTBOX#{event_id}", "sk": "OUTBOX"}


def shard_of(event_id: str) -> str:
    return f"{KIND}#{zlib.crc32(event_id.encode()) % SHARDS}"


def shards() -> tuple[str, ...]:
    return tuple(f"{KIND}#{number}" for number in range(SHARDS))
