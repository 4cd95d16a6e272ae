"""Amounts as PayPal writes them: text, and no decimals for HUF, JPY and TWD."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.gateways.paypal.units import PAYPAL_UNITS, money_json, parse_money
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

CURRENCIES = sorted(PAYPAL_UNITS.currencies or ())


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("money", "value"),
    [
        (Money(12_990, "BRL"), "129.90"),
        (Money(5, "BRL"), "0.05"),
        (Money(0, "BRL"), "0.00"),
        (Money(500, "JPY"), "500"),
        (Money(50_000, "HUF"), "500"),
        (Money(50_000, "TWD"), "500"),
    ],
)
def test_an_amount_is_written_and_read(money: Money, value: str) -> None:
    assert money_json(money) == {"currency_code": money.currency, "value": value}
    assert parse_money(value, money.currency) == money


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("money", "code"),
    [
        (Money(50_050, "HUF"), "amount_too_precise"),
        (Money(1230, "KWD"), "unsupported_currency"),
        (Money(500, "CLP"), "unsupported_currency"),
    ],
)
def test_what_paypal_cannot_write_is_refused(money: Money, code: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        money_json(money)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "amount"), [("129.9", 12_990), ("129", 12_900), ("129.900", 12_990), ("0129.90", 12_990)]
)
def test_other_ways_to_write_it_are_read(value: str, amount: int) -> None:
    assert parse_money(value, "BRL") == Money(amount, "BRL")
    assert parse_money("500.00", "JPY") == Money(500, "JPY")


@pytest.mark.parametrize("value", ["", "-1.00", "1,00", "1.234", "1e3", "NaN", " 1", "1.", ".5", "\u0661", "1_000"])
def test_what_is_no_amount_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="PayPal wrote"):
        parse_money(value, "BRL")


def test_a_whole_currency_has_no_fractions() -> None:
    with pytest.raises(ValueError, match="finer"):
        parse_money("500.50", "JPY")


@pytest.mark.invariant("PAY-24")
@given(st.sampled_from(CURRENCIES), st.integers(0, 10**10))
def test_every_amount_survives_the_way_there_and_back(currency: str, amount: int) -> None:
    money = Money(amount * (100 if currency in ("HUF", "TWD") else 1), currency)
    written = money_json(money)
    assert parse_money(written["value"], written["currency_code"]) == money
