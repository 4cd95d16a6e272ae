"""All workers of one function: warm ones are used again, a concurrent event gets a new one, up to a cap.

The cap is the laptop's; a function's reserved concurrency, when it is lower, throttles as Lambda does.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from local.stack.environment import Surroundings
from local.stack.logs import Logs
from local.stack.model import FunctionSpec
from local.stack.runtime_api import Invocation
from local.stack.worker import Outcome, Runtime, Worker, WorkerGone

_LIMIT = 50_000


class Throttled(Exception):
    """The function's reserved concurrency is used up (TooManyRequestsException)."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    around: Surroundings
    logs: Logs
    runtime: Runtime
    cap: int
    changed: Callable[[], None]


class FunctionPool:
    """Thread-safe. `outcomes` keeps the newest invocations, for reports."""

    def __init__(self, spec: FunctionSpec, settings: PoolSettings) -> None:
        self.spec = spec
        self.outcomes: deque[Outcome] = deque(maxlen=_LIMIT)
        self._settings = settings
        self._free = threading.Condition()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._starting = 0
        self._number = 0
        self._closed = False

    @property
    def busy(self) -> int:
        with self._free:
            return len(self._busy) + self._starting

    def invoke(self, payload: bytes, *, trace_id: str | None = None, patient: bool = False) -> Outcome:
        """Run one event to its end, in the calling thread.

        Args:
            patient: wait for a free worker even where Lambda would throttle, as its own event sources do.

        Raises:
            Throttled: reserved concurrency is used up, and the caller is not patient.
        """
        invocation = Invocation(
            request_id=str(uuid.uuid4()),
            payload=payload,
            arn=self.spec.arn,
            trace_id=trace_id or new_trace_id(),
            timeout=self.spec.timeout,
        )
        while True:
            worker = self._acquire(patient)
            try:
                outcome = worker.run(invocation)
            except WorkerGone:
                continue
            finally:
                self._release(worker)
            self.outcomes.append(outcome)
            return outcome

    def submit(self, payload: bytes, *, trace_id: str | None = None) -> Future[Outcome]:
        """`invoke` in a thread of its own, for a caller that may stop waiting."""
        future: Future[Outcome] = Future()

        def run() -> None:
            try:
                future.set_result(self.invoke(payload, trace_id=trace_id))
            except Exception as error:  # noqa: BLE001  it is raised where the future is waited for
                future.set_exception(error)

        threading.Thread(target=run, name=f"{self.spec.logical_id}-call", daemon=True).start()
        return future

    def prewarm(self) -> None:
        """Start one worker and wait until it is ready."""
        worker = self._acquire(patient=True)
        worker.ready()
        self._release(worker)

    def kill(self, number: str | None = None) -> None:
        """End the processes of this function, busy or idle, or only that of worker `number`."""
        with self._free:
            workers = [worker for worker in [*self._idle, *self._busy] if number in (None, worker.caller.worker)]
        for worker in workers:
            worker.kill()

    def close(self) -> None:
        with self._free:
            self._closed = True
            workers = [*self._idle, *self._busy]
            self._free.notify_all()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.close()

    def _acquire(self, patient: bool) -> Worker:
        reserved = self.spec.reserved_concurrency
        with self._free:
            while True:
                if self._closed:
                    raise Throttled(f"{self.spec.logical_id} is shutting down")
                running = len(self._busy) + self._starting
                if reserved is not None and running >= reserved and not patient:
                    raise Throttled(f"{self.spec.logical_id} has its reserved concurrency of {reserved} in use")
                if worker := self._take_idle():
                    self._busy.add(worker)
                    return worker
                if running < self._settings.cap:
                    self._starting += 1
                    self._number += 1
                    number = self._number
                    break
                self._free.wait()
        return self._start(number)

    def _take_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            threading.Thread(target=worker.close, daemon=True).start()
        return None

    def _start(self, number: int) -> Worker:
        settings, worker = self._settings, None
        try:
            worker = Worker(self.spec, number, settings.around, settings.logs, settings.runtime)
        finally:
            with self._free:
                self._starting -= 1
                if worker is not None:
                    self._busy.add(worker)
                self._free.notify()
                closed = self._closed
        if closed:
            worker.close()
        return worker

    def _release(self, worker: Worker) -> None:
        alive = worker.alive
        with self._free:
            self._busy.discard(worker)
            if alive and not self._closed:
                self._idle.append(worker)
            self._free.notify()
        if not alive:
            worker.close()
        self._settings.changed()


def new_trace_id() -> str:
    """An X-Ray trace header (X-Ray Developer Guide, "Tracing header")."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"
