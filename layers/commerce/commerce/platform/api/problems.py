"""What a 422 says of each field: where and why, never the value that was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from commerce.platform.errors import Unprocessable

MOST_FIELDS = 50
"""More problems than anybody reads; a hostile body must not grow the answer."""

_TAG = re.compile(r"<\w+>")
"""How our models name the members of a union; the caller's JSON has no such level."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][\w.-]{0,63}")

_PROBLEMS: Mapping[str, str] = {
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "enum": "must be one of {expected}",
    "extra_forbidden": "is not a field here",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_type": "must be a whole number",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "list_type": "must be a list",
    "literal_error": "must be one of {expected}",
    "missing": "is required",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_long": "must have {max_length} characters at most",
    "string_too_short": "must have {min_length} characters at least",
    "string_type": "must be text",
    "too_long": "must have {max_length} entries at most",
    "too_short": "must have {min_length} entries at least",
    "value_error": "{error}",
}

_TOO_SHORT = frozenset({"string_too_short", "too_short"})


def unprocessable(errors: Iterable[Mapping[str, Any]]) -> Unprocessable:
    """The 422 for what pydantic found; only text of our own goes out."""
    fields = [{"field": _field(_sent(error)), "problem": _problem(error)} for error in errors][:MOST_FIELDS]
    first = fields[0] if fields else {"field": "body", "problem": "is not valid"}
    return Unprocessable(f"{first['field']} {first['problem']}.", details={"fields": fields})


def _sent(error: Mapping[str, Any]) -> list[str | int]:
    """The location as the caller's JSON has it; the last part of an unknown field is theirs, however it looks."""
    location = list(error["loc"])
    theirs = location[-1:] if error["type"] == "extra_forbidden" else []
    ours = location[: len(location) - len(theirs)]
    return [part for part in ours if not _TAG.fullmatch(str(part))] + theirs


def _field(location: Iterable[str | int]) -> str:
    """`("body", "items", 0, "sku")` as `items.0.sku`, `("query", "limit")` as `query.limit`."""
    parts = [str(part) if _PLAIN_NAME.fullmatch(str(part)) or isinstance(part, int) else "?" for part in location]
    return ".".join(parts[1:] if parts[:1] == ["body"] and len(parts) > 1 else parts)


def _problem(error: Mapping[str, Any]) -> str:
    template = _PROBLEMS.get(error["type"], "is not valid")
    context = error.get("ctx") or {}
    if error["type"] in _TOO_SHORT and context.get("min_length") == 1:
        return "must not be empty"
    try:
        return template.format(**context)
    except KeyError:
        return "is not valid"
