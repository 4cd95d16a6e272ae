"""Reading fields of a provider's answer: what has another type than documented is an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

type Json = Mapping[str, Any]


def text(holder: Json, name: str) -> str:
    value = holder[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{name} is no text")
    return value


def optional_text(holder: Json, name: str) -> str | None:
    value = holder.get(name)
    return value if isinstance(value, str) and value else None


def boolean(holder: Json, name: str) -> bool:
    value = holder[name]
    if type(value) is not bool:
        raise TypeError(f"{name} is no boolean")
    return value


def obj(holder: Json, name: str) -> Json:
    """An object; an empty one when it is absent."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is no object")
    return value


def objects(holder: Json, name: str) -> Sequence[Json]:
    """A list of objects; an empty one when it is absent."""
    value = holder.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise TypeError(f"{name} is no list of objects")
    return value


def moment(holder: Json, name: str) -> datetime:
    """A time with its zone (RFC 3339)."""
    found = datetime.fromisoformat(text(holder, name))
    if found.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return found
