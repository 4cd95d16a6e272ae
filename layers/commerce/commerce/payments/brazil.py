"""The day in Brazil: what a due date means, wherever the code runs.

The time zone is a fixed -03:00. Brazil has had no daylight saving since 2019 (Decreto 9.772/2019), and Lambda's
runtime does not promise a tz database, which `zoneinfo` would need; if the clock change ever comes back, questions
start an hour late in summer, and nothing else happens.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

SAO_PAULO = timezone(timedelta(hours=-3), "America/Sao_Paulo")


def local_date(moment: datetime) -> date:
    """The date in São Paulo at that moment: what is due "today" is due by this date."""
    return moment.astimezone(SAO_PAULO).date()


def end_of_day(day: date) -> datetime:
    """The last second in which something due on `day` is on time."""
    return datetime.combine(day, time(23, 59, 59), SAO_PAULO)
