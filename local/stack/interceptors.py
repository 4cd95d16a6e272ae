"""Faults between a function and AWS, for tests: a process killed before or after a call, an error, a lost answer.

A killed worker is how a crash looks from outside: whatever was written stays written, nothing after it happens.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from enum import StrEnum

from local.stack.httpd import Response
from local.stack.recorder import Touch


class Strike(StrEnum):
    KILL_BEFORE = "kill_before"
    KILL_AFTER = "kill_after"
    FAIL = "fail"
    LOSE_ANSWER = "lose_answer"


@dataclass(slots=True)
class Interception:
    """What to do to matching calls of a function. `skip` lets the first ones pass; `times` is how many are struck.

    `operation` and `resource` match any when None. A `FAIL` answers with the AWS error `code` and HTTP `status`.
    """

    function: str
    strike: Strike
    operation: str | None = None
    resource: str | None = None
    skip: int = 0
    times: int = 1
    code: str = "InternalServerError"
    status: int = 500

    def matches(self, function: str, operation: str, touched: list[Touch]) -> bool:
        return (
            self.function == function
            and self.operation in (None, operation)
            and (self.resource is None or any(touch.resource == self.resource for touch in touched))
        )

    @property
    def answer(self) -> Response:
        body = json.dumps({"__type": self.code, "message": f"{self.code}: an error that a test asked for"})
        headers = [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-RequestId", "local")]
        return Response(self.status, body.encode(), headers)


class Interceptors:
    """Thread-safe list of interceptions, used up in order."""

    def __init__(self) -> None:
        self._waiting: list[Interception] = []
        self._lock = threading.Lock()

    def add(self, interception: Interception) -> Interception:
        with self._lock:
            self._waiting.append(interception)
        return interception

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, function: str, operation: str, touched: list[Touch]) -> Interception | None:
        """The interception that strikes this call, if any."""
        if not self._waiting:
            return None
        with self._lock:
            for interception in self._waiting:
                if not interception.matches(function, operation, touched):
                    continue
                if interception.skip > 0:
                    interception.skip -= 1
                    return None
                interception.times -= 1
                if interception.times <= 0:
                    self._waiting.remove(interception)
                return interception
        return None
