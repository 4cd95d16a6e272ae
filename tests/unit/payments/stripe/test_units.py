"""Amounts as Stripe writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.gateways.stripe.units import STRIPE_UNITS
from commerce.platform.currencies import EXPONENTS
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

TAKEN = sorted(STRIPE_UNITS.currencies or ())


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("money", "sent"),
    [
        (Money(1099, "BRL"), 1099),
        (Money(500, "JPY"), 500),
        (Money(1230, "KWD"), 1230),
        (Money(5, "ISK"), 500),
        (Money(700, "UGX"), 70000),
        (Money(1045, "HUF"), 1045),
        (Money(80045, "TWD"), 80045),
        (Money(150000, "MGA"), 1500),
    ],
)
def test_each_currency_in_its_own_unit_and_back(money: Money, sent: int) -> None:
    assert STRIPE_UNITS.to_provider(money) == sent
    assert STRIPE_UNITS.from_provider(sent, money.currency.lower()) == money


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize("money", [Money(1234, "KWD"), Money(1, "BHD"), Money(150, "MGA")])
def test_what_stripe_cannot_say_exactly_is_refused(money: Money) -> None:
    with pytest.raises(Unprocessable) as refused:
        STRIPE_UNITS.to_provider(money)
    assert refused.value.code == "amount_too_precise"


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize("currency", ["IQD", "LYD", "CLF", "CUP", "IRR"])
def test_a_currency_stripe_does_not_take_is_refused(currency: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        STRIPE_UNITS.to_provider(Money(1000, currency))
    assert refused.value.code == "unsupported_currency"


@pytest.mark.invariant("PAY-24")
def test_half_a_krona_from_stripe_is_no_amount_of_ours() -> None:
    with pytest.raises(Unprocessable):
        STRIPE_UNITS.from_provider(550, "isk")


@pytest.mark.invariant("PAY-24")
@given(st.sampled_from(TAKEN), st.integers(0, 99_999_999))
def test_no_amount_changes_on_the_way_there_and_back(currency: str, amount: int) -> None:
    money = Money(amount, currency)
    try:
        sent = STRIPE_UNITS.to_provider(money)
    except Unprocessable as refused:
        assert refused.code == "amount_too_precise"
        assert EXPONENTS[currency] == 3 or currency == "MGA"
        return
    assert type(sent) is int
    assert STRIPE_UNITS.from_provider(sent, currency) == money


@pytest.mark.invariant("PAY-24")
@given(st.sampled_from(["BHD", "JOD", "KWD", "OMR", "TND"]), st.integers(0, 9_999_999))
def test_three_decimals_end_in_zero(currency: str, amount: int) -> None:
    if amount % 10 == 0:
        assert STRIPE_UNITS.to_provider(Money(amount, currency)) == amount
        return
    with pytest.raises(Unprocessable):
        STRIPE_UNITS.to_provider(Money(amount, currency))
