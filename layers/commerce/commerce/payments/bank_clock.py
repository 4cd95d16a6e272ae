"""When to ask about a boleto: hourly while banks work, until seven business days after its due date. Pure.

Banks tell of a payment one to three business days after it was made, and take some boletos after their due date.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from commerce.payments.bank_calendar import add_business_days, next_banking_hour
from commerce.payments.brazil import end_of_day, local_date
from commerce.payments.model import Payment

BUSINESS_DAYS_AFTER_DUE = 7
_MOST_OF_A_DAY = timedelta(hours=20)


def next_look(payment: Payment, now: datetime) -> datetime | None:
    """None once the last look is behind us."""
    look = min(next_banking_hour(now), last_look(payment))
    return look if look > now else None


def last_look(payment: Payment) -> datetime:
    due = local_date(payment.expires_at or payment.created_at)
    return end_of_day(add_business_days(due, BUSINESS_DAYS_AFTER_DUE))


def look_after_the_end(payment: Payment, now: datetime) -> datetime | None:
    """A boleto that was cancelled may lie on a counter already: it is asked for once a day."""
    look = next_banking_hour(now + _MOST_OF_A_DAY)
    return look if look <= last_look(payment) else None
