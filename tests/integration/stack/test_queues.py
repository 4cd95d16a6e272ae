"""Queues with their event source mapping: what failed comes back, what keeps failing ends in the dead letters."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from local.stack import Stack, StackOptions
from local.stack.errors import DrainTimeout
from local.stack.interceptors import Interception, Strike
from tests.integration.stack.conftest import TEMPLATE


def send(stack: Stack, *jobs: dict[str, Any]) -> None:
    entries = [{"Id": str(n), "MessageBody": json.dumps(job)} for n, job in enumerate(jobs)]
    answer = stack.aws("sqs").send_message_batch(QueueUrl=stack.resource("Jobs"), Entries=entries)
    assert not answer.get("Failed")


def dead(stack: Stack) -> list[dict[str, Any]]:
    """Takes what is in the dead letters, in any order."""
    sqs, url, found = stack.aws("sqs"), stack.resource("JobsDead"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def tries(stack: Stack, job: dict[str, Any]) -> list[int]:
    """The receive counts with which a job reached the function."""
    prefix = f"job {job} try "
    return [int(line.text.removeprefix(prefix)) for line in stack.logs if line.text.startswith(prefix)]


def done(stack: Stack, order_id: str) -> int:
    """How often a job was carried out."""
    key = {"pk": {"S": f"DONE#{order_id}"}, "sk": {"S": "DONE"}}
    item = stack.aws("dynamodb").get_item(TableName=stack.resource("Table"), Key=key).get("Item", {})
    return int(item.get("done", {"N": "0"})["N"])


@pytest.mark.invariant("PLT-02")
def test_one_poison_message_fails_alone_and_lands_in_the_dead_letters(stack: Stack) -> None:
    poison = {"order_id": "poison", "how": "fail"}
    send(stack, {"order_id": "q-1"}, poison, {"order_id": "q-2"})
    stack.drain()
    assert (done(stack, "q-1"), done(stack, "q-2")) == (1, 1)
    assert tries(stack, poison) == [1, 2, 3]
    assert dead(stack) == [poison]


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("how", ["raise", "empty"])
def test_what_cannot_be_told_apart_comes_back_whole(stack: Stack, how: str) -> None:
    bad = {"order_id": f"bad-{how}", "how": how}
    send(stack, bad)
    stack.drain()
    assert tries(stack, bad) == [1, 2, 3]
    assert dead(stack) == [bad]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (None, False),
        ({}, False),
        ({"batchItemFailures": []}, False),
        ({"batchItemFailures": [{"itemIdentifier": "somebody-else"}]}, True),
        ({"batchItemFailures": [{"identifier": "x"}]}, True),
        ("text", True),
    ],
)
def test_odd_answers(stack: Stack, answer: object, kept: bool) -> None:
    job = {"how": "answer", "answer": answer, "id": str(answer)}
    send(stack, job)
    stack.drain()
    assert tries(stack, job) == ([1, 2, 3] if kept else [1])
    assert dead(stack) == ([job] if kept else [])


def test_many_messages_arrive_once_each(stack: Stack) -> None:
    names = [f"many-{n}" for n in range(30)]
    for start in range(0, 30, 10):
        send(stack, *({"order_id": name} for name in names[start : start + 10]))
    stack.drain()
    assert [done(stack, name) for name in names] == [1] * 30


def test_a_delayed_message_arrives_late(stack: Stack) -> None:
    body = json.dumps({"order_id": "late"})
    begun = time.monotonic()
    stack.aws("sqs").send_message(QueueUrl=stack.resource("Jobs"), MessageBody=body, DelaySeconds=1)
    stack.drain()
    assert done(stack, "late") == 1
    assert time.monotonic() - begun >= 0.9


def test_a_killed_worker_loses_no_message(stack: Stack) -> None:
    """Its process dies with the message in hand; the message comes back."""
    stack.intercept(Interception("JobsFunction", Strike.KILL_BEFORE, operation="UpdateItem"))
    send(stack, {"order_id": "survivor"})
    stack.drain()
    assert done(stack, "survivor") == 1
    assert tries(stack, {"order_id": "survivor"}) == [1, 2]


def test_draining_says_what_is_still_going_on() -> None:
    """Without `redelivery` a failed message waits for its queue's visibility timeout."""
    with Stack(StackOptions(template=TEMPLATE)) as stack:
        send(stack, {"order_id": "waits", "how": "fail"})
        with pytest.raises(DrainTimeout, match="1 messages in commerce-local-jobs"):
            stack.drain(timeout=3)
        assert tries(stack, {"order_id": "waits", "how": "fail"}) == [1]


@pytest.mark.invariant("PLT-05")
def test_calls_are_written_down_with_the_function_that_made_them(stack: Stack) -> None:
    stack.forget()
    send(stack, {"order_id": "recorded"})
    stack.drain()
    made = {(call.function, call.actions[0], call.resource, call.by_source) for call in stack.calls}
    own = {entry for entry in made if not entry[3]}
    assert own <= {
        ("JobsFunction", "secretsmanager:GetSecretValue", "commerce-local/keys", False),
        ("JobsFunction", "dynamodb:UpdateItem", stack.resource("Table"), False),
    }
    assert ("JobsFunction", "dynamodb:UpdateItem", stack.resource("Table"), False) in own
    assert ("JobsFunction", "sqs:DeleteMessage", "commerce-local-jobs", True) in made
    assert [call.keys for call in stack.calls if call.operation == "UpdateItem"] == [("DONE#recorded",)]
