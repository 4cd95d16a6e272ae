"""What the functions ask of AWS and of providers, call by call, with the answers that moto and the sandboxes gave.

Counted for the calls that an operation costs, and replayed where the other side must cost nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

READS = frozenset({"GetItem", "GetSecretValue"})
"""Operations that are told apart by what they read."""

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})


@dataclass(frozen=True, slots=True)
class AwsAnswer:
    """An answer as boto3 returns it, and as it came over the wire."""

    parsed: dict[str, Any]
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class AwsCall:
    """`seconds` is what it took from the finished request to the parsed answer."""

    service: str
    operation: str
    subject: str
    answer: AwsAnswer
    seconds: float


@dataclass(frozen=True, slots=True)
class ProviderCall:
    """`provider` is its name for people."""

    provider: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(slots=True)
class Scene:
    """The calls of one operation, in their order."""

    aws: list[AwsCall] = field(default_factory=list)
    provider: list[ProviderCall] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.aws]

    @property
    def names(self) -> list[str]:
        """Every call: operations of AWS, and methods of requests to providers."""
        return [*self.operations, *(call.method for call in self.provider)]

    @property
    def breakers(self) -> set[str]:
        """Providers whose circuit breaker was read: its row is named like them."""
        read = {call.subject for call in self.aws if call.operation == "GetItem"}
        return {subject for subject in read if "#" not in subject}

    def tokens(self, providers: Collection[str]) -> list[str]:
        """Rows of access tokens that were read; their names begin with the provider's."""
        read = (call.subject for call in self.aws if call.operation == "GetItem")
        return [subject for subject in read if subject.partition("#")[0] in providers and "#" in subject]

    @property
    def writes(self) -> int:
        return sum(call.operation in WRITES for call in self.aws)


def subject_of(operation: str, arguments: Mapping[str, Any]) -> str:
    """What tells two calls of one operation apart: the secret, or the first key of the item, that is read."""
    if operation == "GetSecretValue":
        return str(arguments["SecretId"])
    return next(iter(arguments["Key"].values()))["S"] if operation == "GetItem" else ""


class Recorder:
    """Listens at boto3 clients and below a `requests` session."""

    def __init__(self) -> None:
        self.scenes: dict[str, Scene] = {}
        self._current = Scene()

    @contextmanager
    def scene(self, name: str) -> Iterator[Scene]:
        """Calls inside the block belong to `name`."""
        self._current = self.scenes[name] = Scene()
        yield self._current
        self._current = Scene()

    def listen(self, client: Any) -> Any:
        client.meta.events.register("before-call", _before)
        client.meta.events.register("after-call", self._after)
        return client

    def record(self, call: ProviderCall) -> None:
        self._current.provider.append(call)

    def _after(self, http_response: Any, parsed: dict[str, Any], model: Any, context: Any, **_: Any) -> None:
        seconds = time.perf_counter() - context["began"]
        answer = AwsAnswer(parsed, dict(http_response.headers), http_response.content)
        service: str = model.service_model.service_name
        self._current.aws.append(AwsCall(service, model.name, context["subject"], answer, seconds))


class RecordingAdapter(BaseAdapter):
    """Hands requests on to `inner`, and remembers the answers."""

    def __init__(self, provider: str, inner: BaseAdapter, recorder: Recorder) -> None:
        super().__init__()
        self._provider = provider
        self._inner = inner
        self._recorder = recorder

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = self._inner.send(request, *args, **kwargs)
        path = urlsplit(request.url or "").path
        headers = dict(response.headers)
        self._recorder.record(
            ProviderCall(self._provider, request.method or "", path, response.status_code, headers, response.content)
        )
        return response

    def close(self) -> None:
        self._inner.close()


def merged(scenes: Sequence[Scene]) -> Scene:
    """All calls of several scenes; of calls that look alike, a replay answers with the last."""
    return Scene([c for scene in scenes for c in scene.aws], [c for scene in scenes for c in scene.provider])


def _before(model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["subject"] = subject_of(model.name, json.loads(params["body"]) if model.name in READS else {})
    context["began"] = time.perf_counter()
