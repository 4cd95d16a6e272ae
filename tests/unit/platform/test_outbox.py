"""What a transaction writes for the bus."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from commerce.platform.clock import ManualClock
from commerce.platform.dynamodb import unmarshal
from commerce.platform.ids import RandomIds
from commerce.platform.outbox import DomainEvent, outbox_key, outbox_put, shard_of, shards

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
PAID = DomainEvent("order.paid", "commerce.orders", {"order_id": "o-1", "amount": 1999, "currency": "BRL"})


class OneId:
    def new(self, prefix: str) -> str:
        return f"{prefix}_1"


@pytest.mark.invariant("PLT-01")
def test_the_row_holds_the_envelope_and_its_own_alarm_clock() -> None:
    entry = outbox_put(PAID, "commerce", clock=ManualClock(NOW), ids=OneId(), correlation_id="req-1")
    assert entry["Put"]["TableName"] == "commerce"
    assert entry["Put"]["ConditionExpression"] == "attribute_not_exists(pk)"
    row = unmarshal(entry["Put"]["Item"])
    assert json.loads(row.pop("payload")) == {
        "id": "evt_1",
        "type": "order.paid",
        "version": 1,
        "occurred_at": "2026-11-24T07:00:00.000Z",
        "correlation_id": "req-1",
        "data": {"order_id": "o-1", "amount": 1999, "currency": "BRL"},
    }
    assert row == {
        "pk": "OUTBOX#evt_1",
        "sk": "OUTBOX",
        "kind": "outbox",
        "event_id": "evt_1",
        "type": "order.paid",
        "source": "commerce.orders",
        "due_shard": shard_of("evt_1"),
        "due_at": "2026-11-24T07:05:00.000Z",
    }
    assert outbox_key("evt_1") == {"pk": "OUTBOX#evt_1", "sk": "OUTBOX"}


def test_rows_spread_over_every_shard_and_no_other() -> None:
    ids = RandomIds()
    assert {shard_of(ids.new("evt")) for _ in range(400)} == set(shards())
