"""Which amounts Stripe takes in which currency (docs.stripe.com/currencies)."""

from __future__ import annotations

from local.sandboxes.stripe.errors import invalid


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ZERO_DECIMAL = _codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
THREE_DECIMAL = _codes("bhd jod kwd omr tnd")
WHOLE_BUT_TIMES_100 = _codes("isk ugx")
TWO_DECIMAL = _codes(
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny "
    "cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes "
    "kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd "
    "pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd "
    "tzs uah uyu uzs wst xcd xcg yer zar zmw"
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | TWO_DECIMAL | WHOLE_BUT_TIMES_100

LARGEST = 99_999_999
LEAST = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
"""Minimum charge amounts; other currencies are held to what their settlement currency makes of them: here 1."""


def check_amount(amount: int, currency: str) -> None:
    """Refuse an amount that Stripe would refuse to charge.

    Raises:
        StripeProblem: an unknown currency, too small, too large, or more precise than the currency allows.
    """
    if currency not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency}. Stripe does not support it.", param="currency")
    if amount < LEAST.get(currency, 1):
        least = shown(LEAST.get(currency, 1), currency)
        raise invalid(f"Amount must be at least {least}", code="amount_too_small", param="amount")
    if amount > LARGEST:
        raise invalid(
            f"Amount must be no more than {shown(LARGEST, currency)}", code="amount_too_large", param="amount"
        )
    check_precision(amount, currency)


def check_precision(amount: int, currency: str, param: str = "amount") -> None:
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            f"Invalid amount: the last digit of an amount in {currency} must be 0.",
            code="parameter_invalid_integer",
            param=param,
        )
    if currency in WHOLE_BUT_TIMES_100 and amount % 100:
        raise invalid(
            f"Invalid amount: {currency} has no minor units, so the last two digits must be 00.",
            code="parameter_invalid_integer",
            param=param,
        )


def shown(amount: int, currency: str) -> str:
    """For messages only: 1000, "brl" -> 10.00 brl."""
    digits = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}d} {currency}" if digits else f"{whole} {currency}"
