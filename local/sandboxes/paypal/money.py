"""Amounts as PayPal takes and gives them: text with two decimals, or none for HUF, JPY and TWD.

Source: developer.paypal.com/api/rest/reference/currency-codes. Inside the sandbox an amount is an `int` of minor units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.sandboxes.paypal.errors import Detail
from local.sandboxes.paypal.resource import Resource

WHOLE = frozenset({"HUF", "JPY", "TWD"})
CURRENCIES = WHOLE | {
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP",
    "PLN", "SEK", "SGD", "THB", "USD",
}  # fmt: skip
LARGEST_DIGITS = 15
"""999999999999999.99 is the largest amount."""


def minor(money: Resource) -> int:
    """Minor units of an amount that was checked."""
    whole, _, decimals = str(money["value"]).partition(".")
    sign = -1 if whole.startswith("-") else 1
    digits = 0 if money["currency_code"] in WHOLE else 2
    return sign * int((whole.lstrip("-") or "0") + decimals[:digits].ljust(digits, "0"))


def money(amount: int, currency: str) -> Resource:
    if currency in WHOLE:
        return {"currency_code": currency, "value": str(amount)}
    sign, rest = ("-", -amount) if amount < 0 else ("", amount)
    return {"currency_code": currency, "value": f"{sign}{rest // 100}.{rest % 100:02d}"}


def normal(given: Any) -> Any:
    """The same amounts as PayPal shows them: `"10.5"` becomes `"10.50"`."""
    if isinstance(given, dict) and {"currency_code", "value"} <= set(given):
        others = {key: normal(item) for key, item in given.items() if key not in ("currency_code", "value")}
        return {**money(minor(given), given["currency_code"]), **others}
    if isinstance(given, dict):
        return {key: normal(item) for key, item in given.items()}
    return [normal(item) for item in given] if isinstance(given, list) else given


def check_money(given: Resource, at: str, *, zero: bool = False) -> Iterator[Detail]:
    """The rules of the business; that it is text of digits was checked before."""
    currency, value = given["currency_code"], given["value"]
    if currency not in CURRENCIES:
        yield Detail("INVALID_CURRENCY_CODE", f"{at}/currency_code", currency)
        return
    whole, point, decimals = value.partition(".")
    if currency in WHOLE and point:
        yield Detail("DECIMALS_NOT_SUPPORTED", f"{at}/value", value)
    elif len(decimals) > 2:
        yield Detail("DECIMAL_PRECISION", f"{at}/value", value)
    elif len(whole.lstrip("-0")) > LARGEST_DIGITS:
        yield Detail("MAX_VALUE_EXCEEDED", f"{at}/value", value)
    elif minor(given) < 0 and zero:
        yield Detail("CANNOT_BE_NEGATIVE", f"{at}/value", value)
    elif minor(given) <= 0 and not zero:
        yield Detail("CANNOT_BE_ZERO_OR_NEGATIVE", f"{at}/value", value)
