"""Locks: what was tested is what ships, and everything is pinned with its hash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.build.artifacts import ROOT
from local.build.locked import normal, pins

LOCKS = ROOT / "local" / "locks"
REQUIREMENTS = sorted([*ROOT.glob("functions/*/requirements.txt"), *ROOT.glob("layers/*/requirements.txt")])


def lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()]


def test_what_ships_was_tested_in_the_same_version() -> None:
    shipped, tested = pins(LOCKS / "runtime.lock"), pins(LOCKS / "dev.lock")
    assert shipped
    assert {name: tested.get(name) for name in shipped} == shipped


def test_everything_that_ships_is_locked() -> None:
    named = {
        (LOCKS / line.removeprefix("-r ")).resolve() for line in lines(LOCKS / "runtime.in") if line.startswith("-r ")
    }
    assert named == set(REQUIREMENTS)


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.parent.name)
def test_direct_requirements_are_pinned_as_the_lock_has_them(path: Path) -> None:
    locked = pins(LOCKS / "runtime.lock")
    for line in lines(path):
        name, separator, version = line.partition("==")
        assert separator, f"{line} in {path.parent.name} needs a version"
        assert locked.get(normal(name.partition("[")[0])) == version, f"{line}: run `make lock`"


@pytest.mark.parametrize("name", ["dev.lock", "runtime.lock", "sam.lock"])
def test_every_package_of_a_lock_has_hashes_and_no_lock_names_a_place(name: str) -> None:
    text = (LOCKS / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.split("\n", 2)[2])
    assert len(entries) == len(pins(LOCKS / name))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search(r"https?://|file:|--index-url|--find-links", text) is None
