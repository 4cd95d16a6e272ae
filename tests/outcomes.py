"""Notes how each test fared that carries the id of an invariant, for `make invariants`."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.invariants.outcomes import FILE, Outcome, save, worst


class Outcomes:
    """A pytest plugin; `file` is written once, at the end of the session."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._marked: set[str] = set()
        self._seen: dict[str, list[Outcome]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self._marked = {item.nodeid for item in items if item.get_closest_marker("invariant")}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.nodeid not in self._marked:
            return
        # A test passes in its call; setup and teardown can only spoil it.
        if report.when == "call" or report.outcome != "passed":
            test = report.nodeid.partition("[")[0]
            self._seen.setdefault(test, []).append(Outcome(report.outcome))

    def pytest_sessionfinish(self) -> None:
        if self._seen:
            save({test: worst(outcomes) for test, outcomes in self._seen.items()}, self._file)
