"""Sending to SQS: nothing counts as queued before SQS said so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from commerce.platform import queue
from commerce.platform.errors import ConfigurationError, StoreUnavailable

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/stripe"


class FakeSqs:
    """Takes messages; refuses those whose `kind` is "refused"."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(arguments)
        if self.error:
            raise self.error
        self.sent.append(json.loads(arguments["MessageBody"]))
        return {}

    def send_message_batch(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(arguments)
        bodies = [(entry["Id"], json.loads(entry["MessageBody"])) for entry in arguments["Entries"]]
        self.sent.extend(body for _, body in bodies if body["kind"] != "refused")
        return {"Failed": [{"Id": number} for number, body in bodies if body["kind"] == "refused"]}


def test_one_message() -> None:
    sqs: Any = FakeSqs()
    queue.send(sqs, URL, {"kind": "poll", "payment_id": "pay_1"}, delay=30)
    assert sqs.calls == [
        {"QueueUrl": URL, "MessageBody": '{"kind":"poll","payment_id":"pay_1"}', "DelaySeconds": 30},
    ]


def test_many_messages_go_ten_a_call() -> None:
    sqs: Any = FakeSqs()
    messages = [{"kind": "poll", "payment_id": f"pay_{number}"} for number in range(23)]
    queue.send_many(sqs, URL, messages)
    assert sqs.sent == messages
    assert [len(call["Entries"]) for call in sqs.calls] == [10, 10, 3]
    assert all(len({entry["Id"] for entry in call["Entries"]}) == len(call["Entries"]) for call in sqs.calls)


def test_no_messages_make_no_call() -> None:
    sqs: Any = FakeSqs()
    queue.send_many(sqs, URL, [])
    assert sqs.calls == []


@pytest.mark.invariant("PAY-16")
def test_a_200_with_failed_entries_is_a_failure() -> None:
    sqs: Any = FakeSqs()
    with pytest.raises(StoreUnavailable) as failed:
        queue.send_many(sqs, URL, [{"kind": "poll"}, {"kind": "refused"}])
    assert failed.value.code == "queue_unavailable"
    assert failed.value.details == {"failed": 1}


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "RequestThrottled", "Message": ""}}, "SendMessage"),
        ReadTimeoutError(endpoint_url=URL),
    ],
)
def test_a_queue_that_did_not_answer(error: Exception) -> None:
    with pytest.raises(StoreUnavailable) as failed:
        queue.send(FakeSqs(error), URL, {})  # type: ignore[arg-type]
    assert failed.value.code == "queue_unavailable"
    assert failed.value.retryable


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.NonExistentQueue", "AccessDenied"])
def test_a_queue_that_is_not_ours_to_use(code: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": ""}}, "SendMessage")
    with pytest.raises(ConfigurationError) as wrong:
        queue.send(FakeSqs(error), URL, {})  # type: ignore[arg-type]
    assert "sam deploy" in wrong.value.message
