"""What a benchmark says: tables and verdicts, in Markdown that reads well in a terminal too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

type Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first row holds the headings; the first column is text, the others are numbers."""

    rows: Sequence[Row]

    def __str__(self) -> str:
        widths = [max(len(row[column]) for row in self.rows) for column in range(len(self.rows[0]))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(_line(row, widths) for row in (self.rows[0], tuple(rule), *self.rows[1:]))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what was aimed at, what was measured."""

    target: str
    measured: str
    met: bool

    def __str__(self) -> str:
        return f"- {'met' if self.met else '**NOT MET**'}: {self.target}; measured {self.measured}"


@dataclass(frozen=True, slots=True)
class Section:
    """`method` says how it was measured, so that the numbers can be judged and taken again."""

    title: str
    method: str
    tables: Sequence[Table]
    verdicts: Sequence[Verdict] = ()

    def __str__(self) -> str:
        verdicts = "\n".join(map(str, self.verdicts))
        parts = [f"## {self.title}", self.method, *map(str, self.tables), verdicts]
        return "\n\n".join(part for part in parts if part)


def ms(seconds: float, digits: int = 3) -> str:
    return f"{seconds * 1000:.{digits}f}"


def at_most(target: str, value: float, limit: float, unit: str = "", digits: int = 3) -> Verdict:
    """A verdict on a value that should not be above its limit."""
    return Verdict(f"{target} <= {limit:g}{unit}", f"{value:.{digits}f}{unit}", value <= limit)


def _line(row: Row, widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return f"| {' | '.join(cells)} |"
