"""The event source mapping of a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS").

It receives in the function's name, gives batches to the function, deletes what went well and leaves the rest to the
queue: its visibility timeout brings a message back, its redrive policy moves it to the dead letters.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.stack.batches import failed_items
from local.stack.model import QueueSourceSpec
from local.stack.pool import FunctionPool, Throttled
from local.stack.transform import REGION

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HEARTBEAT = 0.5
"""Seconds between looks at a queue that nobody said anything about: messages become visible again by themselves."""
_MAX_RECEIVE = 10


@dataclass(frozen=True, slots=True)
class QueuePace:
    """`redelivery` brings failed messages back after so many seconds instead of the queue's visibility timeout."""

    concurrency: int
    redelivery: int | None = None


class SqsSource:
    """Polls from `start` to `stop` in a thread of its own; batches run in further threads, up to the concurrency.

    `client` works with the function's rights, `own` is for what Lambda would not do.
    """

    def __init__(
        self,
        spec: QueueSourceSpec,
        pool: FunctionPool,
        client: SQSClient,
        own: SQSClient,
        queue_url: str,
        pace: QueuePace,
        changed: Callable[[], None],
    ) -> None:
        self.spec = spec
        self.queue_url = queue_url
        self.queue_name = queue_url.rsplit("/", 1)[-1]
        self._pool = pool
        self._sqs = client
        self._own = own
        self._pace = pace
        self._changed = changed
        self._slots = threading.Semaphore(min(pace.concurrency, spec.maximum_concurrency or pace.concurrency))
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._running: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"{spec.logical_id}-source", daemon=True)

    def start(self) -> None:
        if self.spec.enabled:
            # As Lambda does: with the function's rights, so that a missing one shows.
            self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])
            self._thread.start()

    def ring(self) -> None:
        """There may be something in the queue."""
        self._bell.set()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.set()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        with self._lock:
            running = list(self._running)
        for thread in running:
            thread.join(timeout=10)

    @property
    def busy(self) -> int:
        with self._lock:
            return len(self._running)

    def waiting(self) -> int:
        """Messages in the queue: visible, delayed, or out to the function."""
        found = self._own.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["All"])["Attributes"]
        return sum(int(count) for name, count in found.items() if name.startswith("ApproximateNumberOfMessages"))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.wait(HEARTBEAT)
            self._bell.clear()
            while not self._stopping.is_set() and self._start_batch():
                pass

    def _start_batch(self) -> bool:
        """Whether there was a batch, so that looking again at once makes sense."""
        if not self._slots.acquire(timeout=HEARTBEAT):
            self._bell.set()
            return False
        messages = self._gather()
        if not messages:
            self._slots.release()
            return False
        thread = threading.Thread(
            target=self._work, args=(messages,), name=f"{self.spec.logical_id}-batch", daemon=True
        )
        with self._lock:
            self._running.add(thread)
        thread.start()
        return True

    def _gather(self) -> list[MessageTypeDef]:
        """Up to a batch of messages; waits for more of them as long as the mapping's window says."""
        end = time.monotonic() + self.spec.window
        messages: list[MessageTypeDef] = []
        while True:
            wanted = min(_MAX_RECEIVE, self.spec.batch_size - len(messages))
            found = self._sqs.receive_message(
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=wanted,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            ).get("Messages", [])
            messages += found
            if len(messages) >= self.spec.batch_size or self._stopping.is_set():
                return messages
            if len(found) < wanted:
                left = end - time.monotonic()
                if not messages or left <= 0:
                    return messages
                self._bell.wait(min(left, HEARTBEAT))
                self._bell.clear()

    def _work(self, messages: list[MessageTypeDef]) -> None:
        try:
            self._deliver(messages)
        finally:
            with self._lock:
                self._running.discard(threading.current_thread())
            self._slots.release()
            self._bell.set()
            self._changed()

    def _deliver(self, messages: list[MessageTypeDef]) -> None:
        event = {"Records": [self._record(message) for message in messages]}
        try:
            outcome = self._pool.invoke(json.dumps(event).encode(), patient=True)
        except Throttled:  # shutting down: the messages stay in the queue
            return
        failed = failed_items(
            outcome, [message["MessageId"] for message in messages], reports=self.spec.reports_failures
        )
        done = [message for message in messages if message["MessageId"] not in failed]
        for start in range(0, len(done), _MAX_RECEIVE):
            entries = [
                {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                for n, message in enumerate(done[start : start + _MAX_RECEIVE])
            ]
            self._sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)  # type: ignore[arg-type]
        if self._pace.redelivery is not None:
            self._bring_back([message for message in messages if message["MessageId"] in failed], self._pace.redelivery)

    def _bring_back(self, messages: list[MessageTypeDef], seconds: int) -> None:
        for message in messages:
            self._own.change_message_visibility(
                QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds
            )

    def _record(self, message: MessageTypeDef) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": {
                name: _attribute(dict(value)) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self.spec.queue_arn,
            "awsRegion": REGION,
        }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    binary = value.get("BinaryValue")
    return {
        **({"stringValue": value["StringValue"]} if "StringValue" in value else {}),
        **({"binaryValue": base64.b64encode(binary).decode()} if binary is not None else {}),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
