"""Amounts between us and a provider, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.platform.currencies import EXPONENTS
from commerce.platform.errors import Unprocessable
from commerce.platform.minor_units import ProviderUnits
from commerce.platform.money import Money

UNITS = ProviderUnits("acme", exponents={"ISK": 2, "HUF": 0}, steps={"ISK": 100, "KWD": 10})


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("money", "theirs"),
    [
        (Money(500, "JPY"), 500),
        (Money(1230, "KWD"), 1230),
        (Money(1999, "BRL"), 1999),
        (Money(5, "ISK"), 500),
        (Money(1200, "HUF"), 12),
    ],
)
def test_both_ways(money: Money, theirs: int) -> None:
    assert UNITS.to_provider(money) == theirs
    assert UNITS.from_provider(theirs, money.currency.lower()) == money


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize("money", [Money(1234, "KWD"), Money(1201, "HUF")])
def test_too_precise_is_refused(money: Money) -> None:
    with pytest.raises(Unprocessable) as refused:
        UNITS.to_provider(money)
    assert refused.value.code == "amount_too_precise"
    assert refused.value.details["currency"] == money.currency


def test_a_provider_may_be_finer_than_iso() -> None:
    with pytest.raises(Unprocessable) as refused:
        UNITS.from_provider(550, "ISK")
    assert refused.value.code == "amount_too_precise"


@pytest.mark.parametrize("currency", ["XYZ", "br", ""])
def test_unknown_currency(currency: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        UNITS.from_provider(1, currency)
    assert refused.value.code == "unsupported_currency"


def test_a_provider_may_take_few_currencies() -> None:
    with pytest.raises(Unprocessable) as refused:
        ProviderUnits("pix", currencies=frozenset({"BRL"})).to_provider(Money(1, "USD"))
    assert refused.value.code == "unsupported_currency"
    assert "pix" in refused.value.message


@pytest.mark.invariant("PAY-24")
@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_what_goes_out_comes_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    try:
        theirs = UNITS.to_provider(money)
    except Unprocessable:
        return
    assert type(theirs) is int
    assert UNITS.from_provider(theirs, currency) == money
