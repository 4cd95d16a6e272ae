"""The kernel over real sockets: keep-alive, faults on the wire, webhooks posted in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import Server, serve
from tests.unit.sandboxes.echo import EchoSandbox


@pytest.fixture
def echo() -> EchoSandbox:
    return EchoSandbox()


@pytest.fixture
def server(echo: EchoSandbox) -> Iterator[Server]:
    with serve(echo) as running:
        yield running


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def test_connections_are_kept_alive(server: Server, session: requests.Session) -> None:
    ports = set()
    for _ in range(3):
        with session.post(f"{server.url}/things/a", data=b"x", stream=True) as answer:
            assert answer.raw.connection is not None
            ports.add(answer.raw.connection.sock.getsockname())
            assert answer.json()["made"] == "a"
    assert len(ports) == 1


@pytest.mark.parametrize(("kind", "acted"), [("cut_before", 0), ("cut_after", 1), ("unreachable", 0)])
def test_a_cut_connection(server: Server, session: requests.Session, echo: EchoSandbox, kind: str, acted: int) -> None:
    with pytest.raises(requests.ConnectionError):
        session.post(f"{server.url}/things/a", headers={"X-Sandbox-Fault": kind})
    assert len(echo.acted) == acted
    assert session.post(f"{server.url}/things/b").status_code == 201


@pytest.mark.parametrize(("kind", "acted"), [("hang", 0), ("hang_after", 1)])
def test_a_hanging_connection_ends_when_the_client_gives_up(
    server: Server, session: requests.Session, echo: EchoSandbox, kind: str, acted: int
) -> None:
    echo.faults.add(Fault(FaultKind(kind), seconds=60))
    with pytest.raises(requests.ReadTimeout):
        session.post(f"{server.url}/things/a", timeout=(1, 0.2))
    assert len(echo.acted) == acted


def test_a_delayed_request_acts_although_its_client_left(
    server: Server, session: requests.Session, echo: EchoSandbox
) -> None:
    with pytest.raises(requests.ReadTimeout):
        session.post(f"{server.url}/things/a", headers={"X-Sandbox-Fault": "delay=0.5"}, timeout=(1, 0.1))
    assert echo.acted == []
    eventually(lambda: echo.acted == ["a"])


def test_requests_run_beside_a_hanging_one(server: Server, session: requests.Session, echo: EchoSandbox) -> None:
    echo.faults.add(Fault(FaultKind.DELAY, path="slow", seconds=0.8))
    started = time.monotonic()
    slow = threading.Thread(target=requests.post, args=(f"{server.url}/things/slow",))
    slow.start()
    assert session.post(f"{server.url}/things/fast").status_code == 201
    assert time.monotonic() - started < 0.7
    slow.join()
    assert sorted(echo.acted) == ["fast", "slow"]


def test_webhooks_are_posted_signed_and_repeated_until_accepted(echo: EchoSandbox) -> None:
    receiver = EchoSandbox()
    receiver.faults.add(Fault(FaultKind.STATUS, status=500), Fault(FaultKind.CUT_BEFORE))
    echo.webhooks.retry_seconds = (0.01, 0.01, 0.01)
    with serve(receiver) as inbox, serve(echo) as running:
        echo.endpoint.url = f"{inbox.url}/things/webhook"
        requests.post(f"{running.url}/things/a", data=b'{"a": "\xc3\xa9"}')
        eventually(lambda: echo.webhooks.delivered == {"evt_1"})
        assert echo.webhooks.pending == 0
    entries = receiver.journal.entries()
    assert [entry.status for entry in entries] == [500, None, 201]
    assert {entry.body for entry in entries} == {b'{"a": "\xc3\xa9"}'}
    assert all(entry.headers["X-Signed"].split()[0].isdigit() for entry in entries)
