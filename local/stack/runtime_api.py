"""The Lambda Runtime API for one worker process (Lambda Developer Guide, "Runtime API", version 2018-06-01).

It hands out one event, waits for its answer or its error, then the next. Its state is what `Worker` waits on.
`next` must carry a Content-Type: without one the runtime's C client crashes.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from local.stack.httpd import Hangup, Request, Response, Server

_ROOT = "/2018-06-01/runtime"
MAX_RESPONSE = 6 * 1024 * 1024 + 100


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a function. `timeout` in seconds, counted from the hand-out: starting up is not in it."""

    request_id: str
    payload: bytes
    arn: str
    trace_id: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function said: its result, or with `failed` the error in Lambda's shape."""

    payload: bytes
    failed: bool


class RuntimeApi:
    """Listens from construction until `close`. `state` guards and announces every change of the fields below it."""

    def __init__(self, name: str) -> None:
        self.state = threading.Condition()
        self.pending: Invocation | None = None
        self.current: Invocation | None = None
        self.deadline = 0.0
        self.answer: Answer | None = None
        self.init_error: bytes | None = None
        self.waiting = False
        self.exit_code: int | None = None
        self._closed = False
        self._server = Server(self._handle, name=f"{name}-runtime-api")

    @property
    def address(self) -> str:
        return self._server.address

    def offer(self, invocation: Invocation) -> None:
        with self.state:
            self.pending, self.current, self.answer = invocation, None, None
            self.state.notify_all()

    def exited(self, code: int) -> None:
        """Called when the process has ended."""
        with self.state:
            self.exit_code = code
            self.state.notify_all()

    def close(self) -> None:
        with self.state:
            self._closed = True
            self.state.notify_all()
        self._server.stop()

    def _handle(self, request: Request) -> Response:
        path = request.path.removeprefix(_ROOT)
        if path == "/invocation/next":
            return self._next()
        if path == "/init/error":
            with self.state:
                self.init_error = request.body
                self.state.notify_all()
            return _ACCEPTED
        _, _, request_id, kind = path.split("/", 3) if path.count("/") == 3 else ("", "", "", "")
        if kind == "response":
            return self._finish(request_id, _answered(request.body))
        if kind == "error":
            return self._finish(request_id, Answer(request.body, failed=True))
        return Response(404, b"{}", _JSON)

    def _next(self) -> Response:
        with self.state:
            self.waiting = True
            self.state.notify_all()
            self.state.wait_for(lambda: self.pending is not None or self._closed)
            if self._closed or self.pending is None:
                raise Hangup
            invocation = self.current = self.pending
            self.pending, self.waiting = None, False
            self.deadline = time.monotonic() + invocation.timeout
            self.state.notify_all()
        deadline_ms = int((time.time() + invocation.timeout) * 1000)
        return Response(
            200,
            invocation.payload,
            [
                ("Content-Type", "application/json"),
                ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
                ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
                ("Lambda-Runtime-Invoked-Function-Arn", invocation.arn),
                ("Lambda-Runtime-Trace-Id", invocation.trace_id),
            ],
        )

    def _finish(self, request_id: str, answer: Answer) -> Response:
        with self.state:
            if self.current is None or self.current.request_id != request_id or self.answer is not None:
                return Response(400, b'{"errorType":"InvalidRequestID"}', _JSON)
            self.answer = answer
            self.state.notify_all()
        return _ACCEPTED


def _answered(body: bytes) -> Answer:
    if len(body) <= MAX_RESPONSE:
        return Answer(body, failed=False)
    text = f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
    return Answer(b'{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"' + text.encode() + b'"}', failed=True)


_JSON = [("Content-Type", "application/json")]
_ACCEPTED = Response(202, b'{"status":"OK"}', _JSON)
