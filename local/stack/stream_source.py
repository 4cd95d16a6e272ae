"""The event source mapping of a table's stream (Lambda Developer Guide, "Using Lambda with DynamoDB").

Records go to the function in order, batch by batch; a batch that fails is tried again from its first failure, halved
when the mapping bisects, and given to the failure queue when its tries are used up.
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.stack.batches import failed_items
from local.stack.filters import matches
from local.stack.model import StreamSourceSpec
from local.stack.pool import FunctionPool, Throttled
from local.stack.transform import REGION
from local.stack.worker import Outcome

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HEARTBEAT = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_READ_LIMIT = 1000

type Record = dict[str, Any]


@dataclass(slots=True)
class _Shard:
    iterator: str | None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class StreamWires:
    """`streams` is a boto3 client of dynamodbstreams; `queue_url` finds the URL of a queue by its ARN."""

    streams: Any
    sqs: SQSClient
    queue_url: Callable[[str], str]
    changed: Callable[[], None]


@dataclass(slots=True)
class _Batch:
    records: list[Record]
    attempts: int = 0
    born: float = field(default_factory=time.monotonic)


class StreamSource:
    """Reads one stream from `start` to `stop` in a thread of its own."""

    def __init__(self, spec: StreamSourceSpec, pool: FunctionPool, wires: StreamWires) -> None:
        self.spec = spec
        self.table = spec.stream_arn.partition("table/")[2].partition("/")[0]
        self._pool = pool
        self._wires = wires
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._shards: dict[str, _Shard] = {}
        self._rings = 0
        self._read_rings = -1
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"{spec.logical_id}-source", daemon=True)

    def start(self) -> None:
        if self.spec.enabled:
            # As Lambda does: with the function's rights, so that a missing one shows.
            self._wires.streams.list_streams(TableName=self.table)
            self._find_shards()
            self._thread.start()

    def ring(self) -> None:
        """The table was written to."""
        with self._lock:
            self._rings += 1
        self._bell.set()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.set()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    @property
    def behind(self) -> bool:
        """Whether there may be records that the function has not had, or that it is still working on."""
        with self._lock:
            return self.spec.enabled and self._read_rings != self._rings

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                rings = self._rings
            try:
                self._read_all()
            except (ClientError, BotoCoreError):
                if not self._stopping.is_set():
                    raise
                return
            with self._lock:
                self._read_rings = rings
            self._wires.changed()
            self._bell.wait(HEARTBEAT)
            self._bell.clear()

    def _read_all(self) -> None:
        progress = True
        while progress and not self._stopping.is_set():
            progress = False
            for shard_id, shard in list(self._shards.items()):
                while shard.iterator and not self._stopping.is_set():
                    records = self._read(shard_id, shard)
                    if not records:
                        break
                    progress = True
                    self._pass_on(shard_id, records)
            if any(shard.iterator is None for shard in self._shards.values()):
                progress = self._find_shards() or progress

    def _find_shards(self) -> bool:
        found = self._wires.streams.describe_stream(StreamArn=self.spec.stream_arn)["StreamDescription"]["Shards"]
        new = [shard["ShardId"] for shard in found if shard["ShardId"] not in self._shards]
        kind = "TRIM_HORIZON" if self.spec.from_the_start or self._shards else "LATEST"
        for shard_id in new:
            self._shards[shard_id] = _Shard(self._iterator(shard_id, kind))
        return bool(new)

    def _iterator(self, shard_id: str, kind: str, after: str | None = None) -> str:
        where = {"SequenceNumber": after} if after else {}
        answer = self._wires.streams.get_shard_iterator(
            StreamArn=self.spec.stream_arn, ShardId=shard_id, ShardIteratorType=kind, **where
        )
        return str(answer["ShardIterator"])

    def _read(self, shard_id: str, shard: _Shard) -> list[Record]:
        try:
            answer = self._wires.streams.get_records(ShardIterator=shard.iterator, Limit=_READ_LIMIT)
        except self._wires.streams.exceptions.ExpiredIteratorException:
            kind = "AFTER_SEQUENCE_NUMBER" if shard.last else "TRIM_HORIZON"
            shard.iterator = self._iterator(shard_id, kind, shard.last)
            return self._read(shard_id, shard)
        shard.iterator = answer.get("NextShardIterator")
        records: list[Record] = [_as_lambda_sees(record, self.spec.stream_arn) for record in answer["Records"]]
        if records:
            shard.last = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    def _pass_on(self, shard_id: str, records: list[Record]) -> None:
        wanted = [record for record in records if self._wanted(record)]
        for start in range(0, len(wanted), self.spec.batch_size):
            self._work_off(shard_id, wanted[start : start + self.spec.batch_size])

    def _wanted(self, record: Record) -> bool:
        return not self.spec.filters or any(matches(pattern, record) for pattern in self.spec.filters)

    def _work_off(self, shard_id: str, records: list[Record]) -> None:
        """Give records to the function until each was accepted or given up. Halving a batch costs it no try."""
        batches = [_Batch(records)]
        while batches and not self._stopping.is_set():
            batch = batches.pop(0)
            try:
                outcome = self._pool.invoke(
                    json.dumps({"Records": batch.records}, default=_binary).encode(), patient=True
                )
            except Throttled:
                return
            first = self._first_failure(outcome, batch.records)
            if first is None:
                continue
            batches = [*self._again(shard_id, outcome, batch, first), *batches]

    def _again(self, shard_id: str, outcome: Outcome, batch: _Batch, first: int) -> list[_Batch]:
        left = batch.records[first:]
        if first > 0:
            return [_Batch(left)]
        if self.spec.bisects and len(left) > 1:
            middle = len(left) // 2
            return [
                _Batch(left[:middle], batch.attempts, batch.born),
                _Batch(left[middle:], batch.attempts, batch.born),
            ]
        batch.attempts += 1
        too_old = self.spec.maximum_age is not None and time.monotonic() - batch.born > self.spec.maximum_age
        if too_old or (self.spec.retries is not None and batch.attempts > self.spec.retries):
            self._give_up(shard_id, outcome, batch, "RecordAgeExceeded" if too_old else "RetryAttemptsExhausted")
            return []
        self._stopping.wait(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (batch.attempts - 1)))
        return [batch]

    def _first_failure(self, outcome: Outcome, records: list[Record]) -> int | None:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        failed = failed_items(outcome, numbers, reports=self.spec.reports_failures)
        return next((position for position, number in enumerate(numbers) if number in failed), None)

    def _give_up(self, shard_id: str, outcome: Outcome, batch: _Batch, condition: str) -> None:
        """The message of an on-failure destination: where the records are, not what they hold."""
        if self.spec.failure_queue_arn is None:
            return
        first, last = batch.records[0]["dynamodb"], batch.records[-1]["dynamodb"]
        message = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self._pool.spec.arn,
                "condition": condition,
                "approximateInvokeCount": batch.attempts,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "1",
                "functionError": "Unhandled" if outcome.failed else None,
            },
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "DDBStreamBatchInfo": {
                "shardId": shard_id,
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "approximateArrivalOfFirstRecord": _moment(first),
                "approximateArrivalOfLastRecord": _moment(last),
                "batchSize": len(batch.records),
                "streamArn": self.spec.stream_arn,
            },
        }
        url = self._wires.queue_url(self.spec.failure_queue_arn)
        self._wires.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))


def _binary(value: object) -> str:
    """Binary attributes travel as base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"a stream record holds a {type(value).__name__}")


def _as_lambda_sees(record: Mapping[str, Any], stream_arn: str) -> Record:
    change = dict(record["dynamodb"])
    created = change["ApproximateCreationDateTime"]
    change["ApproximateCreationDateTime"] = created.timestamp() if isinstance(created, datetime) else created
    return {**record, "dynamodb": change, "awsRegion": REGION, "eventSourceARN": stream_arn}


def _moment(change: Mapping[str, Any]) -> str:
    moment = datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
