"""Faults: what may go wrong with a request, told to the sandbox beforehand or in a header of the request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

HEADER = "X-Sandbox-Fault"


class FaultKind(StrEnum):
    """`hang`, `cut_before` and `unreachable` never act; `cut_after`, `hang_after` and `garbage` have acted."""

    DELAY = "delay"
    HANG = "hang"
    HANG_AFTER = "hang_after"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    UNREACHABLE = "unreachable"
    STATUS = "status"
    HTML = "html"
    GARBAGE = "garbage"


class FaultStage(StrEnum):
    """When a `status` or `html` answer takes the place of the real one.

    `before` the provider acted; `after` it acted; `stored` it acted and remembers the error as the result of the
    idempotency key; `stored_idle` it did nothing and remembers the error all the same.
    """

    BEFORE = "before"
    AFTER = "after"
    STORED = "stored"
    STORED_IDLE = "stored_idle"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of trouble for the next `times` requests that match, after `skip` that match and pass.

    Args:
        method: HTTP method, None for any.
        path: regular expression searched in the path.
        seconds: how long a delay lasts, or a hanging connection is held at most.
        status: the answer's status of kind `status`; kind `html` answers 502.
        headers: further headers of the answer of kind `status`.
        body: its JSON body in place of the provider's usual one, for example an error with a code of its own.
    """

    kind: FaultKind
    times: int = 1
    method: str | None = None
    path: str = ""
    seconds: float = 30.0
    status: int = 500
    stage: FaultStage = FaultStage.BEFORE
    skip: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and re.search(self.path, path) is not None

    @classmethod
    def parse(cls, fields: Mapping[str, object]) -> Fault:
        """From the JSON body of the control route.

        Raises:
            ValueError: an unknown kind, stage or field.
        """
        known: dict[str, Any] = {name: _READERS[name](value) for name, value in fields.items() if name in _READERS}
        if unknown := sorted(set(fields) - set(_READERS)):
            raise ValueError(f"unknown: {', '.join(unknown)}; a fault has {', '.join(_READERS)}")
        if "kind" not in known:
            raise ValueError(f"a fault needs a kind: {', '.join(FaultKind)}")
        return cls(**known)

    @classmethod
    def parse_header(cls, text: str) -> Fault:
        """`cut_after`, `delay=2` (seconds), `hang=5` (seconds), `status=503` or `status=500:stored` (stage)."""
        name, _, value = text.partition("=")
        fault = cls(FaultKind(name.strip()))
        if not value:
            return fault
        number, _, stage = value.partition(":")
        if fault.kind is FaultKind.STATUS:
            return replace(fault, status=int(number), stage=FaultStage(stage or "before"))
        return replace(fault, seconds=float(number))


def _pattern(value: object) -> str:
    try:
        return re.compile(str(value)).pattern
    except re.error as error:
        raise ValueError(f"path is no regular expression: {error}") from None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("headers and body are objects")
    return value


_READERS: Mapping[str, Callable[[Any], object]] = {
    "kind": FaultKind,
    "times": int,
    "method": str,
    "path": _pattern,
    "seconds": float,
    "status": int,
    "stage": FaultStage,
    "skip": int,
    "headers": _mapping,
    "body": _mapping,
}


class FaultPlan:
    """The faults that wait for a request. Thread-safe."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._faults.extend(faults)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def waiting(self) -> Iterable[Fault]:
        with self._lock:
            return tuple(self._faults)

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that matches and is not skipped, one time used up."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fault.matches(method, path):
                    continue
                if fault.skip > 0:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times > 1:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                else:
                    del self._faults[index]
                return fault
        return None
