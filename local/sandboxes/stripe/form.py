"""Form encoding with nested keys, as Stripe's clients write it: `a[b][0][c]=1`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from local.sandboxes.stripe.errors import invalid

type Raw = str | dict[str, Raw]

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")


def parse(text: bytes) -> dict[str, Raw]:
    """The nested parameters of a body or query string; arrays stay objects keyed by index.

    Raises:
        StripeProblem: 400 for a key that cannot be read or is used both as a value and as an object.
    """
    try:
        pairs = parse_qsl(text.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError:
        raise invalid("Invalid request: the body is not application/x-www-form-urlencoded UTF-8.") from None
    return nest(pairs)


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Raw]:
    root: dict[str, Raw] = {}
    for key, value in pairs:
        matched = _KEY.fullmatch(key)
        if matched is None:
            raise invalid(f"Invalid parameter name: {key}", code="parameter_unknown", param=key)
        _put(root, [matched[1], *_STEP.findall(matched[2])], value, key)
    return root


def _put(root: dict[str, Raw], steps: list[str], value: str, key: str) -> None:
    place: Any = root
    for step in steps[:-1]:
        place = place.setdefault(step or str(len(place)), {})
        if not isinstance(place, dict):
            raise invalid(f"Invalid object: {key} is given both as a value and as an object.", param=key)
    place[steps[-1] or str(len(place))] = value
