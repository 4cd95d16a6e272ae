"""Many ask for the same at once: one does the work, the others wait for its outcome."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future


class SingleFlight[T]:
    """Per process. On Lambda a container works on one event at a time; elsewhere its threads share."""

    def __init__(self) -> None:
        self._flights: dict[str, Future[T]] = {}
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def do(self, key: str, work: Callable[[], T]) -> T:
        """What `work` gives or raises; for those who came while it ran, what it gave or raised then."""
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
            else:
                self._waiting[key] += 1
        if leads:
            self._fly(key, flight, work)
        return flight.result()

    def waiting(self, key: str) -> int:
        """How many wait for the work that runs now."""
        return self._waiting[key]

    def _fly(self, key: str, flight: Future[T], work: Callable[[], T]) -> None:
        try:
            flight.set_result(work())
        except BaseException as error:  # noqa: BLE001 - everybody who waits gets it, the leader too
            flight.set_exception(error)
        finally:
            with self._lock:
                del self._flights[key]
                self._waiting.pop(key, None)
