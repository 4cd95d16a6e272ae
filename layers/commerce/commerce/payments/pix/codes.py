"""The "copia e cola" text of a charge: taken as the provider gives it, and judged before a buyer sees it. Pure.

A wrong checksum means that no app would read it. What a strict reader alone objects to (a field too long, a lower-case
checksum) is how some banks write theirs, and apps pay it: such a code is shown, and counted.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass

from commerce.payments.pix import tlv
from commerce.payments.pix.brcode import parse_brcode
from commerce.platform.errors import Unprocessable

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Code:
    """`amount` is the centavos that the code itself names, None where the address in it tells them, as it should."""

    text: str
    amount: int | None = None


def judge(text: str) -> Code:
    """Raises ValueError: no BR Code, by structure or checksum."""
    try:
        fields = tlv.decode(text)
    except Unprocessable as error:
        raise ValueError("not a BR Code") from error
    end = fields.get("63")
    if end is None or end.value.upper() != f"{crc_hqx(text[: end.start].encode(), 0xFFFF):04X}":
        raise ValueError("a BR Code ends with its checksum")
    named = _AMOUNT.fullmatch(fields["54"].value) if "54" in fields else None
    centavos = int(named[1]) * 100 + int((named[2] or "").ljust(2, "0")) if named else 0
    return Code(text, centavos or None)


def is_odd(text: str) -> bool:
    """Whether a strict reader objects to it."""
    try:
        parse_brcode(text)
    except Unprocessable:
        return True
    return False
