"""Tables are as strict under threads as DynamoDB: all or nothing, and the stream tells only what was committed."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from local.stack import Stack, StackOptions
from local.stack.interceptors import Interception, Strike
from tests.integration.stack.conftest import TEMPLATE

THREADS, EACH = 16, 12


def counter(stack: Stack, name: str) -> int:
    key = {"pk": {"S": name}, "sk": {"S": "COUNTER"}}
    item = stack.aws("dynamodb").get_item(TableName=stack.resource("Table"), Key=key).get("Item", {})
    return int(item.get("n", {"N": "0"})["N"])


def together(work: Any) -> None:
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        barrier.wait()
        for turn in range(EACH):
            work(number * EACH + turn)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def rows(stack: Stack, prefix: str) -> list[str]:
    pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=stack.resource("Table"))
    return [item["pk"]["S"] for page in pages for item in page["Items"] if item["pk"]["S"].startswith(prefix)]


@pytest.mark.invariant("PLT-01")
def test_sixteen_threads_lose_and_leak_nothing(stack: Stack) -> None:
    """Every second transaction is refused by a condition: its row must not be there, and its count must not be."""
    table, dynamodb = stack.resource("Table"), stack.aws("dynamodb")
    outcomes: Counter[str] = Counter()

    def work(number: int) -> None:
        refused = {"ConditionExpression": "attribute_exists(never)"} if number % 2 else {}
        try:
            dynamodb.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": table,
                            "Key": {"pk": {"S": "race"}, "sk": {"S": "COUNTER"}},
                            "UpdateExpression": "ADD n :one",
                            "ExpressionAttributeValues": {":one": {"N": "1"}},
                        }
                    },
                    {
                        "Put": {
                            "TableName": table,
                            "Item": {"pk": {"S": f"RACE#{number}"}, "sk": {"S": "ROW"}},
                            **refused,
                        }
                    },
                ]
            )
        except dynamodb.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            assert reasons == ["None", "ConditionalCheckFailed"]
            outcomes["refused"] += 1
        else:
            outcomes["done"] += 1

    together(work)
    assert outcomes == {"done": THREADS * EACH // 2, "refused": THREADS * EACH // 2}
    assert counter(stack, "race") == THREADS * EACH // 2
    assert sorted(rows(stack, "RACE#")) == sorted(f"RACE#{n}" for n in range(0, THREADS * EACH, 2))


def test_one_of_many_wins_a_condition(stack: Stack) -> None:
    table, dynamodb = stack.resource("Table"), stack.aws("dynamodb")
    winners: list[int] = []

    def work(number: int) -> None:
        item = {"pk": {"S": "winner"}, "sk": {"S": "ROW"}, "who": {"N": str(number)}}
        try:
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return
        winners.append(number)

    together(work)
    assert len(winners) == 1


def test_the_stream_never_tells_what_was_not_committed(stack: Stack) -> None:
    table, dynamodb = stack.resource("Table"), stack.aws("dynamodb")
    outbox = {
        "pk": {"S": "OUTBOX#ghost"},
        "sk": {"S": "ROW"},
        "kind": {"S": "outbox"},
        "payload": {"S": '{"order_id": "ghost"}'},
    }
    check = {"Key": {"pk": {"S": "x"}, "sk": {"S": "y"}}, "ConditionExpression": "attribute_exists(pk)"}
    for _ in range(5):
        with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
            dynamodb.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": table, "Item": outbox}},
                    {"ConditionCheck": {"TableName": table, **check}},
                ]
            )
    stack.drain()
    assert not any("ghost" in line.text for line in stack.logs)


def test_an_update_that_fails_while_it_is_applied_undoes_its_neighbours(stack: Stack) -> None:
    """ADD on a text attribute is found out only when it is applied."""
    table, dynamodb = stack.resource("Table"), stack.aws("dynamodb")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "text"}, "sk": {"S": "ROW"}, "n": {"S": "seven"}})
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": {"pk": {"S": "UNDONE#1"}, "sk": {"S": "ROW"}}}},
                {
                    "Update": {
                        "TableName": table,
                        "Key": {"pk": {"S": "text"}, "sk": {"S": "ROW"}},
                        "UpdateExpression": "ADD n :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
            ]
        )
    assert rows(stack, "UNDONE#") == []


@pytest.mark.parametrize("count", [2, 101])
def test_what_dynamodb_refuses_outright(stack: Stack, count: int) -> None:
    table, dynamodb = stack.resource("Table"), stack.aws("dynamodb")
    same = {"Put": {"TableName": table, "Item": {"pk": {"S": "same"}, "sk": {"S": "ROW"}}}}
    with pytest.raises(ClientError) as refusal:
        dynamodb.transact_write_items(TransactItems=[same] * count)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert rows(stack, "same") == []


def test_two_stacks_share_nothing(stack: Stack) -> None:
    with Stack(StackOptions(template=TEMPLATE)) as other:
        key = {"pk": {"S": "mine"}, "sk": {"S": "ROW"}}
        stack.aws("dynamodb").put_item(TableName=stack.resource("Table"), Item=key)
        assert "Item" not in other.aws("dynamodb").get_item(TableName=other.resource("Table"), Key=key)
        assert stack.resource("Jobs") != other.resource("Jobs")


def test_the_sdks_own_repeat_of_a_transaction_does_nothing_twice(stack: Stack, http: requests.Session) -> None:
    """The answer gets lost, the SDK sends the request again with its token: no condition fails."""
    struck = stack.intercept(Interception("OrdersFunction", Strike.LOSE_ANSWER, operation="TransactWriteItems"))
    headers = {"Authorization": f"Bearer {stack.token(sub='store', scopes=['writer'])}"}
    assert http.put(f"{stack.api_url}/orders/lost-answer", headers=headers).status_code == 201
    assert struck.times == 0
    made = [call for call in stack.calls if call.keys == ("lost-answer",)]
    assert len(made) == 2


def test_a_token_with_another_request_is_refused(stack: Stack) -> None:
    dynamodb, table = stack.aws("dynamodb"), stack.resource("Table")

    def write(name: str) -> None:
        item = {"pk": {"S": name}, "sk": {"S": "ROW"}}
        dynamodb.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": item}}], ClientRequestToken="token-1"
        )

    write("TOKEN#1")
    write("TOKEN#1")
    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        write("TOKEN#2")
    assert rows(stack, "TOKEN#") == ["TOKEN#1"]
