"""Declared parameters: what is not declared is refused, as Stripe refuses what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from local.sandboxes.stripe.errors import StripeProblem, invalid
from local.sandboxes.stripe.form import Raw


class Kind(Protocol):
    def read(self, value: Raw, at: str) -> object:
        """The value in its type; None for the empty text that unsets a field."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    choices: tuple[str, ...] = ()
    longest: int = 5000

    def read(self, value: Raw, at: str) -> object:
        if not isinstance(value, str):
            raise invalid(f"Invalid string: {at} is not an object.", param=at)
        if value and self.choices and value not in self.choices:
            raise invalid(f"Invalid {at}: must be one of {', '.join(self.choices)}", param=at)
        if len(value) > self.longest:
            raise invalid(f"Invalid string: {at} must be at most {self.longest} characters", param=at)
        return value or None


@dataclass(frozen=True, slots=True)
class Whole:
    least: int = 0

    def read(self, value: Raw, at: str) -> object:
        text = value if isinstance(value, str) else ""
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
            raise invalid(f"Invalid integer: {text}", code="parameter_invalid_integer", param=at)
        if int(text) < self.least:
            word = "positive" if self.least == 1 else "non-negative"
            raise invalid(f"Invalid {word} integer", code="parameter_invalid_integer", param=at)
        return int(text)


@dataclass(frozen=True, slots=True)
class Flag:
    def read(self, value: Raw, at: str) -> object:
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=at)
        return value == "true"


@dataclass(frozen=True, slots=True)
class FlagOrText:
    """`off_session` is a boolean or a word."""

    choices: tuple[str, ...]

    def read(self, value: Raw, at: str) -> object:
        return Text(self.choices).read(value, at) if value in self.choices else Flag().read(value, at)


@dataclass(frozen=True, slots=True)
class Metadata:
    """At most 50 keys of 40 characters with values of 500 (docs.stripe.com/api/metadata)."""

    def read(self, value: Raw, at: str) -> object:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid("Invalid object: metadata is a hash of strings.", param=at)
        if len(value) > 50:
            raise invalid("Metadata can have up to 50 keys.", param=at)
        return {key: self._entry(key, entry, at) for key, entry in value.items()}

    def _entry(self, key: str, entry: Raw, at: str) -> str:
        if not isinstance(entry, str):
            raise invalid("Metadata values must be strings.", param=f"{at}[{key}]")
        if len(key) > 40:
            raise invalid("Metadata keys can have up to 40 characters.", param=at)
        if len(entry) > 500:
            raise invalid(
                "Metadata values can have up to 500 characters, but you passed in a value that is "
                f"{len(entry)} characters. Invalid value: {entry[:20]}...",
                param=f"{at}[{key}]",
            )
        return entry


@dataclass(frozen=True, slots=True)
class Items:
    """An array."""

    kind: Kind

    def read(self, value: Raw, at: str) -> object:
        if value == "":
            return []
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise invalid("Invalid array", param=at)
        return [self.kind.read(value[key], f"{at}[{key}]") for key in sorted(value, key=int)]


@dataclass(frozen=True, slots=True)
class Span:
    """A time in seconds since the epoch, or bounds for it: gt, gte, lt, lte."""

    def read(self, value: Raw, at: str) -> object:
        if isinstance(value, str):
            exact = Whole().read(value, at)
            return {"gte": exact, "lte": exact}
        bounds = Obj({name: Whole() for name in ("gt", "gte", "lt", "lte")})
        return bounds.read(value, at)


@dataclass(frozen=True, slots=True)
class Obj:
    """A hash with declared fields."""

    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()

    def read(self, value: Raw, at: str) -> object:
        if value == "":
            return None
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=at)
        return self.read_all(value, at)

    def read_all(self, value: Mapping[str, Raw], at: str = "") -> dict[str, object]:
        def name(key: str) -> str:
            return f"{at}[{key}]" if at else key

        if unknown := [name(key) for key in value if key not in self.fields]:
            raise _unknown(unknown)
        for key in self.required:
            if key not in value:
                raise invalid(f"Missing required param: {name(key)}.", code="parameter_missing", param=name(key))
            if value[key] == "":
                raise invalid(
                    f"You passed an empty string for '{name(key)}'. We assume empty values are an attempt to unset a "
                    f"parameter; however '{name(key)}' cannot be unset.",
                    code="parameter_invalid_empty",
                    param=name(key),
                )
        return {key: self.fields[key].read(entry, name(key)) for key, entry in value.items()}


def _unknown(names: list[str]) -> StripeProblem:
    plural = "s" if len(names) > 1 else ""
    return invalid(f"Received unknown parameter{plural}: {', '.join(names)}", code="parameter_unknown", param=names[0])


EXPAND: dict[str, Kind] = {"expand": Items(Text())}
PAGE: dict[str, Kind] = {"limit": Whole(), "starting_after": Text(), "ending_before": Text(), **EXPAND}
ADDRESS = Obj({name: Text() for name in ("city", "country", "line1", "line2", "postal_code", "state")})
SHIPPING = Obj({"address": ADDRESS, "name": Text(), "phone": Text()}, required=("address", "name"))
PARCEL = Obj({**SHIPPING.fields, "carrier": Text(), "tracking_number": Text()}, SHIPPING.required)
BILLING = Obj({"address": ADDRESS, "email": Text(), "name": Text(), "phone": Text(), "tax_id": Text()})
