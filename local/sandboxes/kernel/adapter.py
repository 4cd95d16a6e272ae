"""Calls a sandbox in this process, below `requests`: no sockets, no threads, the same faults."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.util import Timeout as UrllibTimeout

from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.kernel.wsgi import call, make_environ

type Timeout = float | tuple[float, float] | tuple[float, None] | UrllibTimeout | None


class SandboxBroken(BaseException):
    """A bug of the sandbox itself. No `Exception`, because SDKs turn any of those into an error of the connection."""


class WsgiAdapter(BaseAdapter):
    """Mount it on a session: `session.mount("https://api.stripe.com", WsgiAdapter(sandbox))`.

    A delay shorter than the read timeout passes at once. A longer one is a `ReadTimeout` for the caller, and the
    provider acts when the test calls `run_late()`: a request that happens after its caller gave up.
    """

    def __init__(self, sandbox: Sandbox[Any]) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.late: list[Callable[[], object]] = []

    def run_late(self) -> int:
        """Let everything that was too late act now; how many there were."""
        late, self.late[:] = self.late[:], []
        for act in late:
            act()
        return len(late)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002  the answer is in memory already
        timeout: Timeout = None,
        verify: bool | str = True,  # noqa: ARG002  no TLS in process
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        url = urlsplit(request.url or "")
        body = request.body or b""
        wire = _InProcessWire(request, _read_timeout(timeout), self.late)
        environ = make_environ(
            request.method or "GET",
            url.path,
            url.query,
            request.headers.items(),
            body.encode() if isinstance(body, str) else body,
            wire,
        )
        try:
            return _response(request, *call(self.sandbox, environ))
        except requests.RequestException:
            raise
        except Exception as error:
            raise SandboxBroken(f"{request.method} {url.path}") from error

    def close(self) -> None:
        """Nothing to close."""


class _InProcessWire:
    def __init__(
        self, request: requests.PreparedRequest, read_timeout: float, late: list[Callable[[], object]]
    ) -> None:
        self._request = request
        self._read_timeout = read_timeout
        self._late = late

    def cut(self) -> NoReturn:
        raise requests.ConnectionError("connection cut by a fault", request=self._request)

    def hold(self, seconds: float) -> NoReturn:
        if seconds < self._read_timeout:
            self.cut()
        raise requests.ReadTimeout("held by a fault", request=self._request)

    def pause(self, seconds: float, later: Callable[[], object]) -> None:
        if seconds >= self._read_timeout:
            self._late.append(later)
            raise requests.ReadTimeout("delayed by a fault", request=self._request)

    def unreachable(self) -> NoReturn:
        raise requests.ConnectTimeout("unreachable by a fault", request=self._request)


def _read_timeout(timeout: Timeout) -> float:
    """Seconds until a caller gives up, in each of the forms that `requests` takes."""
    if isinstance(timeout, UrllibTimeout):
        # Without a limit on reading alone, urllib3 has a marker there, and the total counts.
        limits = [value for value in (timeout._read, timeout.total) if isinstance(value, int | float)]  # noqa: SLF001
        return min(limits, default=float("inf"))
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    return float("inf") if read is None else read


def _response(
    request: requests.PreparedRequest, status: int, reason: str, headers: list[tuple[str, str]], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.reason = reason
    response.headers = CaseInsensitiveDict(headers)
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(body=io.BytesIO(body), headers=dict(headers), status=status, preload_content=False)
    return response
