"""SQS: sending. Receiving is in `commerce.platform.batch`, which webhook functions must not have to import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from commerce.platform.errors import ConfigurationError, StoreUnavailable
from commerce.platform.jsontext import compact

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

type Message = Mapping[str, object]
"""A message in plain JSON: ids and kinds, never a body that holds personal data."""

ENTRIES_PER_CALL = 10
_OURS_TO_FIX = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "InvalidAddress",
        "QueueDoesNotExist",
    }
)


def send(client: SQSClient, queue_url: str, message: Message, *, delay: int = 0) -> None:
    """Queue one message; returns only once SQS has it.

    Args:
        delay: seconds before anybody sees it, 900 at most (SQS, SendMessage, DelaySeconds).

    Raises:
        StoreUnavailable: `queue_unavailable`; SQS may have it all the same, consumers are idempotent.
        ConfigurationError: the queue does not exist or may not be used.
    """
    with queue_errors("queue a message"):
        client.send_message(QueueUrl=queue_url, MessageBody=compact(message), DelaySeconds=delay)


def send_many(client: SQSClient, queue_url: str, messages: Sequence[Message], *, delay: int = 0) -> None:
    """Queue messages, ten a call.

    Raises:
        StoreUnavailable: `queue_unavailable` when SQS refused any of them (a 200 does not mean all were taken);
            `details.failed` counts them. Those before it are queued: send all again, consumers are idempotent.
    """
    for start in range(0, len(messages), ENTRIES_PER_CALL):
        entries: Any = [
            {"Id": str(number), "MessageBody": compact(message), "DelaySeconds": delay}
            for number, message in enumerate(messages[start : start + ENTRIES_PER_CALL])
        ]
        with queue_errors("queue messages"):
            answer = client.send_message_batch(QueueUrl=queue_url, Entries=entries)
        refused = answer.get("Failed", [])
        if refused:
            raise StoreUnavailable(
                f"SQS did not take {len(refused)} of {len(entries)} messages. Try again shortly.",
                code="queue_unavailable",
                details={"failed": len(refused)},
            )


@contextmanager
def queue_errors(action: str) -> Iterator[None]:
    """Translate what boto raises inside the block; `action` completes the sentence "Could not …"."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _OURS_TO_FIX:
            raise ConfigurationError(
                f"Could not {action}: SQS answered {code}. Check the queue's URL in the function's environment and "
                "the function's role, then deploy again with `sam deploy`."
            ) from error
        raise StoreUnavailable(
            f"Could not {action}: SQS answered {code}. Try again shortly.", code="queue_unavailable"
        ) from error
    except BotoCoreError as error:
        raise StoreUnavailable(
            f"Could not {action}: SQS was not reached ({type(error).__name__}). Try again shortly.",
            code="queue_unavailable",
        ) from error
