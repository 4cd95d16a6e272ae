"""How the story looks on a terminal: a line when something happened, tables, colours only where someone sees them."""

from __future__ import annotations

import os
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

WIDTH = 100
_WHO, _WHAT = 8, 35
_INDENT = " " * (9 + 2 + _WHO + 2)
_DOT_SECONDS = 0.5
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "cyan": "36"}

type Row = Sequence[str]


class Teller:
    """Writes to `out`; `lively` means a person watches it being written."""

    def __init__(self, out: TextIO, *, lively: bool | None = None) -> None:
        self._out = out
        self._lively = out.isatty() if lively is None else lively
        self._colours = self._lively and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self._began = time.monotonic()
        self._silent = False

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Steps inside are not told."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def heading(self, text: str) -> None:
        self._line("")
        self._line(self._style("bold", text))

    def chapter(self, number: int, title: str) -> None:
        self._began = time.monotonic()
        self.heading(f"{number}  {title}")

    def step(self, who: str, what: str, result: str) -> None:
        """Somebody did something, and this came of it; with the seconds since the chapter began."""
        if self._silent:
            return
        moment = self._style("dim", f"{time.monotonic() - self._began:7.3f} s")
        self._line(f"{moment}  {self._style('cyan', who.ljust(_WHO))}  {what.ljust(_WHAT)}  {result}")

    def note(self, text: str) -> None:
        """More about the step before."""
        for line in textwrap.wrap(text, WIDTH - len(_INDENT), break_long_words=False, break_on_hyphens=False):
            self._line(_INDENT + line)

    def good(self, text: str) -> None:
        self._line(self._style("green", text))

    def wrong(self, text: str) -> None:
        self._line(self._style("red", text))

    def plain(self, text: str = "") -> None:
        self._line(text)

    def table(self, headings: Row, rows: Sequence[Row], *, right: Sequence[int] = ()) -> None:
        """Columns as wide as their widest cell, those in `right` flush right."""
        widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]

        def line(row: Row) -> str:
            cells = (c.rjust(w) if n in right else c.ljust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
            return f"  {'  '.join(cells)}".rstrip()

        self._line(self._style("dim", line(headings)))
        for row in rows:
            self._line(line(row))

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Something that takes its time: `text`, dots while somebody watches, and how long it took."""
        self._write(f"{text} ")
        began, over = time.monotonic(), threading.Event()
        dots = threading.Thread(target=self._dots, args=(over,), daemon=True)
        if self._lively:
            dots.start()
        try:
            yield
        except BaseException:
            self._end(over, dots, "")
            raise
        self._end(over, dots, f"{time.monotonic() - began:.1f} s")

    def _dots(self, over: threading.Event) -> None:
        while not over.wait(_DOT_SECONDS):
            self._write(".")

    def _end(self, over: threading.Event, dots: threading.Thread, text: str) -> None:
        over.set()
        if dots.is_alive():
            dots.join()
        self._line(f" {self._style('dim', text)}" if text else "")

    def _style(self, name: str, text: str) -> str:
        return f"\x1b[{_STYLES[name]}m{text}\x1b[0m" if self._colours else text

    def _line(self, text: str) -> None:
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
