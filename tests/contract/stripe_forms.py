"""Stripe's form encoding read back by the types of its official description: `a[b][0]=1` -> {"a": {"b": [1]}}."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

RENAMED = {"allowed_payment_method_types": "payment_method_types"}
"""What has been renamed since the official description (2026-05-27) was written, up to the SDK's version of the API."""

_STEP = re.compile(r"[^\[\]]+")
_BOOLEANS = {"true": True, "false": False}


def nested(pairs: Mapping[str, str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for key, value in pairs.items():
        *above, last = _STEP.findall(key)
        place = root
        for step in above:
            place = place.setdefault(step, {})
        place[last] = value
    return root


def typed(schema: Mapping[str, Any], raw: Any) -> Any:
    """`raw` in the type that `schema` wants; left as it is where it fits none, so that validation shows it."""
    options = schema.get("anyOf")
    if options:
        return next((value for option in options if _fits(option, value := typed(option, raw))), raw)
    match schema.get("type"):
        case "object" if isinstance(raw, dict):
            known = schema.get("properties", {})
            other = schema.get("additionalProperties")
            fallback = other if isinstance(other, Mapping) else {}
            return {name: typed(known.get(name, fallback), value) for name, value in raw.items()}
        case "array" if isinstance(raw, dict):
            return [typed(schema.get("items", {}), raw[index]) for index in sorted(raw, key=int)]
        case "integer" if isinstance(raw, str) and raw.lstrip("-").isdigit():
            return int(raw)
        case "boolean" if isinstance(raw, str):
            return _BOOLEANS.get(raw, raw)
    return raw


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kinds: dict[str, type] = {"object": dict, "array": list, "integer": int, "boolean": bool, "string": str}
    kind = kinds.get(schema.get("type", ""))
    return kind is not None and type(value) is kind and value in schema.get("enum", [value])
