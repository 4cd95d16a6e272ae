"""The check digits of boletos and collection slips (FEBRABAN): one wrong digit, and they do not match.

Modulus 10 sums the digits of the products with weights 2 and 1, modulus 11 the products with weights 2 to 9; both go
from right to left.
"""

from __future__ import annotations

from itertools import cycle


def modulus_10(digits: str) -> int:
    """Of a field of a digitable line, and of collection slips whose third digit is 6 or 7."""
    products = (int(digit) * weight for digit, weight in zip(reversed(digits), cycle((2, 1)), strict=False))
    return -sum(product // 10 + product % 10 for product in products) % 10


def modulus_11_of_boleto(digits: str) -> int:
    """The general check digit of a boleto's barcode: never 0, so that the line's lone digit cannot be overlooked."""
    digit = 11 - _weighted(digits) % 11
    return 1 if digit in (10, 11) else digit


def modulus_11_of_collection(digits: str) -> int:
    """Of collection slips whose third digit is 8 or 9."""
    rest = _weighted(digits) % 11
    return 0 if rest in (0, 1) else 11 - rest


def _weighted(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle(range(2, 10)), strict=False))
