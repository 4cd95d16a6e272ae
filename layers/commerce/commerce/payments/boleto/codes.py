"""The two writings of a boleto: 44 digits for scanners (barcode), 47 for people (digitable line).

Source: FEBRABAN, "Especificações técnicas para confecção de boletos". Barcode: bank 3, currency 1 (9 is BRL), general
check digit 1, due factor 4, value in cents 10, free field of the bank 25. Line: bank, currency and 5 of the free field
with a check digit; 10 and 10 more of it with theirs; the general check digit; factor and value. Both hold the same,
so either gives the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from commerce.payments.boleto.check_digits import modulus_10, modulus_11_of_boleto
from commerce.payments.boleto.due_factor import due_date_of
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

_GROUPING = str.maketrans("", "", " .-")
_REAL = "9"
_GENERAL_DIGIT = 4
_LINE_FIELDS = ((0, 9), (10, 20), (21, 31))
"""Where the first three fields of a line begin, and where their check digits stand."""


@dataclass(frozen=True, slots=True)
class Boleto:
    """What a boleto's codes say.

    Args:
        barcode: its 44 digits, with a general check digit that matches.
        bank: the bank's three digits (237 is Bradesco).
        due_factor: see `due_factor`.
        amount: None where the slip leaves the amount to the payer.
    """

    barcode: str
    bank: str
    due_factor: str
    amount: Money | None

    @property
    def line(self) -> str:
        """The digitable line's 47 digits."""
        free = self.barcode[19:]
        fields = (self.barcode[:4] + free[:5], free[5:15], free[15:])
        checked = "".join(f"{part}{modulus_10(part)}" for part in fields)
        return checked + self.barcode[_GENERAL_DIGIT:19]

    def due_date(self, *, reference: date) -> date | None:
        """The due date, to somebody who reads the boleto on `reference`; None where it says none."""
        return due_date_of(self.due_factor, reference=reference)


def parse_barcode(text: str) -> Boleto:
    """The boleto whose barcode this is.

    Raises:
        Unprocessable: `invalid_barcode`.
    """
    digits = _digits(text, 44, "barcode")
    if digits[0] == "8":
        raise _refusal("barcode", "is one of a tax or utility bill, not of a bank's boleto")
    if digits[3] != _REAL:
        raise _refusal("barcode", f"must name BRL by a {_REAL} in its 4th place")
    if int(digits[_GENERAL_DIGIT]) != modulus_11_of_boleto(digits[:_GENERAL_DIGIT] + digits[_GENERAL_DIGIT + 1 :]):
        raise _refusal("barcode", "has a wrong general check digit (5th place)")
    cents = int(digits[9:19])
    return Boleto(digits, digits[:3], digits[5:9], Money(cents, "BRL") if cents else None)


def parse_line(text: str) -> Boleto:
    """The boleto whose digitable line this is, with or without its dots and spaces.

    Raises:
        Unprocessable: `invalid_digitable_line`.
    """
    digits = _digits(text, 47, "digitable_line")
    for number, (start, check) in enumerate(_LINE_FIELDS, start=1):
        if int(digits[check]) != modulus_10(digits[start:check]):
            raise _refusal("digitable_line", f"has a wrong check digit in its field {number}")
    first, second, third = (digits[start:check] for start, check in _LINE_FIELDS)
    try:
        return parse_barcode(first[:4] + digits[32:] + first[4:] + second + third)
    except Unprocessable as error:
        raise _refusal("digitable_line", f"gives no barcode: {error.message.removesuffix('.')}") from None


def format_line(line: str) -> str:
    """A line of 47 digits as people read it: AAAAA.AAAAA BBBBB.BBBBBB CCCCC.CCCCCC D EEEEEEEEEEEEEE."""
    return f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} {line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"


def _digits(text: str, length: int, field: str) -> str:
    digits = text.strip().translate(_GROUPING)
    if not re.fullmatch(r"[0-9]*", digits):
        raise _refusal(field, "may hold digits only")
    if len(digits) != length:
        raise _refusal(field, f"must have {length} digits and has {len(digits)}")
    return digits


def _refusal(field: str, why: str) -> Unprocessable:
    return Unprocessable(f"The boleto's {field} {why}.", code=f"invalid_{field}", details={"field": field})
