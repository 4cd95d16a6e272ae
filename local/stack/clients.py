"""boto3 clients of the stack's own AWS endpoint."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from local.stack.recorder import POLLER, Caller
from local.stack.transform import REGION

_NOBODY = "stack"
_CONFIG = Config(retries={"total_max_attempts": 2, "mode": "standard"}, connect_timeout=5, read_timeout=60)


class Clients:
    """One session for all; clients are thread-safe, making them is not, so they are made while the stack starts."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = boto3.session.Session(
            aws_access_key_id=_NOBODY, aws_secret_access_key=_NOBODY, region_name=REGION
        )
        self._own: dict[str, Any] = {}
        self._lent: list[Any] = []

    def own(self, service: str) -> Any:
        """A client of nobody's: what it asks is not written down."""
        if service not in self._own:
            self._own[service] = self._client(service, _NOBODY)
        return self._own[service]

    def source(self, service: str, function: str) -> Any:
        """A client of a function's event source, which works with the function's rights."""
        client = self._client(service, Caller(function, POLLER).access_key_id)
        self._lent.append(client)
        return client

    def close(self) -> None:
        for client in (*self._own.values(), *self._lent):
            client.close()

    def _client(self, service: str, key: str) -> Any:
        return self._session.client(  # type: ignore[call-overload]
            service, endpoint_url=self._url, aws_access_key_id=key, aws_secret_access_key=_NOBODY, config=_CONFIG
        )
