"""A boleto that was paid in time is not late because it cleared later."""

from __future__ import annotations

from datetime import datetime

import pytest

from commerce.payments.boleto.clearing import counted_from

FRIDAY = datetime.fromisoformat("2026-11-27T23:59:59-03:00")
"""The end of a due day."""


@pytest.mark.parametrize(
    ("told", "in_time"),
    [
        ("2026-11-27T10:00:00-03:00", True),
        ("2026-11-28T00:00:00-03:00", True),
        ("2026-11-30T10:00:00-03:00", True),
        ("2026-12-02T23:59:59-03:00", True),
        ("2026-12-03T02:30:00+00:00", True),
        ("2026-12-03T00:00:00-03:00", False),
        ("2026-12-03T03:00:00+00:00", False),
    ],
)
def test_three_business_days_after_the_due_day_are_clearing(told: str, in_time: bool) -> None:
    told_at = datetime.fromisoformat(told)
    counted = counted_from(told_at, FRIDAY)
    assert (counted <= FRIDAY) is in_time
    assert counted == (min(told_at, FRIDAY) if in_time else told_at)


def test_holidays_do_not_count() -> None:
    christmas_eve = datetime.fromisoformat("2026-12-24T23:59:59-03:00")
    assert counted_from(datetime.fromisoformat("2026-12-30T10:00:00-03:00"), christmas_eve) == christmas_eve


def test_where_nothing_is_known_the_approval_counts() -> None:
    told_at = datetime.fromisoformat("2026-11-30T10:00:00-03:00")
    assert counted_from(told_at, None) == told_at
    beyond = datetime.fromisoformat("2199-12-31T23:59:59-03:00")
    after = datetime.fromisoformat("2200-01-02T10:00:00-03:00")
    assert counted_from(after, beyond) == after
