"""From the outbox to the bus: in order, at least once, and nothing left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.outbox import DomainEvent, outbox_key, outbox_put
from commerce.platform.relay import BYTES_PER_CALL, Bus, OutboxRow, Relay, chunks
from tests.tables import tables
from tests.unit.platform.lines import recorded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TABLE = "CommerceTable"
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class FakeEvents:
    """A bus that refuses what it is told to."""

    def __init__(self, *refused: str) -> None:
        self.refused = set(refused)
        self.calls: list[list[str]] = []
        self.published: list[str] = []
        self.error: Exception | None = None

    def put_events(self, **arguments: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        ids = [json.loads(entry["Detail"])["id"] for entry in arguments["Entries"]]
        self.calls.append(ids)
        self.published.extend(event_id for event_id in ids if event_id not in self.refused)
        assert len(ids) <= 10
        verdicts = [
            {"ErrorCode": "InternalFailure"} if event_id in self.refused else {"EventId": "x"} for event_id in ids
        ]
        return {"FailedEntryCount": len(self.refused & set(ids)), "Entries": verdicts}


class Numbers:
    """Ids in the order of their making."""

    def __init__(self) -> None:
        self.last = 0

    def new(self, prefix: str) -> str:
        self.last += 1
        return f"{prefix}_{self.last}"


class Outbox:
    """A table with rows, the stream they make, and a relay to a bus."""

    def __init__(self, client: DynamoDBClient) -> None:
        self.client = client
        self.clock = ManualClock(NOW)
        self.events = FakeEvents()
        self.relay = Relay(Bus(self.events, "commerce"), client, TABLE)  # type: ignore[arg-type]
        self.ids = Numbers()

    def fill(self, count: int) -> dict[str, Any]:
        records = []
        for _ in range(count):
            event = DomainEvent("order.paid", "commerce.orders", {"order_id": "o-1"})
            entry = outbox_put(event, TABLE, clock=self.clock, ids=self.ids, correlation_id="c")
            dynamodb.write(self.client, entry)
            image = entry["Put"]["Item"]
            records.append({"dynamodb": {"SequenceNumber": f"seq-{self.ids.last}", "NewImage": image}})
        return {"Records": records}

    def left(self) -> list[str]:
        keys = [outbox_key(f"evt_{number}") for number in range(1, self.ids.last + 1)]
        return sorted(item["event_id"] for item in dynamodb.get_many(self.client, TABLE, keys))

    def run(self, event: dict[str, Any]) -> list[str]:
        with recorded() as self.lines:
            answer = self.relay.relay(event)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def sweep(self, seconds: float = 60) -> int:
        with recorded() as self.lines:
            return self.relay.sweep(self.clock, Deadline.after(seconds))


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    with tables() as client:
        yield Outbox(client)


@pytest.mark.invariant("PLT-01")
def test_rows_are_published_in_order_and_deleted(outbox: Outbox) -> None:
    assert outbox.run(outbox.fill(23)) == []
    assert outbox.events.published == [f"evt_{number}" for number in range(1, 24)]
    assert [len(call) for call in outbox.events.calls] == [10, 10, 3]
    assert outbox.left() == []


@pytest.mark.invariant("PLT-01")
def test_a_refused_event_stops_the_shard_there_and_keeps_its_row(outbox: Outbox) -> None:
    event = outbox.fill(13)
    outbox.events.refused = {"evt_3", "evt_5"}
    assert outbox.run(event) == ["seq-3"]
    assert outbox.left() == ["evt_11", "evt_12", "evt_13", "evt_3", "evt_5"]
    assert {(line["event_id"], line["code"]) for line in outbox.lines.logs} == {
        ("evt_3", "InternalFailure"),
        ("evt_5", "InternalFailure"),
    }


@pytest.mark.invariant("PLT-01")
def test_a_bus_that_is_down_keeps_everything(outbox: Outbox) -> None:
    event = outbox.fill(12)
    outbox.events.error = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutEvents")
    assert outbox.run(event) == ["seq-1"]
    assert len(outbox.left()) == 12


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize(
    "image", [{}, {"pk": {"S": "OUTBOX#1"}}, {"event_id": {}}, {"event_id": "plain"}, {"event_id": {"N": "x"}}, None]
)
def test_a_record_that_is_no_outbox_row_fails_alone(outbox: Outbox, image: Any) -> None:
    event = outbox.fill(3)
    event["Records"][1]["dynamodb"]["NewImage"] = image
    assert outbox.run(event) == ["seq-2"]
    assert outbox.events.published == ["evt_1"]


@pytest.mark.invariant("PLT-01")
def test_a_row_that_could_not_be_deleted_is_not_a_failure(outbox: Outbox) -> None:
    event = outbox.fill(2)
    outbox.relay = Relay(Bus(outbox.events, "commerce"), outbox.client, "no-such-table")  # type: ignore[arg-type]
    assert outbox.run(event) == []
    assert outbox.left() == ["evt_1", "evt_2"]
    assert {"operation": "delete", "outcome": "left", "service": "test", "outbox": [2.0]} in outbox.lines.metrics


@pytest.mark.invariant("PLT-01")
def test_the_sweeper_publishes_what_is_older_than_five_minutes(outbox: Outbox) -> None:
    outbox.fill(9)
    assert outbox.sweep() == 0
    outbox.clock.advance(299)
    assert outbox.sweep() == 0
    outbox.clock.advance(1)
    outbox.fill(1)
    outbox.events.refused = {"evt_2"}
    assert outbox.sweep() == 8
    assert outbox.left() == ["evt_10", "evt_2"]
    outbox.events.refused = set()
    assert outbox.sweep() == 1
    assert outbox.sweep() == 0
    assert sorted(outbox.events.published) == sorted(f"evt_{number}" for number in range(1, 10))


@pytest.mark.invariant("PLT-01")
def test_the_sweeper_trusts_the_table_and_not_the_index_that_lags(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.fill(2)
    outbox.clock.advance(600)
    monkeypatch.setattr("commerce.platform.relay.query", lambda *_, **__: [outbox_key("evt_1"), outbox_key("gone")])
    monkeypatch.setattr("commerce.platform.relay.shards", lambda: ("outbox#0",))
    assert outbox.sweep() == 1
    assert outbox.events.published == ["evt_1"]


def test_the_sweeper_stops_by_its_deadline(outbox: Outbox) -> None:
    outbox.fill(8)
    outbox.clock.advance(600)
    assert outbox.sweep(seconds=1) < 8
    assert outbox.sweep() > 0
    assert outbox.left() == []


def row(number: int, size: int = 100) -> OutboxRow:
    return OutboxRow(f"evt_{number}", "t", "s", "x" * (size - 2))


def test_chunks_hold_ten_rows_and_one_megabyte() -> None:
    half = BYTES_PER_CALL // 2
    rows = [row(1, half), row(2, half), row(3), row(4, BYTES_PER_CALL + 1), *(row(n) for n in range(5, 16))]
    sizes = [[r.event_id for r in chunk] for chunk in chunks(rows)]
    assert sizes[:3] == [["evt_1", "evt_2"], ["evt_3"], ["evt_4"]]
    assert [len(chunk) for chunk in sizes[3:]] == [10, 1]
    assert [event_id for chunk in sizes for event_id in chunk] == [r.event_id for r in rows]


def test_a_rows_size_is_in_bytes() -> None:
    assert OutboxRow("evt_1", "té", "s", "ç").size == 6
