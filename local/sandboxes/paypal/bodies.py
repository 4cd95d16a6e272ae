"""JSON bodies: as values, and as the bytes they were."""

from __future__ import annotations

import json

from local.sandboxes.paypal.errors import Detail, PaypalProblem
from local.sandboxes.paypal.resource import Resource

_BLANK = " \t\r\n"


def parse_object(raw: bytes) -> Resource:
    """The body as an object; no body at all is an empty one.

    Raises:
        PaypalProblem: 400 `MALFORMED_REQUEST_JSON`.
    """
    try:
        value = json.loads(raw.decode()) if raw.strip() else {}
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise PaypalProblem(400, [Detail("MALFORMED_REQUEST_JSON", "/")])
    return value


def raw_member(text: str, name: str) -> str:
    """The member `name` of a JSON object exactly as it is written, the last one when it is there twice.

    Args:
        text: a well-formed object that has the member.
    """
    decoder, found = json.JSONDecoder(), ""
    place = text.index("{") + 1
    while text[place := _past(text, place)] != "}":
        key, place = decoder.raw_decode(text, place)
        start = _past(text, _past(text, place) + 1)
        _, end = decoder.raw_decode(text, start)
        if key == name:
            found = text[start:end]
        place = _past(text, end)
        place += text[place] == ","
    return found


def _past(text: str, place: int) -> int:
    while text[place] in _BLANK:
        place += 1
    return place
