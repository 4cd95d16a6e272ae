"""moto under threads: its conditions are not atomic, so requests go one by one, as on the local stack."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class OneAtATime:
    """A client that several threads may use at once. `calls` has the name of every method called, in order."""

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            with self._lock:
                self.calls.append(name)
                return getattr(self._client, name)(**arguments)

        return call
