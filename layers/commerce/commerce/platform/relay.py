"""From the outbox to the bus: published first, deleted after, so an event may come twice but never not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from commerce.platform.clock import Clock, iso
from commerce.platform.deadline import Deadline
from commerce.platform.dynamodb import delete_many, get_many, query, unmarshal
from commerce.platform.errors import IntegrationError
from commerce.platform.lambda_types import BatchAnswer, Event
from commerce.platform.observability import count, log_failure, logger
from commerce.platform.outbox import outbox_key, shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient

ENTRIES_PER_CALL = 10
BYTES_PER_CALL = 1_000_000
"""PutEvents takes 1 MB for all entries together."""

PAGE = 100
LEAST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """What the bus needs of an outbox item; `payload` is the envelope as JSON text."""

    event_id: str
    type: str
    source: str
    payload: str

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> OutboxRow:
        """Raises KeyError for an item that is not an outbox row."""
        return cls(item["event_id"], item["type"], item["source"], item["payload"])

    @property
    def size(self) -> int:
        """Bytes that EventBridge counts (PutEvents, "Calculating event entry size")."""
        return sum(len(text.encode()) for text in (self.type, self.source, self.payload))


class Bus:
    """The event bus, a chunk at a time."""

    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, rows: Sequence[OutboxRow]) -> list[bool]:
        """Which of `rows` the bus accepted, in their order; at most one call's worth (see `chunks`)."""
        entries: Any = [
            {"EventBusName": self._name, "Source": row.source, "DetailType": row.type, "Detail": row.payload}
            for row in rows
        ]
        try:
            answer = self._client.put_events(Entries=entries)
        except (ClientError, BotoCoreError) as error:
            self._tell(rows[0], type(error).__name__)
            return [False] * len(rows)
        # A 200 does not mean that every entry was taken: each has its own verdict.
        verdicts = answer["Entries"]
        for row, verdict in zip(rows, verdicts, strict=True):
            if "ErrorCode" in verdict:
                self._tell(row, verdict["ErrorCode"])
        return ["ErrorCode" not in verdict for verdict in verdicts]

    def _tell(self, row: OutboxRow, code: str) -> None:
        count("outbox", operation="publish", outcome="refused")
        logger.error("event not published", extra={"event_id": row.event_id, "type": row.type, "code": code})


class Relay:
    """Moves outbox rows to the bus."""

    def __init__(self, bus: Bus, client: DynamoDBClient, table: str) -> None:
        self._bus = bus
        self._client = client
        self._table = table

    def relay(self, event: Event) -> BatchAnswer:
        """Publish the rows of a stream event in its order, and stop at the first that fails.

        What the answer names is where Lambda begins again: everything before it is published and deleted.
        """
        sequences, rows, failed = _stream_rows(event)
        done: list[OutboxRow] = []
        begun = 0
        for chunk in chunks(rows):
            accepted = self._bus.publish(chunk)
            done.extend(row for row, taken in zip(chunk, accepted, strict=True) if taken)
            if not all(accepted):
                failed = sequences[begun + accepted.index(False)]
                break
            begun += len(chunk)
        self._delete(done)
        count("outbox", len(done), operation="relay", outcome="published")
        return {"batchItemFailures": [] if failed is None else [{"itemIdentifier": failed}]}

    def sweep(self, clock: Clock, deadline: Deadline) -> int:
        """Publish rows that are still there after SWEEP_AFTER; returns how many, and stops by the deadline."""
        now = iso(clock.now())
        published = 0
        for shard in shards():
            keys: list[Mapping[str, object]] = []
            for item in query(
                self._client,
                self._table,
                "due_shard = :shard AND due_at <= :now",
                {":shard": shard, ":now": now},
                index="due",
            ):
                keys.append({"pk": item["pk"], "sk": item["sk"]})
                if len(keys) == PAGE:
                    published += self._sweep_page(keys)
                    keys = []
                if deadline.remaining() < LEAST_SECONDS:
                    return published + self._sweep_page(keys)
            published += self._sweep_page(keys)
        return published

    def _sweep_page(self, keys: Sequence[Mapping[str, object]]) -> int:
        # The index lags behind the table: only what the table still holds is swept.
        rows = [OutboxRow.of(item) for item in get_many(self._client, self._table, keys)]
        done: list[OutboxRow] = []
        for chunk in chunks(rows):
            accepted = self._bus.publish(chunk)
            done.extend(row for row, taken in zip(chunk, accepted, strict=True) if taken)
        self._delete(done)
        if done:
            count("outbox", len(done), operation="sweep", outcome="published")
        return len(done)

    def _delete(self, rows: Sequence[OutboxRow]) -> None:
        if not rows:
            return
        try:
            undone = delete_many(self._client, self._table, [outbox_key(row.event_id) for row in rows])
        except IntegrationError as error:
            undone = len(rows)
            log_failure("published events not deleted", error)
        if undone:
            # The sweeper publishes them once more; consumers know an event by its id.
            count("outbox", undone, operation="delete", outcome="left")


def chunks(rows: Iterable[OutboxRow]) -> Iterator[list[OutboxRow]]:
    """Rows in their order, ten and BYTES_PER_CALL at most together; a larger row comes alone and is refused alone."""
    chunk: list[OutboxRow] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) == ENTRIES_PER_CALL or size + row.size > BYTES_PER_CALL):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row.size
    if chunk:
        yield chunk


def _stream_rows(event: Event) -> tuple[list[str], list[OutboxRow], str | None]:
    """Sequence numbers and rows up to the first record that holds no outbox row, and that record's number."""
    sequences: list[str] = []
    rows: list[OutboxRow] = []
    for record in event["Records"]:
        sequence: str = record["dynamodb"]["SequenceNumber"]
        try:
            rows.append(OutboxRow.of(unmarshal(record["dynamodb"]["NewImage"])))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            logger.error("outbox record not readable", extra={"sequence": sequence, "error_type": type(error).__name__})
            return sequences, rows, sequence
        sequences.append(sequence)
    return sequences, rows, None
