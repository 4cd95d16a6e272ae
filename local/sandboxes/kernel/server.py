"""Serves a sandbox on 127.0.0.1: one thread per connection, HTTP/1.1 keep-alive, no Nagle delay."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Self

from local.sandboxes.kernel.courier import Courier
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.kernel.wire import Dropped, SocketWire
from local.sandboxes.kernel.wsgi import call, make_environ

HOST = "127.0.0.1"


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 by hand: werkzeug's own server closes every connection, which would hide pooling bugs."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _run(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        wire = SocketWire(self.connection)
        environ = make_environ(self.command, path, query, self.headers.items(), body, wire)
        try:
            status, reason, headers, answer = call(self.server.app, environ)
        except Dropped:
            self.close_connection = True
            return
        self.send_response(status, reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _run  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the journal has it all
        pass


class _Listener(ThreadingMixIn, TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: Sandbox[Any], port: int, tls: ssl.SSLContext | None) -> None:
        self.app = app
        self.tls = tls
        self.errors: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """With TLS, the handshake waits for the first read: a slow client must not hold up the others."""
        connection, address = super().get_request()
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what broke in the sandbox itself; a client that went away or was refused by TLS is no error."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | ssl.SSLError):
            self.errors.append(error)
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        with self._open_lock:
            idle = list(self._open)
        for connection in idle:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Server:
    """A running sandbox with its webhook courier; a context manager that stops both.

    Stopping raises an `ExceptionGroup` of what broke inside the sandbox, so that no test passes over it.
    """

    def __init__(self, sandbox: Sandbox[Any], port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.sandbox = sandbox
        self._listener = _Listener(sandbox, port, tls)
        self._courier = Courier(sandbox.webhooks, tick=sandbox.tick)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name=f"{sandbox.name}-sandbox", daemon=True
        )

    @property
    def url(self) -> str:
        scheme = "http" if self._listener.tls is None else "https"
        return f"{scheme}://{HOST}:{self._listener.server_address[1]}"

    def start(self) -> Self:
        self._thread.start()
        self._courier.start()
        return self

    def stop(self) -> None:
        self._courier.stop()
        self._listener.shutdown()
        self._listener.end_connections()
        self._listener.server_close()
        self._thread.join(timeout=5)
        if errors := [error for error in self._listener.errors if isinstance(error, Exception)]:
            raise ExceptionGroup(f"the {self.sandbox.name} sandbox broke", errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(sandbox: Sandbox[Any], port: int = 0, tls: ssl.SSLContext | None = None) -> Server:
    """Start `sandbox` on 127.0.0.1; port 0 takes a free one. Stop it with `.stop()` or `with`.

    With `tls` it speaks https only. A context that requires client certificates (`verify_mode`) refuses whoever shows
    none, before any request is read.
    """
    return Server(sandbox, port, tls).start()
