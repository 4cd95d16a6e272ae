"""Shapes of request bodies. Stricter than PayPal in one respect: a field nobody knows is an error, not ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from local.sandboxes.paypal.errors import Detail


class Kind(Protocol):
    def check(self, value: Any, at: str) -> Iterator[Detail]:
        """What is wrong with `value`, which stands at the JSON pointer `at`."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: Any, at: str) -> Iterator[Detail]:
        if not isinstance(value, str):
            yield Detail("MALFORMED_REQUEST_JSON", at)
        elif self.choices and value not in self.choices:
            yield Detail("INVALID_PARAMETER_VALUE", at, value)
        elif len(value) < self.shortest or (self.longest is not None and len(value) > self.longest):
            yield Detail("INVALID_STRING_LENGTH", at, value)
        elif self.pattern is not None and not re.fullmatch(self.pattern, value):
            yield Detail("INVALID_PARAMETER_SYNTAX", at, value)


@dataclass(frozen=True, slots=True)
class Flag:
    def check(self, value: Any, at: str) -> Iterator[Detail]:
        if not isinstance(value, bool):
            yield Detail("MALFORMED_REQUEST_JSON", at)


@dataclass(frozen=True, slots=True)
class Items:
    kind: Kind
    fewest: int = 0
    most: int | None = None

    def check(self, value: Any, at: str) -> Iterator[Detail]:
        if not isinstance(value, list):
            yield Detail("MALFORMED_REQUEST_JSON", at)
            return
        if len(value) < self.fewest:
            yield Detail("INVALID_ARRAY_MIN_ITEMS", at)
        if self.most is not None and len(value) > self.most:
            yield Detail("INVALID_ARRAY_MAX_ITEMS", at)
        for index, item in enumerate(value):
            yield from self.kind.check(item, f"{at}/{index}")


@dataclass(frozen=True, slots=True)
class Obj:
    fields: Mapping[str, Kind] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def check(self, value: Any, at: str) -> Iterator[Detail]:
        if not isinstance(value, dict):
            yield Detail("MALFORMED_REQUEST_JSON", at or "/")
            return
        for name in self.required:
            if name not in value:
                yield Detail("MISSING_REQUIRED_PARAMETER", f"{at}/{name}")
        for name, inner in value.items():
            if name in self.fields:
                yield from self.fields[name].check(inner, f"{at}/{name}")
            else:
                yield Detail("NOT_SUPPORTED", f"{at}/{name}")


@dataclass(frozen=True, slots=True)
class AnyObject:
    """An object whose inside is not this operation's business."""

    def check(self, value: Any, at: str) -> Iterator[Detail]:
        if not isinstance(value, dict):
            yield Detail("MALFORMED_REQUEST_JSON", at)


URL = Text(pattern=r"https?://[^\s/]+\S*")
MONEY = Obj(
    {
        "currency_code": Text(3, 3),
        "value": Text(1, 32, r"(-?[0-9]+)|(-?([0-9]+)?[.][0-9]+)"),
    },
    required=("currency_code", "value"),
)
