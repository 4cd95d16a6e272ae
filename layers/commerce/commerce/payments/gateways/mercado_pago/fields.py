"""Reading what Mercado Pago writes in its own way; all else is read by `gateways.fields`."""

from __future__ import annotations

from datetime import UTC, datetime

from commerce.payments.gateways.fields import Json, optional_text


def ref(holder: Json) -> str:
    """The id of a payment or refund: Mercado Pago writes it as a number."""
    value = holder["id"]
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value):
        raise TypeError("id is no id")
    return str(value)


def moment(holder: Json, name: str) -> datetime | None:
    """A time in UTC, None when it is absent; Mercado Pago writes it with an offset, mostly -04:00."""
    value = optional_text(holder, name)
    if value is None:
        return None
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return found.astimezone(UTC)
