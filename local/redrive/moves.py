"""Ways to bring dead letters back to their queue, with the messages as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

POLL_SECONDS = 2.0
_BATCH = 10
_RUNNING = ("RUNNING", "CANCELLING")

type Tell = Callable[[str], None]


class RedriveError(Exception):
    """The move cannot begin or did not end well; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Route:
    """From the dead letters to the queue that gave them up, by name."""

    source: str
    target: str

    @classmethod
    def of(cls, stack: str, queue: str) -> Route:
        """The names that template.yaml gives the queues of a stack."""
        return cls(f"{stack}-{queue}-dead", f"{stack}-{queue}")


def waiting(sqs: SQSClient, queue: str) -> int:
    """About how many messages can be received from a queue now.

    Raises:
        RedriveError: there is no queue of this name.
    """
    url = _url(sqs, queue)
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def move_by_task(sqs: SQSClient, route: Route, per_second: int, tell: Tell, pause: Callable[[float], None]) -> int:
    """Let SQS move them, as its console does; returns how many were moved.

    The destination is named, because letters that a bus rule put there have no queue of their own to return to.
    """
    source = _arn(sqs, route.source)
    sqs.start_message_move_task(
        SourceArn=source, DestinationArn=_arn(sqs, route.target), MaxNumberOfMessagesPerSecond=per_second
    )
    while True:
        task: Any = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"][0]
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        tell(f"{moved} of {task.get('ApproximateNumberOfMessagesToMove', moved)} moved")
        if task["Status"] not in _RUNNING:
            break
        pause(POLL_SECONDS)
    if task["Status"] != "COMPLETED":
        reason = task.get("FailureReason", "no reason given")
        raise RedriveError(f"SQS stopped after {moved} messages ({task['Status'].lower()}): {reason}. Run it again.")
    return moved


def move_by_hand(sqs: SQSClient, route: Route, tell: Tell) -> int:
    """Receive, send, delete, in that order, where there is no such task: the local stack's SQS has none.

    Ends when nothing can be received; a message whose deletion fails is in both queues, and its worker knows how to
    meet it twice.
    """
    source, target = _url(sqs, route.source), _url(sqs, route.target)
    moved = 0
    while messages := sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=_BATCH).get("Messages", []):
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += len(messages)
        tell(f"{moved} moved")
    return moved


def _url(sqs: SQSClient, queue: str) -> str:
    try:
        return sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist as error:
        raise RedriveError(
            f"There is no queue {queue} in this account and region. Check --stack, AWS_PROFILE and AWS_REGION."
        ) from error


def _arn(sqs: SQSClient, queue: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=_url(sqs, queue), AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]
