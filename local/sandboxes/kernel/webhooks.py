"""Webhooks on their way out: a queue with modes, without any thread of its own.

A `Courier` posts what is ready; without one, everything waits here until a test takes it with `drain()`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from commerce.platform.clock import Clock

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits before each redelivery of a webhook that was not answered with 2xx; after the last one it has failed."""

type Signer = Callable[[bytes, datetime], Mapping[str, str]]
"""(raw body, moment of the attempt) -> headers that prove the sender."""


class WebhookMode(StrEnum):
    """What happens to webhooks sent from now on; `hold` keeps them until a flush."""

    DELIVER = "deliver"
    HOLD = "hold"
    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"


@dataclass(slots=True)
class Endpoint:
    """Where webhooks go and how they are signed. Without a `url` they wait."""

    sign: Signer
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook for one endpoint: `body` is posted byte for byte."""

    id: str
    kind: str
    body: bytes
    endpoint: Endpoint
    content_type: str = "application/json"
    attempts: int = 0
    ready_at: float = 0.0
    held: bool = False

    def headers(self, now: datetime) -> dict[str, str]:
        return {"Content-Type": self.content_type, **self.endpoint.sign(self.body, now)}


@dataclass(slots=True)
class Webhooks:
    """Thread-safe. `wall` is the time that signatures carry: the receiver's, not an advanced one."""

    wall: Clock
    monotonic: Callable[[], float] = time.monotonic
    retry_seconds: tuple[float, ...] = RETRY_SECONDS
    mode: WebhookMode = WebhookMode.DELIVER
    seconds: float = 0.3
    delivered: set[str] = field(default_factory=set)
    failed: list[Delivery] = field(default_factory=list)
    dropped: list[Delivery] = field(default_factory=list)
    _queue: list[Delivery] = field(default_factory=list)
    _in_flight: int = 0
    _window_end: float = 0.0
    changed: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))

    def set_mode(self, mode: WebhookMode, seconds: float | None = None) -> None:
        """`seconds` is the wait of `delay`, and the window of `reorder` whose webhooks go out newest first."""
        with self.changed:
            self.mode = mode
            self.seconds = self.seconds if seconds is None else seconds

    def send(self, delivery: Delivery) -> None:
        with self.changed:
            now = self.monotonic()
            match self.mode:
                case WebhookMode.DROP:
                    self.dropped.append(delivery)
                case WebhookMode.HOLD:
                    self._queue.append(replace(delivery, held=True))
                case WebhookMode.DUPLICATE:
                    self._queue += [delivery, delivery]
                case WebhookMode.DELAY:
                    self._queue.append(replace(delivery, ready_at=now + self.seconds))
                case WebhookMode.REORDER:
                    if now >= self._window_end:
                        self._window_end = now + self.seconds
                    self._queue.insert(0, replace(delivery, ready_at=self._window_end))
                case WebhookMode.DELIVER:
                    self._queue.append(delivery)
            self.changed.notify_all()

    def flush(self) -> int:
        """Let everything held or delayed go now; how many there were."""
        with self.changed:
            waiting = [d for d in self._queue if d.held or d.ready_at]
            self._queue = [replace(d, held=False, ready_at=0.0) for d in self._queue]
            self.changed.notify_all()
            return len(waiting)

    def drain(self) -> list[Delivery]:
        """Take everything that waits, held or not, in the order it would go out; the caller delivers it."""
        with self.changed:
            taken, self._queue = self._queue, []
            return taken

    @property
    def pending(self) -> int:
        """Webhooks that a courier still has to post: not the held ones, nor those without an address."""
        with self.changed:
            return self._in_flight + sum(1 for d in self._queue if not d.held and d.endpoint.url)

    @property
    def held(self) -> int:
        with self.changed:
            return sum(1 for d in self._queue if d.held)

    def take(self, timeout: float, stopped: Callable[[], bool] = lambda: False) -> Delivery | None:
        """The next webhook to post, None when none got ready within `timeout` seconds or before `stopped`."""
        end = self.monotonic() + timeout
        with self.changed:
            while not stopped():
                now = self.monotonic()
                going = [d for d in self._queue if not d.held and d.endpoint.url]
                for delivery in going:
                    if delivery.ready_at <= now:
                        self._queue.remove(delivery)
                        self._in_flight += 1
                        return delivery
                wake = min([end, *(d.ready_at for d in going)])
                if now >= end:
                    break
                self.changed.wait(max(0.0, wake - now))
        return None

    def settle(self, delivery: Delivery, accepted: bool) -> None:
        """Note how an attempt went: done, or again after a pause, or failed for good."""
        with self.changed:
            self._in_flight -= 1
            if accepted:
                self.delivered.add(delivery.id)
            elif delivery.attempts >= len(self.retry_seconds):
                self.failed.append(delivery)
            else:
                ready_at = self.monotonic() + self.retry_seconds[delivery.attempts]
                self._queue.append(replace(delivery, attempts=delivery.attempts + 1, ready_at=ready_at))
            self.changed.notify_all()

    def clear(self) -> None:
        with self.changed:
            self._queue.clear()
            self.delivered.clear()
            self.failed.clear()
            self.dropped.clear()
            self.mode = WebhookMode.DELIVER
            self._window_end = 0.0
            self.changed.notify_all()
