"""When Brazilian banks settle."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.bank_calendar import (
    add_business_days,
    ends_after,
    in_banking_hours,
    is_business_day,
    next_banking_hour,
    next_business_day,
)
from commerce.payments.bank_holidays import HOLIDAYS
from commerce.payments.brazil import SAO_PAULO, local_date
from commerce.platform.errors import Unprocessable
from local.bank_holidays import TARGET, bank_holidays, table

DAYS = st.dates(date(2024, 1, 1), date(2049, 11, 30))
MOMENTS = st.datetimes(datetime(2024, 1, 2), datetime(2049, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001
CLOSED_EXCHANGE_ONLY = {"Véspera de Natal", "Último dia útil do ano"}


def at(text: str) -> datetime:
    """Local time in São Paulo."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",  # New Year
        "2026-02-16",  # Carnival Monday
        "2026-02-17",  # Carnival Tuesday
        "2026-04-03",  # Good Friday
        "2026-04-21",  # Tiradentes
        "2026-05-01",  # Labour Day
        "2026-06-04",  # Corpus Christi
        "2026-09-07",  # Independence
        "2026-10-12",  # Our Lady of Aparecida
        "2026-11-02",  # All Souls
        "2026-11-20",  # Black Awareness, national since 2024
        "2026-12-25",  # Christmas
        "2026-11-21",  # Saturday
        "2026-11-22",  # Sunday
    ],
)
def test_banks_rest(day: str) -> None:
    assert not is_business_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-18",  # Ash Wednesday: from noon on
        "2026-04-02",  # Maundy Thursday
        "2026-07-09",  # holiday of the state of São Paulo
        "2026-10-28",  # public servants' day
        "2026-12-24",
        "2026-12-31",  # closed to the public, and money moves
    ],
)
def test_banks_work(day: str) -> None:
    assert is_business_day(date.fromisoformat(day))


def test_the_table_is_what_the_library_says_today() -> None:
    assert TARGET.read_text(encoding="utf-8") == table(), "python -m local holidays"


def test_the_exchange_s_calendar_agrees_but_for_its_own_days() -> None:
    exchange = holidays.financial_holidays("BVMF", years=HOLIDAYS.keys())
    banks = {day for day, name in exchange.items() if name not in CLOSED_EXCHANGE_ONLY and day.weekday() < 5}

    assert banks == {day for year in HOLIDAYS for day in bank_holidays(year)}


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2050, 1, 1)])
def test_years_without_a_calendar_are_refused(day: date) -> None:
    with pytest.raises(Unprocessable, match=str(day.year)) as refused:
        is_business_day(day)

    assert refused.value.code == "date_outside_calendar"


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-11-19", "2026-11-19"),
        ("2026-11-20", "2026-11-23"),
        ("2026-11-21", "2026-11-23"),
        ("2026-02-14", "2026-02-18"),
        ("2026-12-31", "2026-12-31"),
    ],
)
def test_the_next_business_day(day: str, moved: str) -> None:
    assert next_business_day(date.fromisoformat(day)) == date.fromisoformat(moved)


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        ("2026-11-19", 0, "2026-11-19"),
        ("2026-11-20", 0, "2026-11-23"),
        ("2026-11-19", 1, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-24", 3, "2026-11-27"),
        ("2026-12-24", 7, "2027-01-06"),
        ("2026-02-13", 7, "2026-02-26"),
    ],
)
def test_counting_business_days(day: str, count: int, end: str) -> None:
    assert add_business_days(date.fromisoformat(day), count) == date.fromisoformat(end)


@given(DAYS, st.integers(0, 10), st.integers(0, 10))
def test_counting_in_two_steps_leads_to_the_same_day(day: date, first: int, second: int) -> None:
    start = next_business_day(day)

    assert add_business_days(add_business_days(start, first), second) == add_business_days(start, first + second)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-24T09:59:59.999999", False),
        ("2026-11-24T10:00", True),
        ("2026-11-24T13:37", True),
        ("2026-11-24T16:00", True),
        ("2026-11-24T16:00:00.000001", False),
        ("2026-11-20T13:00", False),
        ("2026-11-22T13:00", False),
    ],
)
def test_banking_hours(moment: str, open_: bool) -> None:
    assert in_banking_hours(at(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        ("2026-11-24T00:00", "2026-11-24T10:00"),
        ("2026-11-24T09:30", "2026-11-24T10:00"),
        ("2026-11-24T10:00", "2026-11-24T11:00"),
        ("2026-11-24T15:59:59", "2026-11-24T16:00"),
        ("2026-11-24T16:00", "2026-11-25T10:00"),
        ("2026-11-24T23:30", "2026-11-25T10:00"),
        ("2026-11-19T16:30", "2026-11-23T10:00"),
        ("2026-11-20T08:00", "2026-11-23T10:00"),
    ],
)
def test_the_next_banking_hour(moment: str, following: str) -> None:
    assert next_banking_hour(at(moment)) == at(following)


@given(MOMENTS)
def test_every_banking_hour_is_ahead_full_within_hours_and_the_first(moment: datetime) -> None:
    following = next_banking_hour(moment)

    assert following > moment
    assert following.tzinfo is UTC
    local = following.astimezone(SAO_PAULO)
    assert (local.minute, local.second, local.microsecond) == (0, 0, 0)
    assert in_banking_hours(following)
    hour = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour < following:
        assert not in_banking_hours(hour)
        hour += timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "after"),
    [
        ("2026-11-27", False),
        ("2026-11-28", True),  # a Saturday, which moves to Monday
        ("2026-11-30", True),
        ("1990-01-01", False),
        ("9999-12-31", True),
    ],
)
def test_what_is_due_on_a_day_of_rest_ends_later_and_no_day_is_too_far_to_tell(due: str, after: bool) -> None:
    assert ends_after(date.fromisoformat(due), at("2026-11-29T12:00:00")) is after


def test_the_date_is_sao_paulo_s() -> None:
    assert local_date(datetime(2026, 11, 25, 2, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert local_date(datetime.combine(date(2026, 11, 25), time(3), UTC)) == date(2026, 11, 25)
