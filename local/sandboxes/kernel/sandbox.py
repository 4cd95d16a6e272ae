"""The WSGI application below every provider sandbox.

A request goes `open` (authenticate, replay an idempotency key: it may be answered here) -> `act` (the handler of its
route, with the state's lock held) -> `close` (remember, add headers). Faults strike between these steps.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.kernel.answer import Answer, Refusal, problem
from local.sandboxes.kernel.clock import MovableClock, OffsetClock
from local.sandboxes.kernel.control import PREFIX, control_routes
from local.sandboxes.kernel.faultplay import play
from local.sandboxes.kernel.faults import HEADER, Fault, FaultPlan
from local.sandboxes.kernel.journal import Journal
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.webhooks import Webhooks
from local.sandboxes.kernel.wire import ENVIRON_KEY, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass(slots=True)
class Exchange:
    """A request on its way through a sandbox. Setting `answer` in `open` ends the way there."""

    request: Request
    answer: Answer | None = None


class Sandbox[E: Exchange]:
    """Base of a provider's sandbox: subclass it, give it `name` and `routes`, and write `open` and `reset`.

    Args:
        clock: the provider's time; an advanced one moves everything that expires.
        wall: the time that webhook signatures carry; by default the clock without its advance.
    """

    name: ClassVar[str] = "sandbox"
    routes: ClassVar[Routes]
    controls: ClassVar[Routes | None] = None

    def __init__(self, *, clock: MovableClock | None = None, wall: Clock | None = None) -> None:
        self.clock: MovableClock = clock or OffsetClock()
        base = self.clock.base if isinstance(self.clock, OffsetClock) else self.clock
        self.lock = threading.RLock()
        self.faults = FaultPlan()
        self.journal = Journal(self.clock)
        self.webhooks = Webhooks(wall or base)
        self._control = Routes().include(control_routes, *([self.controls] if self.controls else []))

    @abstractmethod
    def open(self, request: Request) -> E:
        """Start an exchange; called with the lock held. May raise `Refusal`."""

    @abstractmethod
    def reset(self) -> None:
        """Forget all state of the provider; called with the lock held."""

    def advance(self, seconds: float) -> None:
        """Move the provider's time and let things age."""
        self.clock.advance(seconds)
        self.tick()

    def tick(self) -> None:
        """Let things age: whatever is due by the clock happens now. A served sandbox is ticked twice a second."""
        with self.lock:
            self.age()

    def age(self) -> None:
        """For subclasses; called with the lock held."""

    def close(self, exchange: E, answer: Answer) -> Answer:  # noqa: ARG002  for subclasses
        """Finish an exchange that acted; called with the lock held, also after a `Refusal`."""
        return answer

    def books(self) -> dict[str, object]:
        """What the provider's own ledger says, for assertions; called with the lock held."""
        return {}

    def outage(self, status: int) -> Answer:
        """The provider's error body for a fault of kind `status`."""
        return problem(status, "outage", "The sandbox was told to fail this request.")

    def unknown_route(self, request: Request) -> Answer:
        known = "\n".join(self.routes.paths())
        return problem(
            501,
            "route_not_in_sandbox",
            f"The {self.name} sandbox does not know {request.method} {request.path}. It knows:\n{known}",
        )

    @property
    def control_paths(self) -> list[str]:
        """What it can be told, as METHOD /path."""
        return self._control.paths()

    def act(self, exchange: E) -> Answer:
        found = self.routes.find(exchange.request)
        if found is None:
            return self.unknown_route(exchange.request)
        handler, arguments = found
        return handler(self, exchange, **arguments)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.get_data(cache=True)
        answer = self._answer(request, environ.get(ENVIRON_KEY))
        headers = [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Status')}", headers)
        return [answer.body]

    def _answer(self, request: Request, wire: Wire | None) -> Answer:
        if request.path.startswith(PREFIX):
            found = self._control.find(request)
            if found is None:
                return problem(404, "no_such_control", "Control routes:\n" + "\n".join(self.control_paths))
            return self._guarded(lambda: found[0](self, request, **found[1]))
        try:
            fault = self._fault_of(request)
        except ValueError as error:
            return problem(400, "bad_fault", str(error))
        entry = self.journal.record(request, fault.kind.value if fault else None)
        answer = self.carry_out(request) if fault is None else play(self, request, fault, wire)
        entry.status = answer.status
        return answer

    def _fault_of(self, request: Request) -> Fault | None:
        asked = request.headers.get(HEADER)
        return Fault.parse_header(asked) if asked else self.faults.take(request.method, request.path)

    def carry_out(self, request: Request) -> Answer:
        exchange = self.begin(request)
        return exchange if isinstance(exchange, Answer) else self.finish(exchange)

    def begin(self, request: Request) -> E | Answer:
        """`open`; an `Answer` when that was the end of it."""
        with self.lock:
            try:
                exchange = self.open(request)
            except Refusal as refusal:
                return refusal.answer
            return exchange if exchange.answer is None else exchange.answer

    def finish(self, exchange: E, *, forced: Answer | None = None, act: bool = True) -> Answer:
        """`act` and `close`; a `forced` answer takes the place of the real one before `close` sees it."""
        with self.lock:
            answer = self._guarded(lambda: self.act(exchange)) if act else None
            return self.close(exchange, forced or answer or self.outage(500))

    def _guarded(self, handle: Callable[[], Answer]) -> Answer:
        with self.lock:
            try:
                return handle()
            except Refusal as refusal:
                return refusal.answer


_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized"}
