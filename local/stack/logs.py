"""What the functions wrote: every line kept with the function's name, and printed when asked for."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class LogLine:
    function: str
    text: str

    def __str__(self) -> str:
        return f"[{self.function}] {self.text}"


class Logs:
    """Thread-safe; keeps the newest lines."""

    def __init__(self, echo: Callable[[LogLine], None] | None = None) -> None:
        self._lines: deque[LogLine] = deque(maxlen=_LIMIT)
        self._lock = threading.Lock()
        self._echo = echo

    @property
    def lines(self) -> list[LogLine]:
        with self._lock:
            return list(self._lines)

    def clear(self) -> None:
        with self._lock:
            self._lines.clear()

    def add(self, function: str, text: str) -> None:
        line = LogLine(function, text)
        with self._lock:
            self._lines.append(line)
        if self._echo:
            self._echo(line)


class LogPipe:
    """The write end of a worker's output, read line by line in a thread.

    `settle` reads what is already in the pipe, so that an answered invocation's lines are there when its caller looks.
    """

    def __init__(self, add: Callable[[str], None], name: str) -> None:
        self._add = add
        self._read, self.write = os.pipe()
        self._reading = threading.Lock()
        self._rest = b""
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"{name}-log", daemon=True)
        self._thread.start()

    def parent_done(self) -> None:
        """Close our copy of the write end once the process has its own."""
        os.close(self.write)

    def settle(self) -> None:
        if sys.platform == "win32":  # no select on pipes there: the thread alone reads
            return
        with self._reading:
            while not self._ended and self._ready(0):
                self._take()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            blocking = sys.platform == "win32" or self._ready(None)
            with self._reading:
                if not self._ended and blocking and (sys.platform == "win32" or self._ready(0)):
                    self._take()
                if self._ended:
                    os.close(self._read)
                    return

    def _ready(self, timeout: float | None) -> bool:
        return bool(select.select([self._read], [], [], timeout)[0])

    def _take(self) -> None:
        piece = os.read(self._read, 65536)
        self._ended = not piece
        *lines, self._rest = (self._rest + piece).replace(b"\r", b"\n").split(b"\n")
        for line in [*lines, self._rest] if self._ended else lines:
            if line.strip():
                self._add(line.decode("utf-8", "replace"))
