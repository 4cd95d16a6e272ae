"""The days of the sandboxes' banks: they rest on weekends, have no holidays, and open at ten in São Paulo."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

SAO_PAULO = timezone(timedelta(hours=-3))
_SATURDAY = 5
_OPENING = time(10)


def next_bank_day(day: date) -> date:
    """The first day after `day` that is no weekend."""
    day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


def opening_of(day: date) -> datetime:
    """When banks tell of what happened before."""
    return datetime.combine(day, _OPENING, SAO_PAULO)
