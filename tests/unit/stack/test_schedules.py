"""Schedules tick, carry their input, and a failed run is tried again as Lambda does for asynchronous events."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from local.stack import schedules
from local.stack.model import AsyncSpec, ScheduleSpec
from local.stack.pool import FunctionPool, Throttled
from local.stack.schedules import Schedule, ScheduleWires
from local.stack.worker import Outcome


@dataclass
class Pool:
    """Answers with the given outcomes, one after the other; the last one again and again."""

    answers: list[bool | Exception]
    events: list[bytes] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    wanted: int = 1

    def invoke(self, payload: bytes) -> Outcome:
        self.events.append(payload)
        if len(self.events) >= self.wanted:
            self.enough.set()
        answer = self.answers[min(len(self.events), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return Outcome("request", b"{}", not answer, 0.0)


@dataclass
class Sent:
    messages: list[tuple[str, str]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def __call__(self, arn: str, body: str) -> None:
        self.messages.append((arn, body))
        self.arrived.set()


def schedule(pool: Pool, sent: Sent, failures: AsyncSpec | None = None, **changes: Any) -> Schedule:
    usual: dict[str, Any] = {
        "logical_id": "Clock",
        "arn": "arn:clock",
        "function": "Fn",
        "every": 0.01,
        "input": '{"at":"<aws.scheduler.scheduled-time>","arn":"<aws.scheduler.schedule-arn>"}',
        "enabled": True,
        "failure_queue_arn": "arn:undelivered",
    }
    spec = ScheduleSpec(**{**usual, **changes})
    return Schedule(spec, cast("FunctionPool", pool), failures or AsyncSpec(), ScheduleWires(sent, "1", "us-east-1"))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "RETRY_PAUSES", (0.0, 0.0))


def test_it_ticks_until_stopped() -> None:
    pool = Pool([True], wanted=3)
    ticking = schedule(pool, Sent())
    ticking.start()
    assert pool.enough.wait(5)
    ticking.stop()
    ticking.join()
    event = json.loads(pool.events[0])
    assert event["arn"] == "arn:clock"
    assert event["at"].endswith("Z")


def test_a_disabled_schedule_does_not_tick_but_can_be_run() -> None:
    pool = Pool([True])
    idle = schedule(pool, Sent(), enabled=False)
    idle.start()
    idle.join()
    assert pool.events == []
    assert not idle.run().failed
    assert len(pool.events) == 1


def test_without_input_the_event_is_the_schedulers_own() -> None:
    event = json.loads(schedule(Pool([True]), Sent(), input=None).event(attempt=1))
    assert (event["source"], event["detail-type"], event["resources"]) == (
        "aws.scheduler",
        "Scheduled Event",
        ["arn:clock"],
    )


def test_a_run_that_keeps_failing_is_tried_three_times_and_told() -> None:
    pool, sent = Pool([False], wanted=3), Sent()
    failing = schedule(pool, sent, AsyncSpec(failure_queue_arn="arn:failed"), every=3600)
    failing._fire()
    assert len(pool.events) == 3
    assert sent.messages == [("arn:failed", pool.events[0].decode())]


def test_a_run_that_recovers_is_not_told() -> None:
    pool, sent = Pool([False, True]), Sent()
    schedule(pool, sent, AsyncSpec(failure_queue_arn="arn:failed"), every=3600)._fire()
    assert len(pool.events) == 2
    assert sent.messages == []


def test_what_could_not_be_delivered_goes_to_the_schedules_own_dead_letters() -> None:
    pool, sent = Pool([Throttled("busy")]), Sent()
    schedule(pool, sent, every=3600)._fire()
    assert [arn for arn, _ in sent.messages] == ["arn:undelivered"]
