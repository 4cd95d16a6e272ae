"""Receiving from SQS: one poison message fails alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from commerce.platform.batch import Backoff, Handle, Received, process_batch
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable, Unprocessable
from commerce.platform.observability import logger
from tests.conftest import FakeContext
from tests.unit.platform.lines import Lines, recorded

ARN = "arn:aws:sqs:us-east-1:123456789012:stripe"


class FakeSqs:
    """Remembers how long messages were hidden."""

    class meta:  # noqa: N801 - boto's name
        endpoint_url = "http://127.0.0.1:4566"

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self.error = error

    def change_message_visibility_batch(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(arguments)
        if self.error:
            raise self.error
        return {}

    @property
    def pauses(self) -> dict[str, int]:
        return {e["ReceiptHandle"]: e["VisibilityTimeout"] for call in self.calls for e in call["Entries"]}


def sqs_event(*bodies: str, receive_count: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{number}",
                "receiptHandle": f"r-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(receive_count)},
                "eventSource": "aws:sqs",
                "eventSourceARN": ARN,
            }
            for number, body in enumerate(bodies)
        ]
    }


class Worker:
    """A batch worker whose messages say what should happen to them."""

    def __init__(self, sqs: FakeSqs | None = None, watch: Handle | None = None) -> None:
        self.sqs = sqs or FakeSqs()
        self.watch = watch
        self.done: list[Received] = []
        self.lines = Lines()

    def handle(self, message: Received, deadline: Deadline) -> None:
        if self.watch:
            self.watch(message, deadline)
        match message.body.get("do"):
            case "refuse":
                raise Unprocessable("No such payment.", code="payment_unknown")
            case "unavailable":
                raise ProviderUnavailable("stripe is down.", retry_after=600)
            case "break":
                raise RuntimeError("hunter2")
        self.done.append(message)

    def run(self, event: dict[str, Any], milliseconds: int = 60_000) -> list[str]:
        with recorded() as self.lines:
            answer = process_batch(
                event,
                self.handle,
                FakeContext(milliseconds),
                client=self.sqs,  # type: ignore[arg-type]
                queue="stripe",
                backoff=Backoff(jitter=lambda: 1.0),
            )
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def bodies(*wishes: str) -> list[str]:
    return [json.dumps({"do": wish, "correlation_id": f"c-{number}"}) for number, wish in enumerate(wishes)]


@pytest.mark.invariant("PLT-02")
def test_one_poison_message_fails_alone() -> None:
    worker = Worker()
    assert worker.run(sqs_event(*bodies("work", "break", "work"))) == ["m-1"]
    assert [message.id for message in worker.done] == ["m-0", "m-2"]


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("poison", ["", "not json", "[]", "null", "[" * 100_000, "9" * 5000])
def test_a_message_that_is_no_object_fails_alone(poison: str) -> None:
    worker = Worker()
    assert worker.run(sqs_event(poison, *bodies("work"))) == ["m-0"]
    assert worker.lines.logs[0]["code"] == "malformed_message"


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("wish", ["refuse", "break", "unavailable"])
def test_no_failure_is_swallowed_even_when_all_fail(wish: str) -> None:
    worker = Worker()
    assert worker.run(sqs_event(*bodies(wish, wish))) == ["m-0", "m-1"]


def test_each_failure_is_logged_once_with_its_code_and_counted() -> None:
    worker = Worker()
    worker.run(sqs_event(*bodies("refuse", "work", "break"), receive_count=2))
    told = [(line["code"], line["message_id"], line["receive_count"]) for line in worker.lines.logs]
    assert told == [("payment_unknown", "m-0", 2), ("internal_error", "m-2", 2)]
    assert "hunter2" not in worker.lines.text


def test_log_lines_of_a_message_carry_its_correlation_id() -> None:
    worker = Worker(watch=lambda _message, _deadline: logger.info("working"))
    from_bus = json.dumps({"detail-type": "order.paid", "detail": {"id": "evt_1", "correlation_id": "bus"}})
    worker.run(sqs_event(*bodies("work"), from_bus, "{}"))
    assert [line.get("correlation_id") for line in worker.lines.logs] == ["c-0", "bus", None]


@pytest.mark.parametrize(("receive_count", "seconds"), [(1, 5), (2, 10), (3, 20), (8, 640), (9, 900), (1000, 900)])
def test_failed_messages_wait_longer_each_time(receive_count: int, seconds: int) -> None:
    worker = Worker()
    worker.run(sqs_event(*bodies("break", "work"), receive_count=receive_count))
    assert worker.sqs.pauses == {"r-0": seconds}
    assert worker.sqs.calls[0]["QueueUrl"] == "http://127.0.0.1:4566/123456789012/stripe"


def test_a_provider_may_ask_for_a_longer_pause() -> None:
    worker = Worker()
    worker.run(sqs_event(*bodies("unavailable")))
    assert worker.sqs.pauses == {"r-0": 600}


@pytest.mark.parametrize("jitter", [0.0, 0.25, 0.999])
def test_jitter_spreads_the_upper_half(jitter: float) -> None:
    backoff = Backoff(first_seconds=100, jitter=lambda: jitter)
    assert backoff.seconds(1) == round(50 + 50 * jitter)


def test_no_failure_makes_no_call() -> None:
    worker = Worker()
    assert worker.run(sqs_event(*bodies("work"))) == []
    assert worker.sqs.calls == []


def test_a_pause_that_could_not_be_set_changes_nothing() -> None:
    worker = Worker(FakeSqs(ClientError({"Error": {"Code": "RequestThrottled", "Message": ""}}, "x")))
    assert worker.run(sqs_event(*bodies("break", "work"))) == ["m-0"]


@pytest.mark.invariant("PAY-06")
def test_a_message_is_not_begun_when_the_time_is_nearly_over() -> None:
    worker = Worker()
    assert worker.run(sqs_event(*bodies("work", "work")), milliseconds=4_000) == ["m-0", "m-1"]
    assert worker.done == []
    assert worker.sqs.pauses == {"r-0": 0, "r-1": 0}


def test_the_handler_gets_body_count_and_deadline() -> None:
    seen: list[float] = []
    worker = Worker(watch=lambda _message, deadline: seen.append(deadline.remaining()))
    worker.run(sqs_event(*bodies("work"), receive_count=3), milliseconds=30_000)
    assert worker.done[0].receive_count == 3
    assert worker.done[0].body["do"] == "work"
    assert 27 < seen[0] <= 28
