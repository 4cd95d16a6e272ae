"""Reading fields of PayPal's answers: what has another type than documented is an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from commerce.payments.gateways.paypal.units import parse_money
from commerce.platform.money import Money

type Json = Mapping[str, Any]


def text(holder: Json, name: str) -> str:
    value = holder[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{name} is no text")
    return value


def optional_text(holder: Json, name: str) -> str | None:
    value = holder.get(name)
    return value if isinstance(value, str) and value else None


def obj(holder: Json, name: str) -> Json:
    """An object; an empty one when it is absent."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is no object")
    return value


def objects(holder: Json, name: str) -> Sequence[Json]:
    """A list of objects; an empty one when it is absent: an order that nobody captured has no `payments`."""
    value = holder.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise TypeError(f"{name} is no list of objects")
    return value


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
