"""The stack itself: starts what the template describes, and lets tests and people look and act."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from local.stack.assembly import Assembly, assemble
from local.stack.errors import DrainTimeout, StackError
from local.stack.interceptors import Interception
from local.stack.logs import LogLine
from local.stack.options import StackOptions
from local.stack.plugs import PluggedSandbox
from local.stack.pool import FunctionPool
from local.stack.recorder import Call
from local.stack.worker import Outcome

_QUIET_LOOKS = 2
_NAP = 0.05


class Stack:
    """A running stack; a context manager that stops it.

    Raises:
        TemplateError, UnsupportedResource, StackError: from `start`; nothing is left running then.
    """

    def __init__(self, options: StackOptions | None = None) -> None:
        self.options = options or StackOptions()
        self._running: Assembly | None = None

    def start(self) -> Self:
        self._running = assemble(self.options)
        return self

    def stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        return self._now.front.url

    def function_url(self, function: str) -> str:
        """The URL of a function that has one, by the function's logical id."""
        if function not in self._now.url_functions:
            raise StackError(f"{function} has no function URL; those that have: {', '.join(self._now.url_functions)}.")
        return self._now.front.url_of(function)

    def token(self, *, sub: str, scopes: Iterable[str] = (), lifetime: int = 3600, **claims: Any) -> str:
        """A JWT that the API accepts, good for `lifetime` seconds; `claims` replace or, with None, remove the usual."""
        api = self._now.api
        audience = next((route.authorizer.audience[0] for route in api.routes if route.authorizer), "") if api else ""
        return self._now.issuer.token(sub=sub, scopes=scopes, audience=audience, lifetime=lifetime, claims=claims)

    def aws(self, service: str) -> Any:
        """A boto3 client of this stack's AWS; what it asks is not among `calls`."""
        return self._now.clients.own(service)

    def resource(self, logical_id: str) -> str:
        """What `Ref` gives for a resource: a table's name, a queue's URL, a secret's ARN."""
        return self._now.provisioner.ref(logical_id)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(self._now.deployed.outputs)

    @property
    def aws_url(self) -> str:
        return self._now.endpoint.url

    @property
    def webhooks(self) -> list[str]:
        """The functions that have a URL."""
        return self._now.url_functions

    @property
    def sandboxes(self) -> dict[str, PluggedSandbox]:
        return dict(self._now.sandboxes)

    @property
    def real_providers(self) -> list[str]:
        """Providers that are called for real, by keys of the `.env` file."""
        return self._now.real_providers

    def sandbox(self, name: str) -> PluggedSandbox:
        found = self._now.sandboxes.get(name)
        if found is None:
            raise StackError(f"There is no sandbox {name}; plugged in: {', '.join(self._now.sandboxes) or 'none'}.")
        return found

    def invoke(self, function: str, event: object) -> Outcome:
        """Run one event through a function, by its logical id."""
        return self._pool(function).invoke(json.dumps(event).encode())

    def run_schedule(self, function: str) -> Outcome:
        """Fire the schedule of a function once, now, and wait for its end."""
        for schedule in self._now.schedules:
            if schedule.spec.function == function:
                return schedule.run()
        raise StackError(f"{function} has no schedule in the template.")

    def kill(self, function: str) -> None:
        """End all processes of a function, as a crash would."""
        self._pool(function).kill()

    def intercept(self, interception: Interception) -> Interception:
        """Strike a coming AWS call of a function; see interceptors.py."""
        return self._now.endpoint.interceptors.add(interception)

    @property
    def logs(self) -> list[LogLine]:
        return self._now.logs.lines

    @property
    def calls(self) -> list[Call]:
        return self._now.endpoint.recorder.calls

    def outcomes(self, function: str) -> list[Outcome]:
        return list(self._pool(function).outcomes)

    def forget(self) -> None:
        """Clear logs, calls and waiting interceptions; what the stack holds in its tables and queues stays."""
        self._now.logs.clear()
        self._now.endpoint.recorder.clear()
        self._now.endpoint.interceptors.clear()

    def drain(self, timeout: float = 30.0) -> None:
        """Wait until nothing is under way: no webhook, no message in a worked queue, no stream record, no busy worker.

        Dead letters may stay. Messages that wait for their next try count as under way.

        Raises:
            DrainTimeout: it lasted longer than `timeout` seconds; the message says what was still going on.
        """
        running = self._now
        end, quiet, seen = time.monotonic() + timeout, 0, -1
        while True:
            running.changed.clear()
            activity = running.endpoint.activity
            under_way = running.under_way()
            quiet = quiet + 1 if not under_way and activity in (seen, running.endpoint.activity) else 0
            seen = activity
            if quiet >= _QUIET_LOOKS:
                return
            if time.monotonic() > end:
                raise DrainTimeout(f"After {timeout:g} s there is still: {'; '.join(under_way) or 'new work'}.")
            if under_way:
                running.changed.wait(_NAP)

    def _pool(self, function: str) -> FunctionPool:
        pool = self._now.pools.get(function)
        if pool is None:
            raise StackError(f"There is no function {function}; there are: {', '.join(sorted(self._now.pools))}.")
        return pool

    @property
    def _now(self) -> Assembly:
        if self._running is None:
            raise StackError("The stack is not running: use it in a with block, or call start().")
        return self._running


def wait_for_interrupt() -> None:
    """Return when the person at the keyboard presses Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
