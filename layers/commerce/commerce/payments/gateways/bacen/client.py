"""One call to the bank: with the shared token, within the deadline, in plain JSON, failing in our tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.failures import translate, unreadable
from commerce.payments.gateways.bacen.fields import parse
from commerce.payments.gateways.bacen.settings import chosen_bank
from commerce.payments.gateways.fields import Json
from commerce.platform.clock import Clock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.http import retry_after
from commerce.platform.secrets import Secrets
from commerce.platform.token_store import TokenStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_EMPTY = frozenset({requests.codes.no_content, requests.codes.reset_content})


class BankClient:
    """Reads and writes of the receiver's account at one bank.

    Every path of the standard that is used here names its object, so that a repeat does nothing twice: calls are
    repeated on 429 and 503 while there is time.

    Methods raise the `ProviderError` branch, or ConfigurationError (`provider_credentials`, `missing_permission`, and
    what reading the secret raises): nothing was done.
    """

    def __init__(self, connection: BankConnection) -> None:
        self.connection = connection

    @classmethod
    def from_settings(cls, dynamodb: DynamoDBClient, secrets: Secrets, clock: Clock) -> BankClient:
        """As this deployment is set up; the secret is read when it is first needed.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        store = TokenStore(dynamodb, setting("TOKENS_TABLE"))
        return cls(BankConnection(chosen_bank(), store, secrets, setting("PIX_SECRET_NAME"), clock))

    def get(self, *path: str, deadline: Deadline) -> Json:
        return self._call("GET", path, deadline=deadline)

    def put(
        self, *path: str, body: Mapping[str, Any], deadline: Deadline, headers: Mapping[str, str] | None = None
    ) -> Json:
        return self._call("PUT", path, body, deadline=deadline, headers=headers)

    def patch(self, *path: str, body: Mapping[str, Any], deadline: Deadline) -> Json:
        return self._call("PATCH", path, body, deadline=deadline)

    def delete(self, *path: str, deadline: Deadline) -> Json:
        return self._call("DELETE", path, deadline=deadline)

    def _call(
        self,
        method: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None = None,
        *,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        connection = self.connection
        response = connection.http().call(
            method,
            connection.path(patch=method == "PATCH") + _path_of(*path),
            deadline=deadline,
            safe_to_repeat=True,
            params=connection.params() or None,
            json=None if body is None else dict(body),
            headers={"Accept": "application/json", **connection.headers(), **(headers or {})},
        )
        return _answered(response, reads=method == "GET")


def _path_of(*parts: str) -> str:
    """`/cob/{txid}` of its parts; ids come from outside and must not leave their place.

    Raises:
        ValueError: a part that would be another path.
    """
    if any(part in ("", ".", "..") for part in parts):
        raise ValueError("A path has no empty or dotted parts.")
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _answered(response: requests.Response, *, reads: bool) -> Json:
    """The answer's object; empty where a write was answered with nothing."""
    empty = response.status_code in _EMPTY or not response.content
    body = parse(response.content.decode("utf-8", "replace"))
    if not response.ok:
        raise translate(response.status_code, body, reads=reads, retry_after=retry_after(response.headers))
    if body is not None:
        return body
    if empty and not reads:
        return {}
    raise unreadable(reads=reads)
