"""One execution environment of one function: a process that is given one event at a time.

On Linux it is the unmodified `awslambdaric`; elsewhere, where that has no wheel, `plain_runtime.py` over the same API.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from local.stack.environment import Surroundings, worker_environment
from local.stack.logs import LogPipe, Logs
from local.stack.model import FunctionSpec
from local.stack.recorder import Caller
from local.stack.runtime_api import Answer, Invocation, RuntimeApi

INIT_LIMIT = 60.0
"""Seconds a process may take to ask for its first event; Lambda gives 10 on a machine of its own."""

type Runtime = Literal["awslambdaric", "plain"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended. `payload` is the function's JSON, or with `failed` Lambda's error object.

    `seconds` is the time inside the function, `init_seconds` the time its process took to start, 0 when it was warm.
    """

    request_id: str
    payload: bytes
    failed: bool
    seconds: float
    init_seconds: float = 0.0

    @property
    def error_type(self) -> str | None:
        """Such as `Sandbox.Timedout`, `Runtime.ExitError` or the exception's name."""
        if not self.failed:
            return None
        try:
            found = json.loads(self.payload).get("errorType")
        except (ValueError, AttributeError):
            return "Unknown"
        return str(found)


class WorkerGone(Exception):
    """The process had ended before it took the event: nothing has happened, another worker may take it."""


class Worker:
    """Starts its process at once. Not thread-safe: its pool gives it to one caller at a time."""

    def __init__(self, spec: FunctionSpec, number: int, around: Surroundings, logs: Logs, runtime: Runtime) -> None:
        self.caller = Caller(spec.logical_id, str(number))
        self._spec = spec
        self._logs = logs
        self._started = time.monotonic()
        self._cold = True
        name = f"{spec.logical_id}-{number}"
        self._scratch = Path(tempfile.mkdtemp(prefix=f"{spec.logical_id}-"))
        self._api = RuntimeApi(name)
        self._pipe = LogPipe(lambda line: logs.add(spec.logical_id, line), name)
        self._process = subprocess.Popen(
            _command(runtime, spec.handler),
            cwd=spec.folder,
            env=worker_environment(spec, self.caller, around, self._api.address, self._scratch),
            stdin=subprocess.DEVNULL,
            stdout=self._pipe.write,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._pipe.parent_done()
        self._reaper = threading.Thread(target=self._reap, name=f"{name}-reaper", daemon=True)
        self._reaper.start()

    @property
    def alive(self) -> bool:
        return self._api.exit_code is None

    def run(self, invocation: Invocation) -> Outcome:
        """Give the event to the process and wait for its end: an answer, the timeout, or the end of the process.

        Raises:
            WorkerGone: the process ended before it took the event, after it had been ready once.
        """
        self._api.offer(invocation)
        init_seconds = self._await_start()
        begun = time.monotonic()
        with self._api.state:
            left = self._api.deadline - begun
            self._api.state.wait_for(lambda: self._api.answer is not None or not self.alive, max(0.0, left))
            answer = self._api.answer
        seconds = time.monotonic() - begun
        if answer is None:
            answer = self._timed_out(invocation) if self.alive else self._ended(invocation)
        self._pipe.settle()
        return Outcome(invocation.request_id, answer.payload, answer.failed, seconds, init_seconds)

    def ready(self) -> None:
        """Wait until the process asks for an event, or ends."""
        with self._api.state:
            self._api.state.wait_for(lambda: self._api.waiting or not self.alive, INIT_LIMIT)

    def kill(self) -> None:
        """End the process now, as a crash would; whoever waits for its answer gets `Runtime.ExitError`."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        self._reaper.join(timeout=5)
        self._pipe.join(timeout=2)
        self._api.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _reap(self) -> None:
        self._api.exited(self._process.wait())

    def _await_start(self) -> float:
        with self._api.state:
            taken = self._api.state.wait_for(lambda: self._api.current is not None or not self.alive, INIT_LIMIT)
            if self._api.current is not None:
                cold, self._cold = self._cold, False
                return time.monotonic() - self._started if cold else 0.0
        if not self._cold:
            raise WorkerGone
        if not taken:
            self.kill()
        return 0.0

    def _timed_out(self, invocation: Invocation) -> Answer:
        self.kill()
        self._reaper.join(timeout=5)
        return self._platform_error(
            invocation, "Sandbox.Timedout", f"Error: Task timed out after {self._spec.timeout:.2f} seconds"
        )

    def _ended(self, invocation: Invocation) -> Answer:
        self._pipe.join(timeout=2)
        if self._api.init_error is not None:
            return Answer(self._api.init_error, failed=True)
        code = self._api.exit_code or 0
        how = f"signal: {signal.Signals(-code).name.lower()}" if code < 0 else f"exit status {code}"
        return self._platform_error(invocation, "Runtime.ExitError", f"Error: Runtime exited with error: {how}")

    def _platform_error(self, invocation: Invocation, kind: str, message: str) -> Answer:
        text = f"RequestId: {invocation.request_id} {message}"
        self._logs.add(self._spec.logical_id, text)
        return Answer(json.dumps({"errorType": kind, "errorMessage": text}).encode(), failed=True)


def default_runtime() -> Runtime:
    return "awslambdaric" if find_spec("awslambdaric") else "plain"


def _command(runtime: Runtime, handler: str) -> list[str]:
    if runtime == "awslambdaric":
        return [sys.executable, "-m", "awslambdaric", handler]
    # -P: the folder of this file must not be on the path of the function
    return [sys.executable, "-P", str(Path(__file__).with_name("plain_runtime.py")), handler]
