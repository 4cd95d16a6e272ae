"""`python -m local invariants`: what always holds, which tests prove it, and how they fared when they last ran."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from local.build.artifacts import ROOT
from local.diagrams.marked import with_part
from local.invariants.catalogue import read_catalogue
from local.invariants.marks import by_id, read_marks
from local.invariants.outcomes import FILE, load
from local.invariants.table import Row, State, render, rows, summary, totals

README = ROOT / "README.md"
PART = "invariants"


def read_rows() -> list[Row]:
    return rows(read_catalogue(), by_id(read_marks()), load())


def readme(text: str, found: Sequence[Row]) -> str:
    """The README with the totals between its markers."""
    return with_part(text, PART, summary(found))


def main(arguments: Sequence[str]) -> int:
    """Exit code 0; 1 when a promise in force has no test, or a test of one failed."""
    parser = argparse.ArgumentParser(prog="python -m local invariants", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="show these only, such as PAY-01 or PAY")
    parser.add_argument("--run", action="store_true", help="run the tests first; done anyway when none ever ran")
    parser.add_argument("--short", action="store_true", help="leave out tests that passed")
    parser.add_argument("--write-readme", action="store_true", help="write the totals into README.md")
    options = parser.parse_args(arguments)
    known = read_rows()
    found = [row for row in known if not options.ids or row.promise.id.startswith(tuple(options.ids))]
    if options.run or not FILE.is_file():
        _run(sorted({test for row in found for test in row.tests}))
        found = rows({row.promise.id: row.promise for row in found}, {r.promise.id: [*r.tests] for r in found}, load())
    print(f"{render(found, short=options.short)}\n\n{totals(found)}")
    if any(row.state is State.NOT_RUN for row in found):
        print("Not run: `make test` runs them all, `make invariants ARGS=--run` those that carry an id.")
    if options.write_readme:
        README.write_text(readme(README.read_text(encoding="utf-8"), known), encoding="utf-8")
    return int(any(row.state in (State.FAILED, State.MISSING) for row in found))


def _run(tests: Sequence[str]) -> None:
    print(f"Running the {len(tests)} tests that carry an id.", flush=True)
    subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=ROOT, check=False)
