"""The shapes that Lambda hands to a handler and takes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypedDict

type Event = Mapping[str, Any]
"""An event as Lambda decodes it from JSON."""

type ProxyAnswer = dict[str, Any]
"""An answer to the HTTP API or a function URL: payload format 2.0, `statusCode`, `headers`, `body`."""


class ItemFailure(TypedDict):
    itemIdentifier: str


class BatchAnswer(TypedDict):
    """A partial batch response: what is not named here counts as done."""

    batchItemFailures: list[ItemFailure]


class Context(Protocol):
    """The part of the Lambda context that this application reads."""

    @property
    def aws_request_id(self) -> str: ...

    @property
    def function_name(self) -> str: ...

    def get_remaining_time_in_millis(self) -> int: ...
