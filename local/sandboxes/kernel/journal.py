"""What was asked of a sandbox, in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock, iso

KEPT = 10_000
_HIDDEN = {"authorization", "cookie"}


@dataclass(slots=True)
class Entry:
    """One request. `status` is None while it runs, and for good when no answer was written."""

    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    fault: str | None = None
    status: int | None = None

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "at": iso(self.at), "body": self.body.decode(errors="replace")}


class Journal:
    """The last 10,000 requests; credentials are left out. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def record(self, request: Request, fault: str | None) -> Entry:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HIDDEN}
        query = request.query_string.decode(errors="replace")
        entry = Entry(self._clock.now(), request.method, request.path, query, headers, request.get_data(), fault)
        with self._lock:
            self._entries.append(entry)
        return entry

    def entries(self, method: str | None = None, path: str | None = None) -> list[Entry]:
        """The requests so far, those of one method and path when given."""
        with self._lock:
            kept = list(self._entries)
        return [e for e in kept if method in (None, e.method) and path in (None, e.path)]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
