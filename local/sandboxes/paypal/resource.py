"""The sandbox's objects are PayPal's JSON objects; keys that begin with an underscore never leave the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

type Resource = dict[str, Any]


def visible(value: Any) -> Any:
    """A deep copy without the hidden keys."""
    if isinstance(value, Mapping):
        return {key: visible(item) for key, item in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [visible(item) for item in value]
    return value
