"""Moments as Mercado Pago writes them: with milliseconds, and always at four hours behind UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_ZONE = timezone(timedelta(hours=-4))


def shown(moment: datetime) -> str:
    """Such as 2026-02-03T13:01:03.000-04:00."""
    return moment.astimezone(_ZONE).isoformat(timespec="milliseconds")


def shown_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else shown(moment)
