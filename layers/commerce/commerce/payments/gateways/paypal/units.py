"""How PayPal writes amounts: as text with two decimals, or with none for HUF, JPY and TWD.

Source: developer.paypal.com/api/rest/reference/currency-codes. It is not Stripe's table: HUF and TWD have cents there.
"""

from __future__ import annotations

import re

from commerce.platform.minor_units import ProviderUnits
from commerce.platform.money import Money

_WHOLE = frozenset({"HUF", "JPY", "TWD"})
_CENTS = "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD"
_TWO = frozenset(_CENTS.split())
_VALUE = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,8}))?", re.ASCII)

PAYPAL_UNITS = ProviderUnits(
    provider="PayPal", exponents={**dict.fromkeys(_WHOLE, 0), **dict.fromkeys(_TWO, 2)}, currencies=_WHOLE | _TWO
)


def money_json(money: Money) -> dict[str, str]:
    """PayPal's money object: BRL 12990 is `{"currency_code": "BRL", "value": "129.90"}`, HUF 50000 (500 forints) "500".

    Raises:
        Unprocessable: `unsupported_currency`, `amount_too_precise`.
    """
    amount = PAYPAL_UNITS.to_provider(money)
    digits = _digits(money.currency)
    value = str(amount) if not digits else f"{amount // 10**digits}.{amount % 10**digits:0{digits}}"
    return {"currency_code": money.currency, "value": value}


def parse_money(value: str, currency: str) -> Money:
    """What PayPal wrote, in our minor units; "129.9" and "129.900" are "129.90", a whole currency may carry ".00".

    Raises:
        ValueError: it is no amount, or one finer than the currency.
        Unprocessable: `unsupported_currency`.
    """
    found = _VALUE.fullmatch(value)
    digits = _digits(currency)
    if found is None:
        raise ValueError("PayPal wrote an amount that is none.")
    decimals = (found.group(2) or "").rstrip("0")
    if len(decimals) > digits:
        raise ValueError(f"PayPal wrote a {currency} amount finer than its unit.")
    return PAYPAL_UNITS.from_provider(int(found.group(1) + decimals.ljust(digits, "0")), currency)


def _digits(currency: str) -> int:
    return 0 if currency in _WHOLE else 2
