"""Bills of taxes and utilities (arrecadação): 44 digits for scanners, 48 for people, by rules of their own.

Source: FEBRABAN, "Layout padrão de arrecadação/recebimento com utilização do código de barras". Barcode: product 8,
segment, what the value is and which modulus checks it (6 and 8 in reais, 7 and 9 a reference quantity; 6 and 7
modulus 10, 8 and 9 modulus 11), general check digit, value 11, company and free field 29. Line: four times eleven of
these digits and their check digit. The store issues none of these; it recognises them, so that nobody takes one for a
boleto.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from commerce.payments.boleto.check_digits import modulus_10, modulus_11_of_collection
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

_GROUPING = str.maketrans("", "", " .-")
_BLOCK = 11
_GENERAL_DIGIT = 3


@dataclass(frozen=True, slots=True)
class CollectionBill:
    """What a bill's codes say; `amount` is None where the value is a quantity, or none."""

    barcode: str
    segment: str
    amount: Money | None

    @property
    def line(self) -> str:
        """The digitable line's 48 digits."""
        blocks = (self.barcode[start : start + _BLOCK] for start in range(0, len(self.barcode), _BLOCK))
        return "".join(f"{block}{_check_digit(self.barcode, block)}" for block in blocks)


def parse_collection_barcode(text: str) -> CollectionBill:
    """The bill whose barcode this is.

    Raises:
        Unprocessable: `invalid_barcode`.
    """
    digits = _digits(text, 44, "barcode")
    rest = digits[:_GENERAL_DIGIT] + digits[_GENERAL_DIGIT + 1 :]
    if int(digits[_GENERAL_DIGIT]) != _check_digit(digits, rest):
        raise _refusal("barcode", "has a wrong general check digit (4th place)")
    cents = int(digits[4:15]) if digits[2] in "68" else 0
    return CollectionBill(digits, digits[1], Money(cents, "BRL") if cents else None)


def parse_collection_line(text: str) -> CollectionBill:
    """The bill whose digitable line this is, with or without its spaces and dashes.

    Raises:
        Unprocessable: `invalid_digitable_line`.
    """
    digits = _digits(text, 48, "digitable_line")
    blocks = [digits[start : start + _BLOCK + 1] for start in range(0, len(digits), _BLOCK + 1)]
    for number, block in enumerate(blocks, start=1):
        if int(block[-1]) != _check_digit(digits, block[:-1]):
            raise _refusal("digitable_line", f"has a wrong check digit in its block {number}")
    try:
        return parse_collection_barcode("".join(block[:-1] for block in blocks))
    except Unprocessable as error:
        raise _refusal("digitable_line", f"gives no barcode: {error.message.removesuffix('.')}") from None


def _check_digit(bill: str, digits: str) -> int:
    return modulus_10(digits) if bill[2] in "67" else modulus_11_of_collection(digits)


def _digits(text: str, length: int, field: str) -> str:
    digits = text.strip().translate(_GROUPING)
    if not re.fullmatch(rf"8[0-9][6-9][0-9]{{{length - 3}}}", digits):
        raise _refusal(field, f"must have {length} digits, of which the first is 8 and the third 6 to 9")
    return digits


def _refusal(field: str, why: str) -> Unprocessable:
    return Unprocessable(f"The bill's {field} {why}.", code=f"invalid_{field}", details={"field": field})
