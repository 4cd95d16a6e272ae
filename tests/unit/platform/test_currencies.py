"""The currency table against CLDR's, as babel carries it."""

from __future__ import annotations

from babel.numbers import get_currency_precision, list_currencies

from commerce.platform.currencies import EXPONENTS

# CLDR drops the decimals that nobody uses in daily life; ISO 4217 keeps them, and amounts follow ISO 4217.
UNUSED_DECIMALS = {"AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"}
YOUNGER_THAN_CLDR = {"XAD"}


def test_every_code_is_a_currency() -> None:
    assert set(EXPONENTS) - list_currencies() == YOUNGER_THAN_CLDR


def test_exponents_agree() -> None:
    different = {code for code, digits in EXPONENTS.items() if get_currency_precision(code) != digits}
    assert different == UNUSED_DECIMALS


def test_metals_tests_and_the_withdrawn_are_no_currencies() -> None:
    assert not {"XAU", "XTS", "XXX", "HRK", "SLL", "ZWL", "BGN"} & set(EXPONENTS)
