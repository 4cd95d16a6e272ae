"""Four digits for a date, in the second round since 2025-02-22."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.boleto.due_factor import due_date_of, factor_of


@pytest.mark.parametrize(
    ("due", "factor"),
    [
        ("2000-07-03", "1000"),
        ("2000-07-04", "1001"),
        ("2012-04-27", "5316"),
        ("2025-02-20", "9998"),
        ("2025-02-21", "9999"),
        ("2025-02-22", "1000"),
        ("2025-02-23", "1001"),
        ("2049-10-13", "9999"),
        ("2049-10-14", "1000"),
    ],
)
def test_factors_of_dates(due: str, factor: str) -> None:
    day = date.fromisoformat(due)

    assert factor_of(day) == factor
    assert due_date_of(factor, reference=day) == day


@pytest.mark.parametrize(
    ("factor", "read_on", "due"),
    [
        ("1000", "2000-07-03", "2000-07-03"),
        ("1000", "2008-09-18", "2000-07-03"),
        ("1000", "2024-12-01", "2025-02-22"),
        ("9999", "2026-11-24", "2025-02-21"),
        ("9999", "2033-05-10", "2025-02-21"),
        ("9999", "2033-05-11", "2049-10-13"),
        ("1000", "2049-01-01", "2049-10-14"),
    ],
)
def test_the_same_factor_is_another_date_to_another_reader(factor: str, read_on: str, due: str) -> None:
    assert due_date_of(factor, reference=date.fromisoformat(read_on)) == date.fromisoformat(due)


@given(st.dates(date(2009, 1, 1), date(2090, 1, 1)), st.integers(-3000, 5500))
def test_every_date_in_the_banks_window_is_read_as_itself(read_on: date, days: int) -> None:
    due = read_on + timedelta(days=days)

    assert due_date_of(factor_of(due), reference=read_on) == due


@pytest.mark.parametrize("factor", ["0000", "0001", "0999"])
def test_no_due_date(factor: str) -> None:
    assert due_date_of(factor, reference=date(2026, 11, 24)) is None


def test_dates_before_the_first_factor() -> None:
    with pytest.raises(ValueError, match="2000-07-03"):
        factor_of(date(2000, 7, 2))
