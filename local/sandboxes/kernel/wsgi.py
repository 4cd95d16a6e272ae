"""The small part of WSGI that the server and the adapter share."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from local.sandboxes.kernel.wire import ENVIRON_KEY, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def make_environ(
    method: str, path: str, query: str, headers: Iterable[tuple[str, str]], body: bytes, wire: Wire
) -> WSGIEnvironment:
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "0",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        ENVIRON_KEY: wire,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def call(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[int, str, list[tuple[str, str]], bytes]:
    """Status, reason, headers and body of the application's answer."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], trouble: Any = None) -> Callable[[bytes], object]:  # noqa: ARG001
        head[:] = [status, headers]
        return io.BytesIO().write

    body = b"".join(app(environ, start_response))
    code, _, reason = head[0].partition(" ")
    return int(code), reason, head[1], body
