"""`make redrive`: dead letters come back, and nothing is moved that nobody confirmed."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from local.redrive.command import QUEUES, main, redrive
from local.redrive.moves import RedriveError, Route, move_by_task, waiting
from tests.infrastructure.stackview import StackView

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

ROUTE = Route.of("commerce-dev", "stripe")
AT_HOME = Namespace(yes=True, endpoint="http://127.0.0.1:1", per_second=10)
SOURCE = "arn:aws:sqs:us-east-1:123456789012:commerce-dev-stripe-dead"
TARGET = "arn:aws:sqs:us-east-1:123456789012:commerce-dev-stripe"


@pytest.fixture
def sqs() -> Iterator[SQSClient]:
    with mock_aws():
        client = boto3.client("sqs", region_name="us-east-1")
        client.create_queue(QueueName=ROUTE.source)
        client.create_queue(QueueName=ROUTE.target)
        yield client


def fill(sqs: SQSClient, queue: str, count: int) -> None:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    for number in range(count):
        sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")


def bodies(sqs: SQSClient, queue: str) -> list[str]:
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        found += [message["Body"] for message in messages]
    return sorted(found)


@pytest.mark.parametrize("queue", QUEUES)
def test_the_names_are_those_of_the_template(stack: StackView, queue: str) -> None:
    name = queue.title().replace("-", "")
    route = Route.of("commerce-dev", queue)
    assert stack.properties(f"{name}DeadLetters")["QueueName"] == route.source
    assert stack.properties(f"{name}Queue")["QueueName"] == route.target


@pytest.mark.invariant("PLT-02")
def test_every_queue_whose_letters_can_die_is_among_them(stack: StackView) -> None:
    redriven = {route.target for route in (Route.of("commerce-dev", queue) for queue in QUEUES)}
    queues = stack.every("AWS::SQS::Queue").values()
    assert redriven == {queue["QueueName"] for queue in queues if "RedrivePolicy" in queue}


@pytest.mark.invariant("PLT-02")
def test_dead_letters_go_back_as_they_are(sqs: SQSClient, capsys: pytest.CaptureFixture[str]) -> None:
    fill(sqs, ROUTE.source, 23)
    assert redrive(sqs, ROUTE, AT_HOME, ask=lambda _question: False) == 0
    assert waiting(sqs, ROUTE.source) == 0
    assert bodies(sqs, ROUTE.target) == sorted(f"message {number}" for number in range(23))
    told = capsys.readouterr().out
    assert "About 23 messages in commerce-dev-stripe-dead will go back to commerce-dev-stripe." in told
    assert "Moved 23 messages." in told


def test_nothing_moves_without_a_yes(sqs: SQSClient) -> None:
    fill(sqs, ROUTE.source, 2)
    careful = Namespace(**{**vars(AT_HOME), "yes": False})
    assert redrive(sqs, ROUTE, careful, ask=lambda _question: False) == 2
    assert (waiting(sqs, ROUTE.source), waiting(sqs, ROUTE.target)) == (2, 0)
    assert redrive(sqs, ROUTE, careful, ask=lambda _question: True) == 0
    assert (waiting(sqs, ROUTE.source), waiting(sqs, ROUTE.target)) == (0, 2)


def test_an_empty_queue_is_said_to_be_empty(sqs: SQSClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert redrive(sqs, ROUTE, AT_HOME, ask=lambda _question: False) == 0
    assert "is empty: nothing to move" in capsys.readouterr().out


def test_an_unknown_stack_is_named(sqs: SQSClient) -> None:
    with pytest.raises(RedriveError, match=r"no queue commerce-typo-stripe-dead .* Check --stack"):
        waiting(sqs, "commerce-typo-stripe-dead")


def test_an_unknown_queue_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["outbox"])
    assert "choose from" in capsys.readouterr().err


@pytest.mark.invariant("PLT-02")
def test_a_deployed_stack_moves_them_by_a_task_of_sqs() -> None:
    told: list[str] = []
    pauses: list[float] = []
    with deployed([_task("RUNNING", 4), _task("COMPLETED", 12)]) as client:
        assert move_by_task(client, ROUTE, 10, told.append, pauses.append) == 12
    assert told == ["4 of 12 moved", "12 of 12 moved"]
    assert len(pauses) == 1


def test_a_task_that_fails_says_how_far_it_came() -> None:
    failed = {**_task("FAILED", 5), "FailureReason": "AWS.SimpleQueueService.NonExistentQueue"}
    with deployed([failed]) as client, pytest.raises(RedriveError, match=r"after 5 messages .*NonExistentQueue"):
        move_by_task(client, ROUTE, 10, lambda _progress: None, lambda _seconds: None)


class deployed:  # noqa: N801 - reads as a context
    """SQS as AWS answers it: moto knows no move tasks."""

    def __init__(self, tasks: list[dict[str, Any]]) -> None:
        self._client = boto3.client("sqs", region_name="us-east-1")
        self._stubber = Stubber(self._client)
        for queue, arn in ((ROUTE.source, SOURCE), (ROUTE.target, TARGET)):
            url = f"https://sqs.us-east-1.amazonaws.com/123456789012/{queue}"
            self._stubber.add_response("get_queue_url", {"QueueUrl": url}, {"QueueName": queue})
            self._stubber.add_response("get_queue_attributes", {"Attributes": {"QueueArn": arn}})
        start = {"SourceArn": SOURCE, "DestinationArn": TARGET, "MaxNumberOfMessagesPerSecond": 10}
        self._stubber.add_response("start_message_move_task", {"TaskHandle": "handle"}, start)
        for task in tasks:
            self._stubber.add_response("list_message_move_tasks", {"Results": [task]})

    def __enter__(self) -> SQSClient:
        self._stubber.activate()
        return self._client

    def __exit__(self, *_error: object) -> None:
        self._stubber.deactivate()
        self._stubber.assert_no_pending_responses()


def _task(status: str, moved: int) -> dict[str, Any]:
    return {
        "Status": status,
        "SourceArn": SOURCE,
        "DestinationArn": TARGET,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": 12,
    }
