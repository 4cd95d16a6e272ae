from __future__ import annotations

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.unit.sandboxes.echo import EchoSandbox

BASE = "https://echo.example"


@pytest.fixture
def echo() -> EchoSandbox:
    return EchoSandbox(clock=ManualClock(from_epoch(1_700_000_000)))


@pytest.fixture
def adapter(echo: EchoSandbox) -> WsgiAdapter:
    return WsgiAdapter(echo)


@pytest.fixture
def session(adapter: WsgiAdapter) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, adapter)
    return session


def make(session: requests.Session, **options: object) -> requests.Response:
    return session.post(f"{BASE}/things/a", data=b"body", timeout=(1, 5), **options)  # type: ignore[arg-type]


def test_without_a_fault_the_handler_answers(session: requests.Session, echo: EchoSandbox) -> None:
    answer = make(session)
    assert (answer.status_code, answer.json()) == (201, {"made": "a", "body": "body"})
    assert echo.acted == ["a"]
    assert session.get(f"{BASE}/refused").status_code == 403


@pytest.mark.parametrize(
    ("fault", "error", "acted"),
    [
        ("cut_before", requests.ConnectionError, 0),
        ("cut_after", requests.ConnectionError, 1),
        ("hang", requests.ReadTimeout, 0),
        ("hang_after", requests.ReadTimeout, 1),
        ("unreachable", requests.ConnectTimeout, 0),
        ("delay=30", requests.ReadTimeout, 0),
    ],
)
def test_a_fault_without_an_answer(
    session: requests.Session, echo: EchoSandbox, fault: str, error: type[Exception], acted: int
) -> None:
    with pytest.raises(error):
        make(session, headers={"X-Sandbox-Fault": fault})
    assert len(echo.acted) == acted
    assert echo.journal.entries()[-1].status is None


def test_a_delayed_request_acts_after_its_caller_gave_up(
    session: requests.Session, adapter: WsgiAdapter, echo: EchoSandbox
) -> None:
    with pytest.raises(requests.ReadTimeout):
        make(session, headers={"X-Sandbox-Fault": "delay=6"})
    assert adapter.run_late() == 1
    assert echo.acted == ["a"]
    assert adapter.run_late() == 0


def test_a_short_delay_only_passes_time(session: requests.Session, echo: EchoSandbox) -> None:
    assert make(session, headers={"X-Sandbox-Fault": "delay=4"}).status_code == 201


@pytest.mark.parametrize(
    ("stage", "acted", "remembered"),
    [
        (FaultStage.BEFORE, 0, []),
        (FaultStage.AFTER, 1, [201]),
        (FaultStage.STORED, 1, [503]),
        (FaultStage.STORED_IDLE, 0, [503]),
    ],
)
def test_a_status_fault_replaces_the_answer_at_its_stage(
    session: requests.Session, echo: EchoSandbox, stage: FaultStage, acted: int, remembered: list[int]
) -> None:
    echo.faults.add(Fault(FaultKind.STATUS, status=503, stage=stage, headers={"Retry-After": "7"}))
    answer = make(session)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert len(echo.acted) == acted
    assert [answer.status for answer in echo.remembered] == remembered


def test_html_and_garbage_are_unreadable(session: requests.Session, echo: EchoSandbox) -> None:
    html = make(session, headers={"X-Sandbox-Fault": "html"})
    assert (html.status_code, html.headers["Content-Type"], echo.acted) == (502, "text/html", [])
    garbage = make(session, headers={"X-Sandbox-Fault": "garbage"})
    assert (garbage.status_code, echo.acted) == (201, ["a"])
    with pytest.raises(requests.JSONDecodeError):
        garbage.json()


def test_faults_match_skip_and_run_out(session: requests.Session, echo: EchoSandbox) -> None:
    echo.faults.add(Fault(FaultKind.STATUS, times=2, method="POST", path=r"^/things/", skip=1, status=500))
    assert session.get(f"{BASE}/refused").status_code == 403
    assert [make(session).status_code for _ in range(4)] == [201, 500, 500, 201]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "melt"},
        {"kind": "hang", "colour": "red"},
        {},
        {"kind": "hang", "path": "("},
        {"kind": "status", "status": "many"},
        {"kind": "status", "body": "text"},
    ],
)
def test_a_fault_nobody_knows_is_refused(session: requests.Session, body: dict[str, object]) -> None:
    assert session.post(f"{BASE}/_sandbox/faults", json=body).status_code == 400
    assert make(session, headers={"X-Sandbox-Fault": "melt"}).status_code == 400


def test_a_route_nobody_wrote_is_a_loud_501(session: requests.Session) -> None:
    for answer in (session.get(f"{BASE}/nothing"), session.delete(f"{BASE}/things/a")):
        assert answer.status_code == 501
        assert "POST /things/<name>" in answer.json()["error"]["message"]
