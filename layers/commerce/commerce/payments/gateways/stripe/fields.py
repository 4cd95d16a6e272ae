"""Reading fields of Stripe's answers: what has another type than documented is an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.stripe.units import STRIPE_UNITS
from commerce.platform.money import Money

type Json = Mapping[str, Any]


def money(holder: Json, name: str) -> Money:
    """The amount called `name` in our minor units."""
    return STRIPE_UNITS.from_provider(integer(holder, name), text(holder, "currency"))


def id_of(value: object) -> str | None:
    """An id, whether Stripe sent the id alone or the whole object."""
    return optional_text(value.get("id") if isinstance(value, Mapping) else value)


def obj(holder: Json, name: str) -> Json | None:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else None


def integer(holder: Json, name: str) -> int:
    value = holder[name]
    if type(value) is not int:
        raise TypeError(f"{name} is no integer")
    return value


def boolean(holder: Json, name: str) -> bool:
    value = holder[name]
    if type(value) is not bool:
        raise TypeError(f"{name} is no boolean")
    return value


def text(holder: Json, name: str) -> str:
    value = holder[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{name} is no text")
    return value


def optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
