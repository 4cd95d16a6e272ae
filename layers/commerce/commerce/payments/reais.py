"""Reais as Brazilian providers write them: decimal numbers or texts with two decimals, never a float (PAY-24)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

LARGEST_CENTS = 9_999_999_999
"""What the ten digits of a boleto hold (FEBRABAN), and what no Pix comes near."""

_TOO_MUCH = Decimal(10) ** 15


def reais_text(money: Money) -> str:
    """BRL 12990 is "129.90": as a text, and as the digits of a JSON number."""
    return f"{money.amount // 100}.{money.amount % 100:02}"


def cents_of(value: object) -> int:
    """The cents of an amount in reais, as JSON gave it: an int, a Decimal, or a text such as "129.9".

    Raises:
        TypeError: it is no amount at all, a float included: whoever parsed it has lost digits already.
        ValueError: it is negative, finer than a cent, or larger than any amount.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise TypeError("an amount is no number")
    try:
        reais = Decimal(value)
    except InvalidOperation:
        raise ValueError("an amount is no number") from None
    if reais.is_nan() or not 0 <= reais < _TOO_MUCH:
        raise ValueError("an amount is negative, or larger than any")
    cents = int(reais * 100)
    # Compared the other way round, exactly: a product is rounded to 28 digits.
    if Decimal(cents).scaleb(-2) != reais:
        raise ValueError("an amount is finer than a cent")
    return cents


def ensure_in_reais(money: Money) -> None:
    """Raises Unprocessable: `unsupported_currency`, `amount_over_limit`."""
    if money.currency != "BRL":
        raise Unprocessable("Pix and boleto move BRL only.", code="unsupported_currency", details={"field": "currency"})
    if money.amount > LARGEST_CENTS:
        raise Unprocessable(
            f"A Pix or boleto carries BRL {LARGEST_CENTS // 100} at most.",
            code="amount_over_limit",
            details={"field": "amount", "limit": LARGEST_CENTS},
        )
