"""AWS and providers that cost nothing: they answer what was recorded, and know how long that took them."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from botocore import xform_name
from botocore.awsrequest import AWSResponse, HTTPHeaders
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from benchmarks.recording import READS, AwsAnswer, ProviderCall, Scene, subject_of

type Answers = Mapping[tuple[str, str], AwsAnswer]


class NotRecorded(Exception):
    """A replayed operation asks for something that it did not ask for when it was recorded."""


@dataclass(slots=True)
class Trips:
    """What was asked since the last `reset`, and the seconds that answering took."""

    seconds: float = 0.0
    made: list[str] = field(default_factory=list)

    def reset(self) -> None:
        self.seconds = 0.0
        self.made.clear()

    def took(self, name: str, began: float) -> None:
        self.made.append(name)
        self.seconds += time.perf_counter() - began


class StubClient:
    """In the place of a boto3 client: a method for each operation that was recorded."""

    def __init__(self, answers: Answers, trips: Trips) -> None:
        self.meta = SimpleNamespace(
            endpoint_url="https://aws.example", events=SimpleNamespace(register=lambda *_args, **_kwargs: None)
        )
        for operation, _ in answers:
            setattr(self, xform_name(operation), _method(operation, answers, trips))

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        def never_recorded(**_arguments: Any) -> NoReturn:
            raise NotRecorded(f"{name} was not called when this operation was recorded.")

        return never_recorded


def _method(operation: str, answers: Answers, trips: Trips) -> Callable[..., dict[str, Any]]:
    def method(**arguments: Any) -> dict[str, Any]:
        began = time.perf_counter()
        found = answers[operation, subject_of(operation, arguments)].parsed
        trips.took(operation, began)
        return found

    return method


def stub_clients(scene: Scene, trips: Trips) -> Callable[[str], Any]:
    """A factory in the place of `aws.client`; boto3 itself has no part in it."""
    stub = StubClient(_answers(scene), trips)
    return lambda _service: stub


def canned_clients(scene: Scene, trips: Trips, build: Callable[[str], Any]) -> Callable[[str], Any]:
    """Real clients that do all their work, from parameters to signature to parsed answer, except the sending."""
    answers = _answers(scene)

    def send(request: Any, **_: Any) -> AWSResponse:
        began = time.perf_counter()
        target = request.headers["X-Amz-Target"]
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        arguments = json.loads(request.body) if operation in READS else {}
        found = answers[operation, subject_of(operation, arguments)]
        response = AWSResponse(request.url, 200, HTTPHeaders.from_dict(found.headers), _Raw(found.content))
        trips.took(operation, began)
        return response

    def client(service: str) -> Any:
        built = build(service)
        built.meta.events.register_first("before-send", send)
        return built

    return client


class ReplayAdapter(BaseAdapter):
    """A provider below `requests`: session, SDK and gateway do all their work, except the sending."""

    def __init__(self, scene: Scene, trips: Trips) -> None:
        super().__init__()
        self._answers = {(call.method, call.path): call for call in scene.provider}
        self._trips = trips

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        began = time.perf_counter()
        method, path = request.method or "", urlsplit(request.url or "").path
        found = self._answers.get((method, path)) or self._renamed(method, path)
        response = _response(request, found)
        self._trips.took(found.method, began)
        return response

    def _renamed(self, method: str, path: str) -> ProviderCall:
        """The answer to a call whose path ends in a name of ours, which is another one in every run."""
        folder, _, name = path.rpartition("/")
        for (recorded, known), call in self._answers.items():
            if (recorded, known.rpartition("/")[0]) == (method, folder):
                old = known.rpartition("/")[2].encode()
                return replace(call, content=call.content.replace(old, name.encode()))
        raise NotRecorded(f"{method} {path} was not called when this operation was recorded.")

    def close(self) -> None:
        """Nothing to close."""


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _answers(scene: Scene) -> Answers:
    return {(call.operation, call.subject): call.answer for call in scene.aws}


def _response(request: requests.PreparedRequest, found: ProviderCall) -> requests.Response:
    response = requests.Response()
    response.status_code = found.status
    response.headers = CaseInsensitiveDict(found.headers)
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(
        body=io.BytesIO(found.content), headers=found.headers, status=found.status, preload_content=False
    )
    return response
