"""Every promise in force has a test, every test's id is a promise, and the table tells how they fared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.invariants.catalogue import BadCatalogue, Promise, read_catalogue
from local.invariants.command import README, main, read_rows, readme
from local.invariants.marks import by_id, read_marks
from local.invariants.outcomes import Outcome, load, save, worst
from local.invariants.table import Row, State, render, rows, summary, totals
from tests.outcomes import Outcomes

IN_FORCE = {
    *(f"PAY-{number:02}" for number in range(1, 26)),
    *(f"AUT-{number:02}" for number in range(1, 8)),
    *(f"PLT-{number:02}" for number in range(1, 8)),
    *(f"ADR-{number:02}" for number in range(1, 9)),
    *(f"GEO-{number:02}" for number in range(1, 8)),
    *(f"MSG-{number:02}" for number in (1, 2, 3, 7)),
}


def test_the_promises_in_force_are_those_of_the_integrations_that_exist() -> None:
    assert {promise.id for promise in read_catalogue().values() if not promise.planned} == IN_FORCE


def test_every_test_names_promises_that_exist() -> None:
    known = read_catalogue()
    unknown = {test: ids for test, ids in read_marks().items() if not set(ids) <= set(known)}
    assert unknown == {}


def test_every_promise_in_force_has_a_test() -> None:
    assert {row.promise.id for row in read_rows() if row.state is State.MISSING} == set()
    assert IN_FORCE - set(by_id(read_marks())) == set()


def test_the_totals_in_the_readme_are_true() -> None:
    text = README.read_text(encoding="utf-8")
    assert readme(text, read_rows()) == text, "make invariants ARGS=--write-readme"


def test_marks_are_found_where_pytest_finds_them(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    (folder / "unit").mkdir(parents=True)
    (folder / "unit" / "test_x.py").write_text(
        """
import pytest
pytestmark = pytest.mark.invariant("PLT-01")

@pytest.mark.invariant("PAY-01", "PAY-02")
@pytest.mark.invariant("PAY-01")
def test_function(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.invariant("PAY-03"))])
def test_case(x): ...

@pytest.mark.invariant("PAY-04")
class TestClass:
    @pytest.mark.skip
    async def test_method(self): ...

def helper(): ...
"""
    )
    assert read_marks(folder) == {
        "tests/unit/test_x.py::test_function": ("PLT-01", "PAY-01", "PAY-02"),
        "tests/unit/test_x.py::test_case": ("PLT-01", "PAY-03"),
        "tests/unit/test_x.py::TestClass::test_method": ("PLT-01", "PAY-04"),
    }


def test_a_catalogue_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("## PAY: money\n\n- **PAY-01** One\n  goes on.\n- **PAY-02** *(planned)* Two.\n")
    assert list(read_catalogue(page).values()) == [
        Promise("PAY-01", "PAY: money", "One goes on.", planned=False),
        Promise("PAY-02", "PAY: money", "Two.", planned=True),
    ]
    for line in ("- **PAY-01** Again.", "- **SHP-01** Elsewhere."):
        page.write_text(f"## PAY: money\n\n- **PAY-01** One.\n{line}\n")
        with pytest.raises(BadCatalogue):
            read_catalogue(page)


CATALOGUE = {
    "PAY-01": Promise("PAY-01", "PAY: money", "One.", planned=False),
    "PAY-02": Promise("PAY-02", "PAY: money", "Two.", planned=False),
    "PAY-03": Promise("PAY-03", "PAY: money", "Three.", planned=True),
    "SHP-01": Promise("SHP-01", "SHP: shipping", "Four.", planned=True),
}


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ({"a": Outcome.PASSED, "b": Outcome.PASSED}, State.PASSED),
        ({"a": Outcome.PASSED, "b": Outcome.FAILED}, State.FAILED),
        ({"a": Outcome.PASSED, "b": Outcome.SKIPPED}, State.PASSED),
        ({"a": Outcome.SKIPPED, "b": Outcome.SKIPPED}, State.SKIPPED),
        ({"a": Outcome.PASSED}, State.NOT_RUN),
        ({"a": Outcome.FAILED}, State.FAILED),
    ],
)
def test_a_promise_is_as_good_as_its_worst_test(outcomes: dict[str, Outcome], state: State) -> None:
    (row,) = rows({"PAY-01": CATALOGUE["PAY-01"]}, {"PAY-01": ["a", "b"]}, outcomes)
    assert row.state is state


def test_what_has_no_test_is_missing_or_planned() -> None:
    found = rows(CATALOGUE, {"PAY-01": ["a"], "PAY-03": ["b"]}, {"a": Outcome.PASSED, "b": Outcome.FAILED})
    assert [row.state for row in found] == [State.PASSED, State.MISSING, State.FAILED, State.PLANNED]
    assert totals(found) == "3 promises in force: 1 passed, 1 failed, 1 missing; 1 planned; 2 tests carry an id."
    table = render(found, short=True).splitlines()
    assert table[1] == "PAY-02  missing    0 tests  Two."
    assert table[3] == "          failed   b"
    assert summary(found).splitlines()[2:] == [
        "| PAY: money | 3 | 2 | 0 |",
        "| SHP: shipping | 0 | 0 | 1 |",
        "| **all** | 3 | 2 | 1 |",
    ]


def report(nodeid: str, when: Any, outcome: Any) -> pytest.TestReport:
    return pytest.TestReport(nodeid, ("", 0, ""), {}, outcome, None, when)


class FakeItem:
    def __init__(self, nodeid: str, *, marked: bool) -> None:
        self.nodeid = nodeid
        self._marked = marked

    def get_closest_marker(self, _name: str) -> object:
        return object() if self._marked else None


def test_outcomes_are_noted_by_test_and_kept_across_runs(tmp_path: Path) -> None:
    file = tmp_path / "noted.json"
    save({"t::old": Outcome.PASSED, "t::again": Outcome.FAILED}, file)
    plugin = Outcomes(file)
    items: Any = [FakeItem(name, marked=name != "t::plain") for name in ("t::again", "t::x[1]", "t::x[2]", "t::plain")]
    plugin.pytest_collection_modifyitems(items)
    for nodeid, when, outcome in [
        ("t::again", "setup", "passed"),
        ("t::again", "call", "passed"),
        ("t::x[1]", "call", "passed"),
        ("t::x[2]", "setup", "failed"),
        ("t::plain", "call", "failed"),
    ]:
        plugin.pytest_runtest_logreport(report(nodeid, when, outcome))
    plugin.pytest_sessionfinish()
    assert json.loads(file.read_text()) == {"t::again": "passed", "t::old": "passed", "t::x": "failed"}
    assert load(tmp_path / "none.json") == {}
    assert worst([]) is Outcome.NOT_RUN


def test_the_command_shows_what_was_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    noted = tmp_path / "noted.json"
    noted.write_text("{}")
    monkeypatch.setattr("local.invariants.command.FILE", noted)
    main(["SHP-20", "SHP-21"])
    told = capsys.readouterr().out
    assert told.splitlines()[0].startswith("SHP-20  planned    0 tests  Polling")
    assert "0 promises in force: ; 2 planned" in told


def test_a_row_knows_its_tests() -> None:
    row = Row(CATALOGUE["PAY-01"], {})
    assert row.state is State.MISSING
