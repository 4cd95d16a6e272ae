"""Event filtering of event source mappings (Lambda Developer Guide, "Filter rule syntax").

A pattern names keys; each leads to a list of alternatives. What the guide has and this has not is refused when the
stack starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local.stack.errors import UnsupportedResource

_OPERATORS = ("prefix", "suffix", "anything-but", "exists", "equals-ignore-case", "numeric")
_ABSENT = object()
_TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "prefix": lambda value, argument: value.startswith(argument),
    "suffix": lambda value, argument: value.endswith(argument),
    "equals-ignore-case": lambda value, argument: value.lower() == argument.lower(),
}


def check_pattern(logical_id: str, pattern: Mapping[str, Any]) -> None:
    """Raises `UnsupportedResource` when the pattern uses an operator that `matches` does not know."""
    for name, part in pattern.items():
        if isinstance(part, Mapping):
            check_pattern(logical_id, part)
            continue
        if name == "$or" or not isinstance(part, list):
            raise UnsupportedResource(logical_id, f"{name}: {part!r} in a filter pattern")
        for alternative in part:
            if isinstance(alternative, Mapping) and not set(alternative) <= set(_OPERATORS):
                raise UnsupportedResource(logical_id, f"the filter operator {', '.join(alternative)}")


def matches(pattern: Mapping[str, Any], event: object) -> bool:
    """Whether every key of the pattern finds one of its alternatives in the event."""
    if not isinstance(event, Mapping):
        return False
    for name, part in pattern.items():
        value = event.get(name, _ABSENT)
        if isinstance(part, Mapping):
            if not matches(part, value):
                return False
        elif not any(_fits(alternative, value) for alternative in part):
            return False
    return True


def _fits(alternative: object, value: object) -> bool:
    if isinstance(alternative, Mapping):
        return all(_operator(str(name), argument, value) for name, argument in alternative.items())
    if isinstance(value, list):
        return alternative in value
    return value is not _ABSENT and type(value) is type(alternative) and value == alternative


def _operator(name: str, argument: Any, value: Any) -> bool:
    if name == "exists":
        return (value is not _ABSENT) is argument
    if name == "numeric":
        return _numeric(argument, value)
    if name == "anything-but":
        others = argument if isinstance(argument, list) else [argument]
        return value is not _ABSENT and not any(_fits(one, value) for one in others)
    return isinstance(value, str) and _TEXT_TESTS[name](value, argument)


def _numeric(argument: list[Any], value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    tests = {"=": value.__eq__, "<": value.__lt__, "<=": value.__le__, ">": value.__gt__, ">=": value.__ge__}
    return all(tests[sign](bound) for sign, bound in zip(argument[::2], argument[1::2], strict=True))
