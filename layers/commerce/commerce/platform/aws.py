"""AWS clients: built once at init, with timeouts that leave room to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_secretsmanager.client import SecretsManagerClient
    from mypy_boto3_sqs.client import SQSClient

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
ATTEMPTS = 3

CACHE_CONNECT_SECONDS = 0.3
CACHE_READ_SECONDS = 0.3
"""A cache that answers later than this costs more than it spares."""


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["events"]) -> EventBridgeClient: ...
@overload
def client(service: Literal["secretsmanager"]) -> SecretsManagerClient: ...
def client(service: Literal["dynamodb", "sqs", "events", "secretsmanager"]) -> Any:
    """A client with short timeouts: the defaults (60 s, 60 s) outlive every function here.

    Call it at module level of a handler file: creating one costs tens of milliseconds.
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "max_attempts": ATTEMPTS},
        tcp_keepalive=True,
    )
    return boto3.client(service, config=config)


def cache_client() -> DynamoDBClient:
    """A DynamoDB client for what can be done without, such as a cache: it gives up after one short try."""
    config = Config(
        connect_timeout=CACHE_CONNECT_SECONDS,
        read_timeout=CACHE_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
        tcp_keepalive=True,
    )
    return boto3.client("dynamodb", config=config)
