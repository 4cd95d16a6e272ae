"""The four digits that stand for a due date: days since 1997-10-07, which started anew at 1000 on 2025-02-22.

So 1000 is 2000-07-03, 2025-02-22 and 2049-10-14, and only the date on which a boleto is read tells which. FEBRABAN
has boletos read from 3,000 days before to 5,500 days after that date (Comunicado 082/2012); the window here starts
there and is one cycle wide, so that exactly one date fits.
"""

from __future__ import annotations

from datetime import date, timedelta

NO_DUE_DATE = "0000"
_BASE = date(1997, 10, 7)
_FIRST = 1000
_CYCLE = 9000
_LOOK_BACK = timedelta(days=3000)


def factor_of(due: date) -> str:
    """The factor of a due date, from 2000-07-03 on."""
    days = (due - _BASE).days
    if days < _FIRST:
        raise ValueError(f"due dates before {_BASE + timedelta(days=_FIRST)} have no factor")
    return str((days - _FIRST) % _CYCLE + _FIRST)


def due_date_of(factor: str, *, reference: date) -> date | None:
    """The due date that `factor` means to somebody who reads it on `reference`; None for 0000, which says none.

    Factors below 1000 are not in use any more and mean none either.
    """
    if int(factor) < _FIRST:
        return None
    earliest = reference - _LOOK_BACK
    first = _BASE + timedelta(days=int(factor))
    return earliest + timedelta(days=(first - earliest).days % _CYCLE)
