"""The days on which this bank settles: by python-holidays, and not by the table that the store carries."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


def next_business_day(day: date) -> date:
    """That day if banks work on it, otherwise the first one after it on which they do."""
    while day.isoweekday() > 5 or day in _holidays(day.year):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    from local.bank_holidays import bank_holidays  # noqa: PLC0415 - heavy, and only a due date needs it

    return frozenset(bank_holidays(year))
