"""The "copia e cola" text of a charge: taken as the bank gives it, and judged before a buyer sees it. Pure.

A wrong checksum means that no app would read it. What a strict reader alone objects to (a field too long, a lower-case
checksum) is how some banks write theirs, and apps pay it: such a code is shown, and counted.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commerce.payments.gateways.bacen.fields import Json, obj, optional_text
from commerce.payments.pix import tlv
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.pix.building import dynamic_code
from commerce.platform.errors import Unprocessable

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?", re.ASCII)

type Merchant = Callable[[], tuple[str, str]]
"""The store's name and city, for a code that the bank leaves to us."""


@dataclass(frozen=True, slots=True)
class Code:
    """`odd`: a strict reader objects. `amount` is the centavos that the code itself names, None where the bank's
    address tells them, as it should be."""

    text: str
    odd: bool = False
    amount: int | None = None


def code_of(charge: Json, names: Sequence[str], merchant: Merchant) -> Code:
    """The code of a charge: under one of `names`, or made of its location.

    Raises:
        ValueError: there is neither, or what is there is no BR Code.
        ConfigurationError: what `merchant` raises.
    """
    found = next((value for name in names if (value := optional_text(charge, name)) is not None), None)
    if found is not None:
        return judge(found.strip())
    location = optional_text(charge, "location") or optional_text(obj(charge, "loc"), "location")
    if location is None:
        raise ValueError("neither a code nor a location")
    name, city = merchant()
    try:
        return Code(dynamic_code(location.removeprefix("https://"), merchant_name=name, merchant_city=city))
    except Unprocessable as error:
        raise ValueError("the location fits into no code") from error


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
    return Code(text, odd=_odd(text), amount=centavos or None)


def _odd(text: str) -> bool:
    try:
        parse_brcode(text)
    except Unprocessable:
        return True
    return False
