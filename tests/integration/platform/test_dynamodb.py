"""The table in plain words, against moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from commerce.platform import dynamodb
from commerce.platform.errors import ConfigurationError, StoreError, StoreUnavailable, VersionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TABLE = "commerce"
KEY = {"pk": "ORDER#1", "sk": "ORDER"}


@pytest.fixture
def client() -> Iterator[DynamoDBClient]:
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text() | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), PLAIN, max_size=6))
@settings(max_examples=50)
def test_what_goes_in_comes_out(item: dict[str, Any]) -> None:
    assert dynamodb.unmarshal(dynamodb.marshal(item)) == item


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize("value", [1.0, object(), {1, 2}])
def test_floats_and_strangers_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dynamodb.marshal({"amount": value})


def test_sets_that_others_wrote_can_be_read() -> None:
    assert dynamodb.unmarshal({"a": {"SS": ["x"]}, "b": {"NS": ["1", "2"]}}) == {"a": {"x"}, "b": {1, 2}}


def test_put_get_update_delete(client: DynamoDBClient) -> None:
    assert dynamodb.get(client, TABLE, KEY) is None
    dynamodb.write(client, dynamodb.put(TABLE, {**KEY, "version": 1, "due_at": "2026"}))
    change = dynamodb.update(
        TABLE,
        KEY,
        "SET #version = :new REMOVE due_at",
        condition="#version = :old",
        names={"#version": "version"},
        values={":new": 2, ":old": 1},
    )
    dynamodb.write(client, change)
    assert dynamodb.get(client, TABLE, KEY) == {**KEY, "version": 2}
    with pytest.raises(VersionConflict):
        dynamodb.write(client, change)
    dynamodb.write(client, dynamodb.delete(TABLE, KEY, condition="attribute_exists(pk)"))
    assert dynamodb.get(client, TABLE, KEY) is None


def test_a_transaction_is_all_or_nothing_and_says_which_entry_failed(client: DynamoDBClient) -> None:
    first = dynamodb.put(TABLE, {**KEY, "version": 1}, condition="attribute_not_exists(pk)")
    other = dynamodb.put(TABLE, {"pk": "SEEN#1", "sk": "SEEN"}, condition="attribute_not_exists(pk)")
    dynamodb.transact(client, [first])
    with pytest.raises(VersionConflict) as conflict:
        dynamodb.transact(client, [other, first])
    assert conflict.value.reasons == ("None", "ConditionalCheckFailed")
    assert conflict.value.retryable
    assert dynamodb.get(client, TABLE, {"pk": "SEEN#1", "sk": "SEEN"}) is None


def test_a_check_holds_a_transaction_back(client: DynamoDBClient) -> None:
    guarded = [dynamodb.check(TABLE, KEY, "attribute_exists(pk)"), dynamodb.put(TABLE, {"pk": "a", "sk": "b"})]
    with pytest.raises(VersionConflict):
        dynamodb.transact(client, guarded)
    dynamodb.write(client, dynamodb.put(TABLE, KEY))
    dynamodb.transact(client, guarded)
    assert dynamodb.get(client, TABLE, {"pk": "a", "sk": "b"}) is not None


def test_query_reads_only_as_far_as_asked(client: DynamoDBClient) -> None:
    for number in range(7):
        dynamodb.write(client, dynamodb.put(TABLE, {"pk": "PAY#1", "sk": f"T#{number:06}"}))
    sizes: list[int] = []
    original = client.query

    def counted(**arguments: Any) -> Any:
        arguments["Limit"] = min(arguments.get("Limit", 3), 3)
        sizes.append(arguments["Limit"])
        return original(**arguments)

    client.query = counted  # type: ignore[method-assign]
    found = list(dynamodb.query(client, TABLE, "pk = :pk", {":pk": "PAY#1"}))
    assert [item["sk"] for item in found] == [f"T#{number:06}" for number in range(7)]
    assert sizes == [3, 3, 3]
    sizes.clear()
    limited = dynamodb.query(
        client, TABLE, "pk = :pk AND #sk > :from", {":pk": "PAY#1", ":from": "T#000000"}, names={"#sk": "sk"}, limit=4
    )
    assert len(list(limited)) == 4
    assert sizes == [3, 1]
    sizes.clear()
    next(dynamodb.query(client, TABLE, "pk = :pk", {":pk": "PAY#1"}))
    assert sizes == [3]


def test_many_at_once(client: DynamoDBClient) -> None:
    keys = [{"pk": "OUTBOX#" + str(number), "sk": "OUTBOX"} for number in range(120)]
    for key in keys[:110]:
        dynamodb.write(client, dynamodb.put(TABLE, key))
    assert len(dynamodb.get_many(client, TABLE, keys)) == 110
    assert dynamodb.delete_many(client, TABLE, keys) == 0
    assert dynamodb.get_many(client, TABLE, keys) == []


def test_two_tables_in_one_read(client: DynamoDBClient) -> None:
    client.create_table(
        TableName="places",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.write(client, dynamodb.put("places", {"pk": "GEO#1"}))
    keys = {TABLE: [KEY], "places": [{"pk": "GEO#1"}, {"pk": "GEO#2"}]}
    assert dynamodb.get_across(client, keys) == {TABLE: [], "places": [{"pk": "GEO#1"}]}
    dynamodb.write(client, dynamodb.put(TABLE, KEY))
    assert dynamodb.get_across(client, keys) == {TABLE: [KEY], "places": [{"pk": "GEO#1"}]}


def test_a_missing_table_is_a_matter_of_the_deployment(client: DynamoDBClient) -> None:
    with pytest.raises(ConfigurationError) as missing:
        dynamodb.get(client, "no-such-table", KEY)
    assert "ResourceNotFoundException" in missing.value.message
    assert "sam deploy" in missing.value.message


def client_error(code: str, *reasons: str) -> ClientError:
    cancelled: Any = [{"Code": reason} for reason in reasons]
    return ClientError({"Error": {"Code": code, "Message": "m"}, "CancellationReasons": cancelled}, "Operation")


@pytest.mark.parametrize(
    ("raised", "expected", "retryable"),
    [
        (client_error("ThrottlingException"), StoreUnavailable, True),
        (client_error("ProvisionedThroughputExceededException"), StoreUnavailable, True),
        (client_error("TransactionInProgressException"), StoreUnavailable, True),
        (client_error("InternalServerError"), StoreUnavailable, True),
        (client_error("TransactionCanceledException", "None", "ThrottlingError"), StoreUnavailable, True),
        (client_error("TransactionCanceledException", "TransactionConflict", "None"), VersionConflict, True),
        (client_error("TransactionConflictException"), VersionConflict, True),
        (client_error("TransactionCanceledException", "ValidationError"), StoreError, False),
        (client_error("ValidationException"), StoreError, False),
        (client_error("AccessDeniedException"), ConfigurationError, False),
        (EndpointConnectionError(endpoint_url="https://dynamodb"), StoreUnavailable, True),
    ],
)
def test_what_boto_raises_in_our_words(raised: Exception, expected: type[Exception], retryable: bool) -> None:
    with pytest.raises(expected) as translated, dynamodb.store_errors("write"):
        raise raised
    assert type(translated.value) is expected
    assert getattr(translated.value, "retryable") is retryable  # noqa: B009 - of several types
    assert translated.value.__cause__ is raised


def test_what_dynamodb_sheds_is_asked_again_or_told() -> None:
    class Shedding:
        def __init__(self) -> None:
            self.reads = 0

        def batch_get_item(self, **arguments: Any) -> Any:
            self.reads += 1
            keys = arguments["RequestItems"][TABLE]["Keys"]
            rest = {TABLE: {"Keys": keys[1:]}} if len(keys) > 1 else {}
            return {"Responses": {TABLE: keys[:1]}, "UnprocessedKeys": rest}

        def batch_write_item(self, **arguments: Any) -> Any:
            return {"UnprocessedItems": {TABLE: arguments["RequestItems"][TABLE][:2]}}

    shedding: Any = Shedding()
    keys = [{"pk": "a"}, {"pk": "b"}, {"pk": "c"}]
    assert dynamodb.get_many(shedding, TABLE, keys) == keys
    assert shedding.reads == 3
    assert dynamodb.delete_many(shedding, TABLE, keys) == 2
