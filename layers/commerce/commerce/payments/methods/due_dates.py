"""The due date of a Pix or boleto: checked against the calendar, and moved off the days on which banks rest. Pure."""

from __future__ import annotations

from datetime import date

from commerce.payments.bank_calendar import next_business_day
from commerce.platform.errors import Unprocessable

MOST_DAYS_AHEAD = 365


def due_day(asked: date, today: date) -> date:
    """The day until which it can be paid: `asked`, or the first business day after it.

    Raises:
        Unprocessable: `due_date_in_past`, `due_date_too_far`.
    """
    ahead = (asked - today).days
    if not 0 <= ahead <= MOST_DAYS_AHEAD:
        raise Unprocessable(
            f"due_date is from today to {MOST_DAYS_AHEAD} days ahead, by the calendar of São Paulo.",
            code="due_date_in_past" if ahead < 0 else "due_date_too_far",
            details={"field": "due_date"},
        )
    return next_business_day(asked)


def moved_from(asked: date | None, due: date) -> str | None:
    """The day that was asked for, where it is another one now."""
    return asked.isoformat() if asked is not None and asked != due else None
