"""The platform's own functions: health, relay and sweeper, wired as deployed."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.ids import RandomIds
from commerce.platform.outbox import DomainEvent, outbox_put
from tests.conftest import FakeContext
from tests.tables import tables
from tests.unit.platform.api import http_event
from tests.unit.platform.lines import recorded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ROOT / "functions"
TABLE = "CommerceTable"


def function(folder: str, file: str) -> ModuleType:
    """A handler file, imported anew under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"{folder}_{file}", FUNCTIONS / folder / f"{file}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    monkeypatch.setenv("COMMERCE_TABLE", TABLE)
    monkeypatch.setenv("EVENT_BUS_NAME", "commerce")
    with tables() as client:
        boto3.client("events").create_event_bus(Name="commerce")
        yield client


def fill(client: DynamoDBClient, age: timedelta) -> dict[str, Any]:
    clock = ManualClock(datetime.now(UTC) - age)
    event = DomainEvent("order.paid", "commerce.orders", {"order_id": "o-1"})
    entry = outbox_put(event, TABLE, clock=clock, ids=RandomIds(), correlation_id="c")
    dynamodb.write(client, entry)
    image: dict[str, Any] = entry["Put"]["Item"]
    return image


def left(client: DynamoDBClient) -> int:
    return client.scan(TableName=TABLE)["Count"]


@pytest.mark.invariant("PLT-01")
def test_the_relay_publishes_and_deletes(client: DynamoDBClient, context: FakeContext) -> None:
    record = {"dynamodb": {"SequenceNumber": "1", "NewImage": fill(client, timedelta())}}
    with recorded() as lines:
        answer = function("outbox", "relay").handler({"Records": [record]}, context)
    assert answer == {"batchItemFailures": []}
    assert left(client) == 0
    assert {"operation": "relay", "outcome": "published", "service": "test", "outbox": [1.0]} in lines.metrics


@pytest.mark.invariant("PLT-01")
def test_the_sweeper_publishes_only_what_was_left_behind(client: DynamoDBClient, context: FakeContext) -> None:
    fill(client, timedelta(minutes=6))
    fill(client, timedelta(minutes=4))
    with recorded():
        assert function("outbox", "sweeper").handler({}, context) == {"published": 1}
    assert left(client) == 1


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("POST", "/orders/o-1", 405, "GET, PUT"),
        ("DELETE", "/payments", 405, "GET"),
        ("GET", "/checkout/card", 405, "POST"),
        ("HEAD", "/health", 405, "GET"),
        ("GET", "/orders", 404, None),
        ("GET", "/orders/a/b", 404, None),
        ("GET", "/", 404, None),
        ("OPTIONS", "/orders/o-1", 204, "GET, PUT, OPTIONS"),
        ("OPTIONS", "/nowhere", 204, "OPTIONS"),
    ],
)
def test_what_no_route_is_there_for(
    context: FakeContext, method: str, path: str, status: int, allow: str | None
) -> None:
    with recorded():
        answer = function("health", "api").handler(http_event(method, path, headers={}), context)
    assert (answer["statusCode"], answer["headers"].get("Allow")) == (status, allow)


def test_health_answers_without_a_token(context: FakeContext) -> None:
    event = http_event("GET", "/health", headers={})
    del event["requestContext"]["authorizer"]
    with recorded():
        answer = function("health", "api").handler(event, context)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "ok", "stage": "dev"}
