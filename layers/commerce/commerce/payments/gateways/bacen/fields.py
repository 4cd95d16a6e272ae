"""Reading fields of a bank's answers: what has another type than documented is an error, never a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

type Json = Mapping[str, Any]

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?", re.ASCII)


def parse(text: str) -> Json | None:
    """The object that `text` holds, None when it holds none; its numbers are never floats."""
    try:
        parsed = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


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
    """A list of objects; an empty one when it is absent."""
    value = holder.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise TypeError(f"{name} is no list of objects")
    return value


def centavos(holder: Json, name: str) -> int:
    """An amount such as `37.90` in centavos."""
    match = _AMOUNT.fullmatch(text(holder, name))
    if match is None:
        raise ValueError(f"{name} is no amount")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def moment(holder: Json, name: str) -> datetime:
    """A time with its zone (RFC 3339)."""
    found = datetime.fromisoformat(text(holder, name))
    if found.tzinfo is None:
        raise ValueError(f"{name} has no zone")
    return found


def amount(minor_units: int) -> str:
    """Centavos as the standard writes them: `37.90`."""
    return f"{minor_units // 100}.{minor_units % 100:02}"
