"""Amounts: cents inside, JSON numbers of reais outside."""

from __future__ import annotations

from decimal import Decimal

LARGEST_CENTS = 9_999_999_999
"""What the ten digits of a boleto hold."""


def cents_of(value: object) -> int | None:
    """The cents of a number in reais; None for what is no number, has a third decimal or cannot be charged."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    scaled = Decimal(value) * 100
    if scaled != scaled.to_integral_value() or not 0 < scaled <= LARGEST_CENTS:
        return None
    return int(scaled)


def is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number_of(cents: int) -> int | float:
    """The number that JSON shows: 12990 is 129.9, 10000 is 100.

    The one place with floats, because a JSON number is nothing else to Python. It is exact: the quotient of two
    integers is rounded correctly, and its shortest text is the amount itself.
    """
    return cents // 100 if cents % 100 == 0 else cents / 100
