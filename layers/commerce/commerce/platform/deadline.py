"""How long a call may take: what the Lambda has left, less the time to write down what we know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

RESERVE_SECONDS = 2.0
"""Kept back from every budget so that the outcome, even UNKNOWN, can still be written (PAY-06)."""


class LambdaContext(Protocol):
    """The part of the Lambda context that a deadline needs."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on the monotonic clock after which no provider call may still be running."""

    at: float
    monotonic: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, context: LambdaContext, *, ceiling: float | None = None) -> Deadline:
        """The invocation's remaining time minus the reserve, `ceiling` seconds at most."""
        return cls.after(context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS, ceiling=ceiling)

    @classmethod
    def after(
        cls, seconds: float, *, ceiling: float | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> Deadline:
        return cls(monotonic() + (seconds if ceiling is None else min(seconds, ceiling)), monotonic)

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - self.monotonic())
