"""Writes the bank holidays that the layer carries, from python-holidays.

The library knows the law of every year and is kept up to date, but it is 13 MB and takes 155 ms to import, for about
a dozen dates a year. So it stays on the developer's machine. A test compares the table with the library: after
`make lock ARGS=--upgrade` brings a new holiday, it fails until `python -m local holidays` has been run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import holidays

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "layers" / "commerce" / "commerce" / "payments" / "bank_holidays.py"
YEARS = range(2024, 2050)
"""Up to the year in which the due factor of boletos starts anew."""

_BANKS_REST = ("Carnaval", "Corpus Christi")
"""Days that public offices may take off and banks do (Resolução CMN 4.880/2020); on the others banks work."""

_HEAD = '''"""The days of each year, as MM-DD, on which Brazilian banks do not settle; those on a weekend are left out.

Written by `python -m local holidays` from python-holidays; not by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HOLIDAYS: Mapping[int, str] = MappingProxyType(
    {
'''
_TAIL = """    }
)
"""


def bank_holidays(year: int) -> list[date]:
    """The national holidays, Carnival's Monday and Tuesday and Corpus Christi of that year, less weekends."""
    calendar: Mapping[date, str] = holidays.country_holidays(
        "BR", years=year, categories=(holidays.PUBLIC, holidays.OPTIONAL), language="pt_BR"
    )
    public = holidays.country_holidays("BR", years=year)
    return sorted(day for day, name in calendar.items() if day.weekday() < 5 and (day in public or name in _BANKS_REST))


def table() -> str:
    """The module's text."""
    rows = (f'        {year}: "{" ".join(f"{day:%m-%d}" for day in bank_holidays(year))}",\n' for year in YEARS)
    return _HEAD + "".join(rows) + _TAIL


def main(arguments: list[str]) -> int:
    if arguments:
        print("Usage: python -m local holidays")
        return 2
    TARGET.write_text(table(), encoding="utf-8")
    print(f"Wrote {TARGET.relative_to(ROOT)}.")
    return 0
