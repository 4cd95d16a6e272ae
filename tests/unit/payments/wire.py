"""A scripted provider below `requests`: it answers what the test says, in turn, and keeps what it was sent."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from commerce.platform.http import ProviderHttp, Retry, provider_session


@dataclass(frozen=True)
class Sent:
    method: str
    path: str
    query: str
    headers: CaseInsensitiveDict[str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Wire(BaseAdapter):
    """The last scripted answer is given again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self._script: list[tuple[int, bytes, dict[str, str]] | Exception] = []

    def answer(self, body: object = b"", status: int = 200, **headers: str) -> Wire:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._script.append((status, raw, {name.replace("_", "-"): value for name, value in headers.items()}))
        return self

    def breaks(self, error: Exception) -> Wire:
        self._script.append(error)
        return self

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        url = urlsplit(request.url or "")
        raw = request.body or b""
        self.sent.append(
            Sent(
                request.method or "",
                url.path,
                url.query,
                request.headers,
                raw.encode() if isinstance(raw, str) else raw,
            )
        )
        next_one = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(next_one, Exception):
            raise next_one
        status, body, headers = next_one
        response = requests.Response()
        response.status_code = status
        response.headers = CaseInsensitiveDict(headers)
        response.url = request.url or ""
        response.request = request
        response.raw = HTTPResponse(body=io.BytesIO(body), status=status, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing to close."""

    @property
    def paths(self) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in self.sent]


def http_over(adapter: BaseAdapter, base: str, provider: str) -> ProviderHttp:
    """A thin client to `base` that never waits between tries."""
    session = provider_session(base, provider=provider)
    session.mount("https://", adapter)
    return ProviderHttp(session, base, retry=Retry(sleep=lambda _: None))
