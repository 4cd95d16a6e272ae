"""Reais in and out, to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.reais import LARGEST_CENTS, cents_of, ensure_in_reais, reais_text
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

PAY_24 = pytest.mark.invariant("PAY-24")


@PAY_24
@given(st.integers(0, LARGEST_CENTS))
def test_every_amount_comes_back(cents: int) -> None:
    text = reais_text(Money(cents, "BRL"))
    assert cents_of(text) == cents_of(Decimal(text)) == cents
    assert text.partition(".")[2].isdigit()


@PAY_24
@pytest.mark.parametrize(
    ("value", "cents"), [(3, 300), (Decimal("129.9"), 12_990), (Decimal("1.5E+2"), 15_000), ("0.01", 1), (0, 0)]
)
def test_all_forms_of_a_number(value: object, cents: int) -> None:
    assert cents_of(value) == cents


@PAY_24
@pytest.mark.parametrize("value", [1.5, True, None, [], {}, b"1"])
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        cents_of(value)


@PAY_24
@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "NaN",
        "Infinity",
        "-1",
        "1.234",
        Decimal("0.001"),
        Decimal("129.9000000000000000000000000000000001"),
        Decimal("1e999999999"),
    ],
)
def test_what_is_no_amount_of_money_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        cents_of(value)


@pytest.mark.parametrize(
    ("money", "code"),
    [(Money(100, "USD"), "unsupported_currency"), (Money(LARGEST_CENTS + 1, "BRL"), "amount_over_limit")],
)
def test_only_reais_that_fit_into_a_boleto(money: Money, code: str) -> None:
    ensure_in_reais(Money(LARGEST_CENTS, "BRL"))
    with pytest.raises(Unprocessable) as refused:
        ensure_in_reais(money)
    assert refused.value.code == code
