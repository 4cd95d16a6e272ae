"""The promises, out of docs/invariants.md: `- **PAY-01** sentence` below a heading `## PAY: money`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from local.build.artifacts import ROOT

PAGE = ROOT / "docs" / "invariants.md"

_AREA = re.compile(r"## (?P<area>[A-Z]{3}): (?P<title>.+)")
_ENTRY = re.compile(r"- \*\*(?P<id>[A-Z]{3}-[0-9]{2})\*\* (?P<planned>\*\(planned\)\* )?(?P<sentence>.+)")


@dataclass(frozen=True, slots=True)
class Promise:
    """One invariant. A planned one belongs to an integration without code."""

    id: str
    area: str
    sentence: str
    planned: bool


class BadCatalogue(Exception):
    """The page names an id twice, or below another area's heading."""


def read_catalogue(page: Path = PAGE) -> dict[str, Promise]:
    """Id -> promise, in the page's order.

    Raises:
        BadCatalogue
    """
    found: dict[str, Promise] = {}
    area = ""
    # A sentence goes on in lines that are indented below it.
    for line in page.read_text(encoding="utf-8").replace("\n  ", " ").splitlines():
        if heading := _AREA.fullmatch(line):
            area = f"{heading['area']}: {heading['title']}"
        elif entry := _ENTRY.match(line):
            promise = Promise(entry["id"], area, entry["sentence"], planned=entry["planned"] is not None)
            if promise.id in found or promise.id[:3] != area[:3]:
                raise BadCatalogue(f"{promise.id} is there twice, or not below its own heading.")
            found[promise.id] = promise
    return found
