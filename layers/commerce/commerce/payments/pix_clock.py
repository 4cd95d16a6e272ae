"""When to ask about a Pix: every minute while the code can be paid, then twice more. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from commerce.payments.model import Payment

EVERY = timedelta(seconds=60)
GRACE = timedelta(minutes=10)
"""Banks have up to this long after the expiry to tell of a Pix that began before it."""

TICK_MARGIN = timedelta(seconds=10)
"""The poller ticks once a minute: a look that is due a little before the tick is not left for the next one."""

LONG_WAIT = timedelta(days=1)
LONG_EVERY = timedelta(hours=1)
"""A Pix with a due date is open for days or weeks: a look every minute would cost more than it tells."""

DAYS_AFTER = (timedelta(days=1), timedelta(days=2))


def next_look(payment: Payment, now: datetime) -> datetime | None:
    """None once the last look is behind us."""
    every = LONG_EVERY if _end(payment) - payment.created_at > LONG_WAIT else EVERY - TICK_MARGIN
    look = min(now + every, last_look(payment))
    return look if look > now else None


def last_look(payment: Payment) -> datetime:
    return _end(payment) + GRACE


def look_after_the_end(payment: Payment, now: datetime) -> datetime | None:
    looks = (_end(payment) + days for days in DAYS_AFTER)
    return next((look for look in looks if look > now), None)


def _end(payment: Payment) -> datetime:
    return payment.expires_at or payment.created_at
