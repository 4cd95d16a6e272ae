"""The tables of template.yaml in moto, in this process: the same keys and indexes as the deployed ones (PLT-07)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from local.stack import moto_transactions
from local.stack.transform import load_template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).resolve().parents[1]
PARAMETERS = {
    "JwtIssuer": "https://issuer.example",
    "MailFromAddress": "orders@store.example",
    "ReleaseHash": "0000",
}
_CREATED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


@cache
def table_definitions() -> dict[str, dict[str, Any]]:
    """By logical id, what CreateTable needs of each table in the template."""
    resources = load_template(ROOT / "template.yaml", PARAMETERS).resources
    return {
        logical_id: {name: resource["Properties"][name] for name in _CREATED if name in resource["Properties"]}
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


@cache
def _client() -> DynamoDBClient:
    # Building one costs as much as the whole rest of a test; it holds no state.
    return boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


@contextmanager
def tables() -> Iterator[DynamoDBClient]:
    """A client of a fresh DynamoDB in which every table has its logical id for a name."""
    moto_transactions.install()
    with mock_aws():
        client = _client()
        for name, definition in table_definitions().items():
            client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **definition)
        yield client
