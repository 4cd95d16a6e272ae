"""Reading what PayPal writes in its own way; all else is read by `gateways.fields`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.payments.gateways.fields import Json, objects, optional_text, text
from commerce.payments.gateways.paypal.units import parse_money
from commerce.platform.money import Money


def money(holder: Json, name: str) -> Money:
    amount = holder[name]
    if not isinstance(amount, Mapping):
        raise TypeError(f"{name} is no money")
    return parse_money(text(amount, "value"), text(amount, "currency_code"))


def moment(holder: Json, name: str) -> datetime | None:
    """A time with its zone, None when it is absent."""
    value = optional_text(holder, name)
    if value is None:
        return None
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return found


def link(holder: Json, *rels: str) -> str | None:
    """Where the first of these relations points to, None when there is none of them."""
    hrefs = {entry.get("rel"): entry.get("href") for entry in objects(holder, "links")}
    found = next((hrefs[rel] for rel in rels if rel in hrefs), None)
    return found if isinstance(found, str) and found else None
