"""Clocks that a sandbox can move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from commerce.platform.clock import Clock, SystemClock


class MovableClock(Clock, Protocol):
    def advance(self, seconds: float) -> None: ...


class OffsetClock:
    """The machine's time plus whatever it was advanced by: for a stack that keeps running."""

    def __init__(self, base: Clock | None = None) -> None:
        self.base: Clock = base or SystemClock()
        self._offset = timedelta()

    def now(self) -> datetime:
        return self.base.now() + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


def epoch(clock: Clock) -> int:
    return int(clock.now().timestamp())


def from_epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
