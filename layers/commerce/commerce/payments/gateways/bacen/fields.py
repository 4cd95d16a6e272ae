"""Reading what banks write as the central bank has it; all else is read by `gateways.fields`."""

from __future__ import annotations

import json
import re

from commerce.payments.gateways.fields import Json, text

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?", re.ASCII)


def parse(raw: str) -> Json | None:
    """The object that `raw` holds, None when it holds none; its numbers are never floats."""
    try:
        parsed = json.loads(raw, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def centavos(holder: Json, name: str) -> int:
    """An amount such as `37.90` in centavos."""
    match = _AMOUNT.fullmatch(text(holder, name))
    if match is None:
        raise ValueError(f"{name} is no amount")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def amount(minor_units: int) -> str:
    """Centavos as the standard writes them: `37.90`."""
    return f"{minor_units // 100}.{minor_units % 100:02}"
