"""A table's stream reaches its function: filtered, in order, and a poison record does not block it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from local.stack import Stack
from local.stack.interceptors import Interception, Strike


def outbox(stack: Stack, name: str, **extra: Any) -> None:
    put(stack, f"OUTBOX#{name}", kind="outbox", payload=json.dumps({"order_id": name, **extra}))


def put(stack: Stack, pk: str, **attributes: str) -> None:
    item = {"pk": {"S": pk}, "sk": {"S": "ROW"}, **{name: {"S": value} for name, value in attributes.items()}}
    stack.aws("dynamodb").put_item(TableName=stack.resource("Table"), Item=item)


def relayed(stack: Stack) -> list[str]:
    """Jobs in the order in which the queue's function saw them."""
    return [
        line.text.partition("'order_id': '")[2].partition("'")[0] for line in stack.logs if line.text.startswith("job ")
    ]


def failures(stack: Stack) -> list[dict[str, Any]]:
    url = stack.resource("StreamFailures")
    messages = stack.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        stack.aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


@pytest.mark.invariant("PLT-01")
def test_from_request_to_the_last_consumer(stack: Stack, http: requests.Session) -> None:
    """HTTP -> transaction -> stream -> relay -> bus -> rule -> queue -> worker -> table."""
    headers = {"Authorization": f"Bearer {stack.token(sub='store', scopes=['writer'])}"}
    assert http.put(f"{stack.api_url}/orders/way", headers=headers).status_code == 201
    assert http.put(f"{stack.api_url}/orders/way", headers=headers).status_code == 409
    stack.drain()
    assert relayed(stack).count("way") == 1


@pytest.mark.invariant("PLT-07")
def test_only_what_the_filter_lets_through(stack: Stack) -> None:
    before = len(stack.outcomes("RelayFunction"))
    put(stack, "ORDER#filtered", kind="order", payload="{}")
    put(stack, "ORDER#filtered", kind="outbox", payload='{"order_id":"modified"}')
    stack.drain()
    assert len(stack.outcomes("RelayFunction")) == before
    assert "modified" not in relayed(stack)


@pytest.mark.invariant("PLT-02")
def test_a_poison_record_is_isolated_and_reported(stack: Stack) -> None:
    """Bisected until it is alone, tried again once, then told to the failure queue; its neighbours arrive."""
    names = [f"good-{n}" for n in range(4)]
    stack.aws("dynamodb").transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": stack.resource("Table"),
                    "Item": {
                        "pk": {"S": f"OUTBOX#{name}"},
                        "sk": {"S": "ROW"},
                        "kind": {"S": "outbox"},
                        "payload": {"S": json.dumps({"order_id": name})},
                    },
                }
            }
            for name in [*names[:2], "poison", *names[2:]]
        ]
    )
    stack.drain()
    assert sorted(set(relayed(stack)) & set(names)) == names
    assert [line.text for line in stack.logs if "cannot relay" in line.text].count(
        'cannot relay {"order_id": "poison"}'
    ) >= 2
    (told,) = failures(stack)
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["DDBStreamBatchInfo"]["batchSize"] == 1
    assert "poison" not in json.dumps(told)


def test_records_arrive_in_order(stack: Stack) -> None:
    names = [f"step-{n}" for n in range(5)]
    for name in names:
        outbox(stack, name)
    stack.drain()
    assert sorted(name for name in relayed(stack) if name.startswith("step-")) == names


def test_a_crashed_relay_loses_nothing(stack: Stack) -> None:
    stack.intercept(Interception("RelayFunction", Strike.KILL_AFTER, operation="PutEvents"))
    outbox(stack, "crashed")
    stack.drain()
    assert relayed(stack).count("crashed") == 2
