"""The grammar below every EMV QR code: fields of tag, length and value, one behind the other, closed by a checksum.

Source: EMV QRCPS, Merchant-Presented Mode 1.1, sections 3 and 4. Tag and length have two digits each; a template is
a field whose value is fields again. Positions count characters from 0 in the whole text.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass

from commerce.platform.errors import Unprocessable

_HEAD = re.compile(r"[0-9]{4}")
_HEAD_LENGTH = 4
_LONGEST_VALUE = 99


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `path` is its tag below those of the templates around it, as in "26.01"."""

    path: str
    value: str
    start: int
    """Where the value begins."""


def refusal(path: str, position: int, why: str) -> Unprocessable:
    """What is wrong with a code, and where; never what stands there, which may be a person's Pix key."""
    return Unprocessable(
        f"The Pix code is not valid: field {path}, position {position}: {why}.",
        code="invalid_brcode",
        details={"field": path, "position": position},
    )


def encode(tag: str, value: str) -> str:
    """The field as text.

    Raises:
        Unprocessable: `invalid_brcode` when the value is empty or longer than its two digits of length can say.
    """
    if not 1 <= len(value) <= _LONGEST_VALUE:
        raise refusal(tag, 0, f"its value has {len(value)} characters, where 1 to {_LONGEST_VALUE} fit")
    return f"{tag}{len(value):02}{value}"


def decode(text: str, *, within: Field | None = None) -> dict[str, Field]:
    """The fields of `text`, or those in the template `within`, by their tags, in their order.

    Raises:
        Unprocessable: `invalid_brcode` when lengths do not add up, a value is empty or a tag comes twice.
    """
    found: dict[str, Field] = {}
    for tag, field in _fields(text if within is None else within.value, within):
        if tag in found:
            raise refusal(field.path, field.start, "the field comes twice")
        found[tag] = field
    return found


def _fields(text: str, within: Field | None) -> Iterator[tuple[str, Field]]:
    offset, prefix = (0, "") if within is None else (within.start, f"{within.path}.")
    position = 0
    while position < len(text):
        head = text[position : position + _HEAD_LENGTH]
        path, start = f"{prefix}{head[:2]}", position + _HEAD_LENGTH
        if not _HEAD.fullmatch(head):
            raise refusal(f"{prefix}?", offset + position, "two digits of tag and two of length must stand here")
        position = start + int(head[2:])
        if not start < position <= len(text):
            left = len(text) - start
            raise refusal(path, offset + start, f"its length says {int(head[2:])}, and {left} characters are left")
        yield head[:2], Field(path, text[start:position], offset + start)


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of ASCII text, four upper-case hexadecimal digits: "123456789" gives 29B1."""
    return f"{crc_hqx(text.encode('ascii'), 0xFFFF):04X}"
