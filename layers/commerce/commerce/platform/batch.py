"""SQS: receiving. One poison message fails alone, comes back with growing pauses, and ends in the DLQ (PLT-02)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from commerce.platform.deadline import Deadline
from commerce.platform.errors import BadRequest, IntegrationError, StoreUnavailable
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import correlated, count, log_failure, logger
from commerce.platform.queue import queue_errors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from mypy_boto3_sqs.client import SQSClient

LEAST_SECONDS = 3.0
"""A message is not begun with less than this left before the deadline: it could only be cut off half way."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message: its JSON body, and which delivery of it this is (1 for the first)."""

    id: str
    body: Mapping[str, Any]
    receive_count: int


type Handle = Callable[[Received, Deadline], None]
"""Does one message's work; returning means done, raising means that it comes back."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a failed message stays invisible: full jitter over doubling steps.

    Args:
        first_seconds: the ceiling after the first failure.
        most_seconds: the ceiling however often it failed; SQS allows 43,200.
    """

    first_seconds: float = 5.0
    most_seconds: float = 900.0
    jitter: Callable[[], float] = random.random

    def seconds(self, receive_count: int, retry_after: int | None = None) -> int:
        ceiling = min(self.most_seconds, self.first_seconds * 2.0 ** min(receive_count - 1, 20))
        return max(1, retry_after or 0, round(ceiling / 2 + ceiling / 2 * self.jitter()))


class NotBegun(StoreUnavailable):
    """The invocation's time ran out before this message's turn."""


def process_batch(
    event: Event,
    handle: Handle,
    context: Context,
    *,
    client: SQSClient,
    queue: str,
    backoff: Backoff | None = None,
) -> BatchAnswer:
    """Hand every message of an SQS event to `handle`; name those that failed, so that SQS keeps only them.

    A failure of any kind sends the message back: what no retry can cure ends in the DLQ by the queue's redrive
    policy, where a person sees it. Each failure is logged once, with its code.

    Args:
        queue: a short name for metrics: "stripe", "email".
    """
    deadline = Deadline.of(context)
    pauses: dict[str, int] = {}
    rule = backoff or Backoff()

    def work(record: SQSRecord) -> None:
        delivery = _receive_count(record)
        try:
            _handle_one(record, delivery, handle, deadline)
        except Exception as error:
            wait = error.retry_after if isinstance(error, IntegrationError) else None
            pauses[record.receipt_handle] = 0 if isinstance(error, NotBegun) else rule.seconds(delivery, wait)
            _tell(queue, record.message_id, delivery, error)
            raise
        count("message", operation=queue, outcome="done")

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event=dict(event), record_handler=work, processor=processor, context=None)
    if pauses:
        _postpone(client, event, pauses)
    return answer  # type: ignore[return-value]


def _handle_one(record: SQSRecord, receive_count: int, handle: Handle, deadline: Deadline) -> None:
    if deadline.remaining() < LEAST_SECONDS:
        raise NotBegun("No time was left for this message; it comes back at once.", code="not_begun")
    body = _parsed(record.body)
    with correlated(_correlation_id(body)):
        handle(Received(record.message_id, body, receive_count), deadline)


def _receive_count(record: SQSRecord) -> int:
    return int(record.raw_event.get("attributes", {}).get("ApproximateReceiveCount", "1"))


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The message is not JSON.", code="malformed_message") from error
    if not isinstance(body, dict):
        raise BadRequest("The message is not a JSON object.", code="malformed_message")
    return body


def _correlation_id(body: Mapping[str, Any]) -> str | None:
    """Ours carry it at the top; a bus event carries the envelope under `detail`."""
    detail = body.get("detail")
    found = body.get("correlation_id") or (detail.get("correlation_id") if isinstance(detail, dict) else None)
    return found if isinstance(found, str) else None


def _tell(queue: str, message_id: str, receive_count: int, error: Exception) -> None:
    code = error.code if isinstance(error, IntegrationError) else "internal_error"
    count("message", operation=queue, outcome=code)
    log_failure("message failed", error, queue=queue, message_id=message_id, receive_count=receive_count)


def _postpone(client: SQSClient, event: Event, pauses: Mapping[str, int]) -> None:
    entries: Any = [
        {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
        for number, (receipt, seconds) in enumerate(pauses.items())
    ]
    try:
        with queue_errors("postpone failed messages"):
            client.change_message_visibility_batch(QueueUrl=_queue_url(client, event), Entries=entries)
    except IntegrationError as error:
        # They come back after the queue's own visibility timeout: later than wished, but not lost.
        logger.warning("failed messages keep the queue's own pause", extra={"code": error.code})


def _queue_url(client: SQSClient, event: Event) -> str:
    """The queue of this event, at the endpoint that the client talks to: arn:aws:sqs:<region>:<account>:<name>."""
    account, name = event["Records"][0]["eventSourceARN"].split(":")[4:6]
    return f"{client.meta.endpoint_url}/{account}/{name}"
