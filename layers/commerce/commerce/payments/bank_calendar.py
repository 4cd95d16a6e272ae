"""The days and hours on which Brazilian banks settle: what boletos are due on, paid on and asked about.

A business day is one on which money moves between banks: no weekend, no national holiday, neither Carnival's Monday
and Tuesday nor Corpus Christi (Resolução CMN 4.880/2020; the list of ANBIMA). The last business day of the
year counts, although branches stay closed to the public on it: boletos clear, and can be paid by app. Holidays of
states and towns do not count.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from commerce.payments.bank_holidays import HOLIDAYS
from commerce.payments.brazil import SAO_PAULO, end_of_day
from commerce.platform.errors import Unprocessable

OPENING = time(10)
CLOSING = time(16)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LONGEST_REST = timedelta(days=10)
_SATURDAY = 5


def is_business_day(day: date) -> bool:
    """Whether banks settle on that day.

    Raises:
        Unprocessable: `date_outside_calendar` for a year whose holidays are not known.
    """
    if day.year not in HOLIDAYS:
        raise Unprocessable(
            f"The bank holidays of {day.year} are not known, only those of {min(HOLIDAYS)} to {max(HOLIDAYS)}; "
            "name a date in between.",
            code="date_outside_calendar",
        )
    return day.weekday() < _SATURDAY and f"{day:%m-%d}" not in HOLIDAYS[day.year]


def next_business_day(day: date) -> date:
    """That day if it is a business day, otherwise the first one after it."""
    while not is_business_day(day):
        day += _DAY
    return day


def ends_after(due: date, latest: datetime) -> bool:
    """Whether what is due on that day, or on the first business day after it, can still be paid after `latest`.

    Asks the calendar only where it matters: it does not reach as far back, or ahead, as a caller may name a day.
    """
    end = end_of_day(due)
    if end > latest or latest - end > _LONGEST_REST:
        return end > latest
    return end_of_day(next_business_day(due)) > latest


def add_business_days(day: date, count: int) -> date:
    """The business day that is `count` (0 or more) business days after `day`; `day` itself is not counted.

    From a weekend or holiday, one day leads to the first business day after it, and so do none.
    """
    if count == 0:
        return next_business_day(day)
    for _ in range(count):
        day = next_business_day(day + _DAY)
    return day


def in_banking_hours(moment: datetime) -> bool:
    """Whether it is from 10:00 to 16:00 in São Paulo, both included, on a business day."""
    local = moment.astimezone(SAO_PAULO)
    return OPENING <= local.time() <= CLOSING and is_business_day(local.date())


def next_banking_hour(moment: datetime) -> datetime:
    """The first full hour of 10:00 to 16:00 in São Paulo on a business day after `moment`; in UTC."""
    local = moment.astimezone(SAO_PAULO)
    hour = local.replace(minute=0, second=0, microsecond=0) + _HOUR
    if not in_banking_hours(hour):
        day = hour.date() if hour.time() < OPENING else hour.date() + _DAY
        hour = datetime.combine(next_business_day(day), OPENING, SAO_PAULO)
    return hour.astimezone(UTC)
