"""Answers of others, kept for a while in a table of their own: key `pk`, end `expires_at`.

A cache must never become the outage that it is meant to bridge: when its table cannot be reached, it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.dynamodb import Item
from commerce.platform.errors import StoreError
from commerce.platform.observability import count, log_failure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class TableCache:
    """Args:
    name: what it holds, a word for the metric `cache`.
    """

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock, *, name: str) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._name = name

    def get(self, key: str) -> Item | None:
        """The kept value, None when there is none or its time is over: one eventually consistent read.

        The end is compared here, because DynamoDB deletes up to days later.
        """
        try:
            row = dynamodb.get(self._client, self._table, {"pk": key}, consistent=False)
        except StoreError as error:
            log_failure("cache not read", error, cache=self._name)
            self._tell("unreachable")
            return None
        if row is None or row["expires_at"] <= self._clock.now().timestamp():
            self._tell("miss")
            return None
        self._tell("hit")
        found: Item = row["value"]
        return found

    def put(self, key: str, value: Mapping[str, object], lifetime: timedelta) -> None:
        """Keep a value, over whatever was kept under its key."""
        ends = int((self._clock.now() + lifetime).timestamp())
        row = {"pk": key, "value": value, "expires_at": ends}
        try:
            dynamodb.write(self._client, dynamodb.put(self._table, row))
        except StoreError as error:
            log_failure("cache not written", error, cache=self._name)
            self._tell("unwritten")

    def _tell(self, outcome: str) -> None:
        count("cache", operation=self._name, outcome=outcome)
