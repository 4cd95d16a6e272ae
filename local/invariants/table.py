"""Promises, tests and outcomes side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import shorten

from local.invariants.catalogue import Promise
from local.invariants.outcomes import Outcome, worst

_WIDTH = 90


class State(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_RUN = "not run"
    MISSING = "missing"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Row:
    """A promise with its tests; `tests` maps each to its outcome."""

    promise: Promise
    tests: Mapping[str, Outcome]

    @property
    def state(self) -> State:
        if not self.tests:
            return State.PLANNED if self.promise.planned else State.MISSING
        # What was skipped says nothing, unless there is nothing else.
        told: list[Outcome] = [outcome for outcome in self.tests.values() if outcome != Outcome.SKIPPED]
        return State(worst(told or list(self.tests.values())))


def rows(
    catalogue: Mapping[str, Promise], tests: Mapping[str, Sequence[str]], outcomes: Mapping[str, Outcome]
) -> list[Row]:
    return [
        Row(promise, {test: outcomes.get(test, Outcome.NOT_RUN) for test in tests.get(promise.id, ())})
        for promise in catalogue.values()
    ]


def render(found: Iterable[Row], *, short: bool = False) -> str:
    """The table for people: id, state and sentence, and below them every test that is not just passed, or all."""
    lines: list[str] = []
    for row in found:
        sentence = shorten(row.promise.sentence, _WIDTH, placeholder=" …")
        lines.append(f"{row.promise.id}  {row.state:<8} {len(row.tests):>3} tests  {sentence}")
        lines += [
            f"          {outcome:<8} {test}"
            for test, outcome in sorted(row.tests.items())
            if not short or outcome is not Outcome.PASSED
        ]
    return "\n".join(lines)


def totals(found: Sequence[Row]) -> str:
    """One line: 46 promises in force: 46 passed; 76 planned; 812 tests carry an id."""
    states: Counter[State] = Counter(row.state for row in found if row.state != State.PLANNED)
    told = ", ".join(f"{states[state]} {state}" for state in State if states[state])
    tests = {test for row in found for test in row.tests}
    planned = sum(row.state is State.PLANNED for row in found)
    return f"{sum(states.values())} promises in force: {told}; {planned} planned; {len(tests)} tests carry an id."


def summary(found: Sequence[Row]) -> str:
    """The table of totals by area, in Markdown, from promises and tests alone: it does not change with each run."""
    areas: dict[str, list[Row]] = {}
    for row in found:
        areas.setdefault(row.promise.area, []).append(row)
    lines = ["| Area | Promises in force | with tests | planned |", "|---|---|---|---|"]
    for area, members in areas.items():
        lines.append(f"| {area} | {_counts(members)} |")
    return "\n".join([*lines, f"| **all** | {_counts(found)} |"])


def _counts(found: Sequence[Row]) -> str:
    planned = sum(row.state is State.PLANNED for row in found)
    proved = sum(bool(row.tests) for row in found)
    return f"{len(found) - planned} | {proved} | {planned}"
