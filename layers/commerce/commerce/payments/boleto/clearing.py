"""When a boleto counts as paid: a provider dates it by its own approval, which is days later. Pure."""

from __future__ import annotations

from datetime import datetime

from commerce.payments.bank_calendar import add_business_days
from commerce.payments.brazil import local_date
from commerce.platform.errors import Unprocessable

CLEARING_DAYS = 3
"""Business days until a payment at a counter or in an app has reached the provider, at most."""


def counted_from(told_at: datetime, due_until: datetime | None) -> datetime:
    """The moment by which a boleto's money is judged to be in time.

    What is approved within three business days after the due day counts from that day's end: it was paid by then, as
    far as anybody can tell, and to call it late would be wrong more often than right. Everything else counts from
    `told_at`.

    Args:
        due_until: the last second of the due day; None where it is not known.
    """
    if due_until is None or told_at <= due_until:
        return told_at
    try:
        cleared_by = add_business_days(local_date(due_until), CLEARING_DAYS)
    except Unprocessable:
        # Nobody knows the holidays of that year: then the approval is all that is known.
        return told_at
    return due_until if local_date(told_at) <= cleared_by else told_at
