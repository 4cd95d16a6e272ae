"""The day in Brazil: what a due date means, wherever the code runs.

The country has kept one offset all year since it gave up summer time in 2019 (Decreto 9.772/2019), so that no time zone
database is needed, which the runtime does not promise to have.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

BRASILIA = timezone(timedelta(hours=-3), "-03:00")


def local_date(moment: datetime) -> date:
    return moment.astimezone(BRASILIA).date()


def end_of_day(day: date) -> datetime:
    """The last second in which something due on `day` is on time."""
    return datetime.combine(day, time(23, 59, 59), BRASILIA)
