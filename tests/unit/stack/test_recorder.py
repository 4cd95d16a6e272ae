"""Requests are read as the IAM actions and resources that they need (PLT-05)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.stack.recorder import POLLER, Caller, Recorder, Touch, touches

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:1:secret:shop/stripe-AbCdEf"
KEYS = {"Orders": "pk", "Breakers": "name"}


def read(service: str, operation: str, request: dict[str, Any]) -> list[Touch]:
    return touches(service, operation, json.dumps(request).encode(), KEYS)


@pytest.mark.parametrize(
    ("operation", "request_", "expected"),
    [
        ("GetItem", {"TableName": "Orders", "Key": {"pk": {"S": "ORDER#1"}, "sk": {"S": "x"}}},
         [Touch("Orders", ("dynamodb:GetItem",), ("ORDER#1",))]),
        ("PutItem", {"TableName": "Breakers", "Item": {"name": {"S": "stripe"}}},
         [Touch("Breakers", ("dynamodb:PutItem",), ("stripe",))]),
        ("Query", {"TableName": "Orders", "IndexName": "due"}, [Touch("Orders/index/due", ("dynamodb:Query",))]),
        ("Query", {"TableName": "arn:aws:dynamodb:us-east-1:1:table/Orders"}, [Touch("Orders", ("dynamodb:Query",))]),
        ("BatchWriteItem", {"RequestItems": {"Orders": [{"DeleteRequest": {"Key": {"pk": {"S": "OUTBOX#1"}}}}]}},
         [Touch("Orders", ("dynamodb:BatchWriteItem",), ("OUTBOX#1",))]),
        ("BatchGetItem", {"RequestItems": {"Orders": {"Keys": [{"pk": {"S": "A"}}, {"pk": {"S": "B"}}]}}},
         [Touch("Orders", ("dynamodb:BatchGetItem",), ("A", "B"))]),
        ("TransactWriteItems", {"TransactItems": [
            {"Put": {"TableName": "Orders", "Item": {"pk": {"S": "A"}}}},
            {"ConditionCheck": {"TableName": "Orders", "Key": {"pk": {"S": "B"}}}},
        ]}, [
            Touch("Orders", ("dynamodb:PutItem",), ("A",)),
            Touch("Orders", ("dynamodb:ConditionCheckItem",), ("B",)),
        ]),
    ],
)  # fmt: skip
def test_dynamodb(operation: str, request_: dict[str, Any], expected: list[Touch]) -> None:
    assert read("dynamodb", operation, request_) == expected


@pytest.mark.parametrize(
    ("service", "operation", "request_", "expected"),
    [
        ("sqs", "SendMessageBatch", {"QueueUrl": "http://127.0.0.1:1/1/jobs"}, Touch("jobs", ("sqs:SendMessage",))),
        ("sqs", "ReceiveMessage", {"QueueUrl": "http://127.0.0.1:1/1/jobs"}, Touch("jobs", ("sqs:ReceiveMessage",))),
        ("events", "PutEvents", {"Entries": [{"EventBusName": "arn:aws:events:us-east-1:1:event-bus/shop"}]},
         Touch("shop", ("events:PutEvents",))),
        ("secretsmanager", "GetSecretValue", {"SecretId": "shop/stripe"},
         Touch("shop/stripe", ("secretsmanager:GetSecretValue",))),
        ("secretsmanager", "GetSecretValue", {"SecretId": SECRET_ARN},
         Touch("shop/stripe", ("secretsmanager:GetSecretValue",))),
        ("dynamodbstreams", "GetRecords", {"ShardIterator": "arn:aws:dynamodb:us-east-1:1:table/Orders/stream/x|1|abc"},
         Touch("Orders", ("dynamodb:GetRecords",))),
    ],
)  # fmt: skip
def test_other_services(service: str, operation: str, request_: dict[str, Any], expected: Touch) -> None:
    assert read(service, operation, request_) == [expected]


def test_the_caller_is_in_the_access_key() -> None:
    caller = Caller("OrdersFunction", "3")
    assert Caller.parse(caller.access_key_id) == caller
    assert Caller.parse("testing") is None


def test_a_source_that_asks_again_is_written_down_once() -> None:
    recorder = Recorder()
    touch = [Touch("jobs", ("sqs:ReceiveMessage",))]
    for _ in range(3):
        recorder.record(Caller("Jobs", POLLER), "sqs", "ReceiveMessage", touch, 200)
        recorder.record(Caller("Jobs", "1"), "sqs", "SendMessage", touch, 200)
    assert [call.by_source for call in recorder.calls] == [True, False, False, False]


def test_a_request_with_many_parts_is_counted_once() -> None:
    recorder = Recorder()
    parts = [Touch("Orders", ("dynamodb:PutItem",)), Touch("Orders", ("dynamodb:UpdateItem",))]
    recorder.record(Caller("Pay", "1"), "dynamodb", "TransactWriteItems", parts, 200)
    recorder.record(Caller("Pay", "1"), "dynamodb", "GetItem", parts[:1], 200)
    assert [call.part for call in recorder.calls] == [0, 1, 0]
