"""The request's body, made safe before anything looks at it (PLT-04).

Powertools raises on bad UTF-8, bad base64, deep JSON and huge numbers, reads forms as if they were ours, and lets the
last of two equal keys win. Here each of them is a 4xx with a name.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from commerce.platform.errors import BadRequest, PayloadTooLarge, Unprocessable, UnsupportedMediaType
from commerce.platform.lambda_types import Event

MAX_BODY_BYTES = 256 * 1024
CONTENT_TYPE = "content-type"
MOST_DIGITS = 19
METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def checked(event: Event) -> dict[str, Any]:
    """The event with its body as plain, valid JSON text of an object, or with none.

    Raises:
        PayloadTooLarge: over 256 kB.
        UnsupportedMediaType: a body that is not declared as application/json in UTF-8.
        BadRequest: `malformed_body` for base64 or UTF-8 that is not; `malformed_json` for text that is not JSON,
            names a key twice, nests too deep or holds a number nobody can read.
        Unprocessable: JSON, but not an object.
    """
    clean = dict(event)
    body: str = event.get("body") or ""
    if not body or event["requestContext"]["http"]["method"].upper() not in METHODS_WITH_BODY:
        clean.update(body=None, isBase64Encoded=False)
        return clean
    text = _text(body, encoded=bool(event.get("isBase64Encoded")))
    headers: Mapping[str, str] = event.get("headers") or {}
    _check_media_type(headers)
    if not isinstance(strict_json(text), dict):
        raise Unprocessable(
            "The body must be a JSON object.", details={"fields": [{"field": "body", "problem": "must be an object"}]}
        )
    # In Powertools' own spelling, which is the only one it reads.
    others = {name: value for name, value in headers.items() if name.lower() != CONTENT_TYPE}
    clean.update(body=text, isBase64Encoded=False, headers={**others, CONTENT_TYPE: "application/json"})
    return clean


def strict_json(text: str) -> Any:
    """JSON as RFC 8259 has it, every key once, every string real Unicode, every whole number an int."""
    try:
        parsed = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_number)
        if "\\u" in text:
            # Escapes can spell half a surrogate pair, which no UTF-8 can carry on.
            json.dumps(parsed, ensure_ascii=False).encode()
    except RecursionError:
        raise _malformed("it nests too deep") from None
    except UnicodeEncodeError:
        raise _malformed("it holds half a surrogate pair") from None
    except json.JSONDecodeError as error:
        raise _malformed(f"line {error.lineno}, column {error.colno}") from None
    except ValueError:
        raise _malformed("it holds a number with too many digits") from None
    return parsed


def _text(body: str, *, encoded: bool) -> str:
    # base64 is never shorter than what it holds, so this also bounds the decoding.
    if len(body) > MAX_BODY_BYTES * 4 // 3 + 4:
        raise _too_large()
    try:
        raw = base64.b64decode(body, validate=True) if encoded else body.encode()
        if len(raw) > MAX_BODY_BYTES:
            raise _too_large()
        return raw.decode()
    except ValueError as error:
        raise BadRequest("The body is not text in UTF-8.", code="malformed_body") from error


def _check_media_type(headers: Mapping[str, str]) -> None:
    declared = next((value for name, value in headers.items() if name.lower() == CONTENT_TYPE), "")
    media_type, _, parameters = declared.lower().partition(";")
    charset = parameters.replace(" ", "").strip('"').removeprefix("charset=").strip('"')
    if media_type.strip() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType(
            "Send the body as JSON in UTF-8, with the header Content-Type: application/json.",
            details={"supported": ["application/json"]},
        )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("it names a key twice in one object")
    return found


def _number(text: str) -> int | float:
    # JSON Schema, and so our description, calls 5.0 an integer. It becomes one without passing through a float.
    value = Decimal(text)
    if value.adjusted() < MOST_DIGITS and value == value.to_integral_value():
        return int(value)
    return float(text)


def _no_constant(_name: str) -> NoReturn:
    raise _malformed("NaN and Infinity are no JSON numbers")


def _malformed(why: str) -> BadRequest:
    return BadRequest(f"The body is not valid JSON: {why}.", code="malformed_json")


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(f"A body may have {MAX_BODY_BYTES // 1024} kB at most.")
