"""How the tests fared when they last ran: written by `make test` (tests/outcomes.py), read by `make invariants`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from local.build.artifacts import ROOT

FILE = ROOT / ".local" / "invariants.json"


class Outcome(StrEnum):
    """In order of weight: a test with several cases is what its worst case is."""

    FAILED = "failed"
    NOT_RUN = "not run"
    SKIPPED = "skipped"
    PASSED = "passed"


def worst(outcomes: list[Outcome]) -> Outcome:
    """Of no outcome at all: not run."""
    return min(outcomes, key=list(Outcome).index, default=Outcome.NOT_RUN)


def load(file: Path = FILE) -> dict[str, Outcome]:
    """Test (without parameters) -> outcome; empty when nothing ran yet."""
    if not file.is_file():
        return {}
    noted: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return {test: Outcome(outcome) for test, outcome in noted.items()}


def save(outcomes: Mapping[str, Outcome], file: Path = FILE) -> None:
    """Adds to what is noted: a run of some tests says nothing of the others."""
    file.parent.mkdir(parents=True, exist_ok=True)
    noted = {**load(file), **outcomes}
    file.write_text(json.dumps(dict(sorted(noted.items())), indent=1) + "\n", encoding="utf-8")
