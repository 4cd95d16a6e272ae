from __future__ import annotations

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from tests.unit.sandboxes.echo import EchoSandbox

BASE = "https://echo.example"


@pytest.fixture
def echo() -> EchoSandbox:
    return EchoSandbox(clock=ManualClock(from_epoch(1_700_000_000)))


@pytest.fixture
def session(echo: EchoSandbox) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(echo))
    return session


def test_faults_are_set_listed_and_cleared(session: requests.Session, echo: EchoSandbox) -> None:
    listed = session.post(f"{BASE}/_sandbox/faults", json={"kind": "status", "status": 429, "times": 2}).json()
    assert [(fault["kind"], fault["status"], fault["times"]) for fault in listed] == [("status", 429, 2)]
    assert session.post(f"{BASE}/things/a").status_code == 429
    assert session.delete(f"{BASE}/_sandbox/faults").json() == []
    assert session.post(f"{BASE}/things/a").status_code == 201


def test_the_clock_is_read_and_advanced(session: requests.Session) -> None:
    assert session.get(f"{BASE}/_sandbox/clock").json() == {"now": "2023-11-14T22:13:20.000Z"}
    assert session.post(f"{BASE}/_sandbox/clock", json={"advance": 60}).json() == {"now": "2023-11-14T22:14:20.000Z"}


def test_webhook_modes_are_set_and_shown(session: requests.Session, echo: EchoSandbox) -> None:
    echo.endpoint.url = "http://receiver"
    shown = session.post(f"{BASE}/_sandbox/webhooks", json={"mode": "hold"}).json()
    assert shown["mode"] == "hold"
    session.post(f"{BASE}/things/a")
    assert session.get(f"{BASE}/_sandbox/webhooks").json()["held"] == 1
    assert session.post(f"{BASE}/_sandbox/webhooks/flush").json() == {"flushed": 1}
    assert session.get(f"{BASE}/_sandbox/webhooks").json()["pending"] == 1
    assert session.post(f"{BASE}/_sandbox/webhooks", json={"mode": "eat"}).status_code == 400


def test_the_log_shows_requests_without_credentials(session: requests.Session) -> None:
    session.post(f"{BASE}/things/a?x=1", data=b"hello", headers={"Authorization": "Bearer sk_test_secret"})
    log = session.get(f"{BASE}/_sandbox/log")
    assert "sk_test_secret" not in log.text
    (entry,) = log.json()
    assert (entry["method"], entry["path"], entry["query"], entry["body"]) == ("POST", "/things/a", "x=1", "hello")
    assert entry["status"] == 201


def test_reset_forgets_everything(session: requests.Session, echo: EchoSandbox) -> None:
    session.post(f"{BASE}/things/a")
    session.post(f"{BASE}/_sandbox/faults", json={"kind": "hang"})
    session.post(f"{BASE}/_sandbox/reset")
    assert session.get(f"{BASE}/_sandbox/books").json() == {"acted": 0}
    assert session.get(f"{BASE}/_sandbox/log").json() == []
    assert (echo.webhooks.drain(), list(echo.faults.waiting())) == ([], [])


def test_the_control_routes_are_listed(session: requests.Session) -> None:
    assert {"GET /_sandbox/", "POST /_sandbox/faults"} <= set(session.get(f"{BASE}/_sandbox/").json())


def test_an_unknown_control_route_lists_the_known(session: requests.Session) -> None:
    answer = session.get(f"{BASE}/_sandbox/nothing")
    assert answer.status_code == 404
    assert "POST /_sandbox/clock" in answer.text
    assert session.post(f"{BASE}/_sandbox/clock", data=b"[1]").status_code == 400
