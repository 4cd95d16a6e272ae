"""The ledger on real table definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from commerce.payments.late import LatePolicy
from tests.builders import order_terms
from tests.tables import tables
from tests.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb() -> Iterator[DynamoDBClient]:
    with tables() as client:
        yield client


@pytest.fixture
def world() -> Iterator[World]:
    with tables() as client:
        opened = World(client)
        opened.orders.register(order_terms(), correlation_id="req-0")
        yield opened


@pytest.fixture
def reopening() -> Iterator[World]:
    with tables() as client:
        opened = World(client, late_policy=LatePolicy.REOPEN)
        opened.orders.register(order_terms(), correlation_id="req-0")
        yield opened
