"""A small threaded HTTP/1.1 server on 127.0.0.1: keep-alive, no Nagle delay, one thread per connection.

The front door, the AWS endpoint and every worker's Runtime API are functions from `Request` to `Response` behind it.
The standard library's server parses headers as e-mail and closes with a delay; both show at a thousand requests.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

HOST = "127.0.0.1"
MAX_BODY = 64 * 1024 * 1024
MAX_HEADER_LINE = 65536
MAX_HEADERS = 200

type Headers = list[tuple[str, str]]


class Hangup(Exception):
    """Raised by a handler to close the connection without an answer."""


class _BadRequest(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Request:
    """`target` is as it came: the path still percent-encoded, with its query."""

    method: str
    target: str
    headers: Headers
    body: bytes
    peer: str = HOST
    too_large: bool = False

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of a header; `name` in lower case."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)


type Handler = Callable[[Request], Response]


class Server:
    """Serves one handler from construction until `stop`. Port 0 takes a free one.

    Args:
        max_body: bytes; a larger body is thrown away and the request reaches the handler with `too_large` set.
    """

    def __init__(self, handler: Handler, *, name: str, port: int = 0, max_body: int = MAX_BODY) -> None:
        self._handler = handler
        self._name = name
        self._max_body = max_body
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((HOST, port))
        self._listener.listen(256)
        self.port: int = self._listener.getsockname()[1]
        self._stopped = False
        self._thread = threading.Thread(target=self._accept, name=f"{name}-accept", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def stop(self) -> None:
        """Close the listener and every connection; safe to call twice."""
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            open_connections = list(self._open)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in open_connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=2)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._stopped:
                    connection.close()
                    return
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name=self._name, daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as reader:
            try:
                while self._exchange(connection, reader):
                    pass
            except (Hangup, OSError):
                pass
            finally:
                with self._lock:
                    self._open.discard(connection)

    def _exchange(self, connection: socket.socket, reader: BinaryIO) -> bool:
        try:
            read = _read_request(connection, reader, self._max_body)
        except _BadRequest:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return False
        if read is None:
            return False
        request, keep_alive = read
        connection.sendall(_render(self._handler(request), head_only=request.method == "HEAD", keep_alive=keep_alive))
        return keep_alive


def _read_request(connection: socket.socket, reader: BinaryIO, max_body: int) -> tuple[Request, bool] | None:
    line = reader.readline(MAX_HEADER_LINE)
    if not line:
        return None
    try:
        method, target, version = line.decode("latin-1").split()
    except ValueError as error:
        raise _BadRequest from error
    headers = _read_headers(reader)
    known = dict(headers)
    if known.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body, too_large = _read_body(reader, known, max_body)
    connection_header = known.get("connection", "").lower()
    keep_alive = connection_header != "close" and (version != "HTTP/1.0" or connection_header == "keep-alive")
    return Request(method, target, headers, body, too_large=too_large), keep_alive


def _read_headers(reader: BinaryIO) -> Headers:
    headers: Headers = []
    while (line := reader.readline(MAX_HEADER_LINE)) not in (b"\r\n", b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or len(headers) >= MAX_HEADERS:
            raise _BadRequest
        headers.append((name.strip().lower(), value.strip()))
    return headers


def _read_body(reader: BinaryIO, headers: dict[str, str], max_body: int) -> tuple[bytes, bool]:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _read_chunks(reader, max_body)
    try:
        left = int(headers.get("content-length") or 0)
    except ValueError as error:
        raise _BadRequest from error
    if left < 0:
        raise _BadRequest
    if left <= max_body:
        return reader.read(left), False
    while left > 0 and (piece := reader.read(min(left, 1 << 20))):
        left -= len(piece)
    return b"", True


def _read_chunks(reader: BinaryIO, max_body: int) -> tuple[bytes, bool]:
    body, too_large = bytearray(), False
    while True:
        try:
            size = int(reader.readline(MAX_HEADER_LINE).split(b";")[0], 16)
        except ValueError as error:
            raise _BadRequest from error
        chunk = reader.read(size)
        reader.readline(MAX_HEADER_LINE)
        if size == 0:
            return bytes(body), too_large
        too_large = too_large or len(body) + size > max_body
        if not too_large:
            body += chunk


def _render(response: Response, *, head_only: bool, keep_alive: bool) -> bytes:
    reason = HTTPStatus(response.status).phrase if response.status in HTTPStatus else "Status"
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.status not in (204, 304):
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if head_only or response.status in (204, 304) else head + response.body
