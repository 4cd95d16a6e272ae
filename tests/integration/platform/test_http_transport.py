"""The session against a real socket: what a broken network does, and what we make of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from commerce.platform import http
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous, ProviderUnavailable
from commerce.platform.http import ProviderHttp, Retry, provider_session

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

type Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behaviour: Behaviour) -> Iterator[str]:
    """A server that does `behaviour` with each connection, after it has read one request."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    behaviour(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def call(base: str, seconds: float = 5.0, *, method: str = "POST", safe: bool = False) -> requests.Response:
    with provider_session(base, provider="acme") as session:
        client = ProviderHttp(session, base, retry=Retry(first_seconds=0.01))
        return client.call(method, "/v1", deadline=Deadline.after(seconds), safe_to_repeat=safe)


def answer(body: bytes, *, length: int | None = None) -> Behaviour:
    size = len(body) if length is None else length
    return lambda connection: connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % size + body)


def drip(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def chunked(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for part in (b'{"a":', b"1}"):
        connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
    connection.sendall(b"0\r\n\r\n")


def silent(connection: socket.socket) -> None:
    connection.settimeout(3)
    connection.recv(1)


def test_a_whole_answer() -> None:
    with server(answer(b'{"a":1}')) as base:
        assert call(base).json() == {"a": 1}
    with server(chunked) as base:
        assert call(base).json() == {"a": 1}


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(lambda connection: connection.close(), id="closed without an answer"),
        pytest.param(answer(b'{"a":', length=50), id="cut in the body"),
        pytest.param(lambda connection: connection.sendall(b"HTTP/1."), id="cut in the status line"),
        pytest.param(lambda connection: connection.sendall(b"not http at all\r\n\r\n"), id="not http"),
    ],
)
def test_a_broken_answer_is_ambiguous(behaviour: Behaviour) -> None:
    with server(behaviour) as base, pytest.raises(ProviderAmbiguous):
        call(base)


@pytest.mark.invariant("PAY-06")
@pytest.mark.parametrize("behaviour", [pytest.param(silent, id="silent"), pytest.param(drip, id="drips")])
def test_a_slow_answer_ends_by_the_deadline(behaviour: Behaviour) -> None:
    with server(behaviour) as base:
        began = time.monotonic()
        with pytest.raises(ProviderAmbiguous):
            call(base, seconds=0.6, safe=True)
        assert time.monotonic() - began < 1.5


@pytest.mark.invariant("PAY-04")
def test_a_refused_connection_is_unavailable_and_a_safe_call_tries_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ProviderUnavailable):
        call(f"http://127.0.0.1:{port}", safe=True)


@pytest.mark.invariant("PAY-04")
def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1000)
    with server(answer(b"x" * 1001)) as base, pytest.raises(ProviderAmbiguous):
        call(base)
    with server(answer(b"x" * 1000)) as base:
        assert len(call(base).content) == 1000


def test_a_connection_is_kept_for_the_next_call() -> None:
    accepted: list[int] = []

    def keep(connection: socket.socket) -> None:
        accepted.append(1)
        for _ in range(3):
            answer(b"{}")(connection)
            connection.recv(65536)

    with server(keep) as base, provider_session(base, provider="acme") as session:
        for _ in range(3):
            assert session.get(base + "/v1").json() == {}
    assert len(accepted) == 1
