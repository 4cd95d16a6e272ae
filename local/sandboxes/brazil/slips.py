"""Boletos as a bank prints them (FEBRABAN, Layout padrão de arrecadação, and Carta Circular 3.656 of the BCB)."""

from __future__ import annotations

from datetime import date

_FIRST_ROUND = date(1997, 10, 7)
_SECOND_ROUND = date(2025, 2, 22)


def barcode(*, bank: str, due: date, cents: int, free: str) -> str:
    """The 44 digits.

    Args:
        bank: its three digits.
        free: the 25 digits that belong to the bank.
    """
    rest = f"{due_factor(due):04}{cents:010}{free}"
    return f"{bank}9{_mod11(f'{bank}9{rest}')}{rest}"


def due_factor(due: date) -> int:
    """Days since 7 October 1997; after 9999 (21 February 2025) it began again at 1000."""
    if due >= _SECOND_ROUND:
        return 1000 + (due - _SECOND_ROUND).days
    return (due - _FIRST_ROUND).days


def digitable_line(code: str) -> str:
    """The 47 digits that a person types, without punctuation."""
    free = code[19:]
    fields = [code[:4] + free[:5], free[5:15], free[15:]]
    return "".join(field + _mod10(field) for field in fields) + code[4] + code[5:19]


def _mod11(digits: str) -> str:
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(digits)))
    check = 11 - total % 11
    return "1" if check > 9 else str(check)


def _mod10(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (1 if place % 2 else 2)
        total += product - 9 if product > 9 else product
    return str(-total % 10)
