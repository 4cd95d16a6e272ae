"""The server under every door: HTTP/1.1 as clients expect it, on the loopback address."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator

import pytest

from local.stack.httpd import HOST, Hangup, Request, Response, Server


def answer(request: Request) -> Response:
    if request.path == "/hangup":
        raise Hangup
    text = f"{request.method} {request.target} {len(request.body)} {request.too_large}"
    return Response(204 if request.path == "/nothing" else 200, text.encode(), [("X-Kind", "test")])


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(answer, name="test", max_body=1000)
    yield running
    running.stop()


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection(HOST, server.port, timeout=5)
    yield opened
    opened.close()


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read()


def raw(server: Server, text: bytes) -> bytes:
    """Everything that comes back until the server closes."""
    with socket.create_connection((HOST, server.port), timeout=5) as client:
        client.sendall(text)
        received = b""
        while piece := client.recv(65536):
            received += piece
        return received


def test_one_connection_carries_many_requests(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "GET", "/a?b=%20") == (200, b"GET /a?b=%20 0 False")
    first = connection.sock
    assert ask(connection, "POST", "/b", b"12345") == (200, b"POST /b 5 False")
    assert connection.sock is first


def test_answers_without_a_body(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "HEAD", "/a") == (200, b"")
    assert ask(connection, "GET", "/nothing") == (204, b"")
    assert ask(connection, "GET", "/a")[0] == 200


def test_a_body_that_is_too_large_is_thrown_away_and_told(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "POST", "/big", b"x" * 1001) == (200, b"POST /big 0 True")
    assert ask(connection, "POST", "/fits", b"x" * 1000) == (200, b"POST /fits 1000 False")


def test_a_hangup_is_a_closed_connection(connection: http.client.HTTPConnection) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        ask(connection, "GET", "/hangup")


@pytest.mark.parametrize(
    "text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_a_malformed_request_is_400(server: Server, text: bytes) -> None:
    assert raw(server, text).startswith(b"HTTP/1.1 400 ")


def test_expect_and_close(server: Server) -> None:
    head = b"POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
    received = raw(server, head)
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert received.endswith(b"POST /a 2 False")


def test_stopping_closes_what_is_open(server: Server, connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "GET", "/a")[0] == 200
    server.stop()
    server.stop()
    with pytest.raises(ConnectionError):
        ask(connection, "GET", "/a")
