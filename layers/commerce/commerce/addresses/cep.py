"""The CEP, Brazil's postal code: eight digits, written 12345-678."""

from __future__ import annotations

import re

from commerce.platform.errors import BadRequest

_DIGITS = 8
_DECORATION = re.compile(r"[\s.\-]+")


def parse_cep(text: str, *, field: str = "cep") -> str:
    """The eight digits of `12345-678`, `12345678`, `12.345-678` or ` 12345 678 `.

    Args:
        field: where the text stood, for the error.

    Raises:
        BadRequest: `malformed_cep`, for anything else; nobody is asked (ADR-05).
    """
    digits = _DECORATION.sub("", text)
    if len(digits) == _DIGITS and digits.isascii() and digits.isdigit():
        return digits
    hint = ""
    if len(digits) == _DIGITS - 1 and digits.isascii() and digits.isdigit():
        hint = " It has seven: a spreadsheet may have eaten the zero in front."
    raise BadRequest(
        f"A CEP has eight digits, such as 01001-000.{hint}",
        code="malformed_cep",
        details={"fields": [{"field": field, "problem": "must be eight digits, such as 01001-000"}]},
    )


def written(cep: str) -> str:
    """`01001000` as `01001-000`."""
    return f"{cep[:5]}-{cep[5:]}"
