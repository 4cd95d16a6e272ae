"""EventBridge Scheduler for rate(...) schedules: timers, and "run it now" for tests.

An invocation by the scheduler is asynchronous: Lambda itself tries a failed one again, then hands the event to the
function's failure destination (Lambda Developer Guide, "Error handling for asynchronous invocations").
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from local.stack.errors import UnsupportedResource
from local.stack.model import AsyncSpec, ScheduleSpec
from local.stack.pool import FunctionPool, Throttled
from local.stack.worker import Outcome

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
RETRY_PAUSES = (60.0, 120.0)


def rate_seconds(logical_id: str, expression: str) -> float:
    """Seconds between two runs of `rate(5 minutes)`; raises `UnsupportedResource` for cron(...) and at(...)."""
    match = _RATE.fullmatch(expression)
    if match is None:
        raise UnsupportedResource(logical_id, f"the schedule {expression} (only rate(...))")
    return int(match.group(1)) * _SECONDS[match.group(2)]


@dataclass(frozen=True, slots=True)
class ScheduleWires:
    send: Callable[[str, str], None]
    """(queue ARN, message body)"""
    account_id: str
    region: str


class Schedule:
    """One schedule. `start` lets it tick; `run` fires it once, whether it ticks or not."""

    def __init__(self, spec: ScheduleSpec, pool: FunctionPool, failures: AsyncSpec, wires: ScheduleWires) -> None:
        self.spec = spec
        self._pool = pool
        self._failures = failures
        self._wires = wires
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._tick, name=f"{spec.logical_id}-clock", daemon=True)

    def start(self) -> None:
        if self.spec.enabled:
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def run(self) -> Outcome:
        """One invocation, without retries."""
        return self._pool.invoke(self.event(attempt=1))

    def event(self, attempt: int) -> bytes:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        if self.spec.input is None:
            return json.dumps(
                {
                    "version": "0",
                    "id": str(uuid.uuid4()),
                    "detail-type": "Scheduled Event",
                    "source": "aws.scheduler",
                    "account": self._wires.account_id,
                    "time": now,
                    "region": self._wires.region,
                    "resources": [self.spec.arn],
                    "detail": "{}",
                }
            ).encode()
        words = {
            "<aws.scheduler.schedule-arn>": self.spec.arn,
            "<aws.scheduler.scheduled-time>": now,
            "<aws.scheduler.execution-id>": str(uuid.uuid4()),
            "<aws.scheduler.attempt-number>": str(attempt),
        }
        text = self.spec.input
        for word, value in words.items():
            text = text.replace(word, value)
        return text.encode()

    def _tick(self) -> None:
        while not self._stopping.wait(self.spec.every):
            threading.Thread(target=self._fire, name=f"{self.spec.logical_id}-run", daemon=True).start()

    def _fire(self) -> None:
        event = self.event(attempt=1)
        try:
            outcome = self._pool.invoke(event)
            for pause in RETRY_PAUSES[: self._failures.retries]:
                if not outcome.failed or self._stopping.wait(pause):
                    return
                outcome = self._pool.invoke(event)
        except Throttled:
            if self.spec.failure_queue_arn and not self._stopping.is_set():
                self._wires.send(self.spec.failure_queue_arn, event.decode())
            return
        if outcome.failed and self._failures.failure_queue_arn:
            self._wires.send(self._failures.failure_queue_arn, event.decode())
