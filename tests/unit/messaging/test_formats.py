from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from commerce.messaging.catalog import words_for
from commerce.messaging.confirmation import Destination
from commerce.messaging.formats import format_address, format_moment, format_money
from commerce.platform.currencies import EXPONENTS
from commerce.platform.money import Money

PT, EN = Locale("pt", "BR"), Locale("en")


@pytest.mark.parametrize(
    ("money", "locale", "shown"),
    [
        (Money(123456, "BRL"), PT, "R$ 1.234,56"),
        (Money(123456, "USD"), PT, "US$ 1.234,56"),
        (Money(123456, "USD"), EN, "$1,234.56"),
        (Money(123456, "BRL"), EN, "R$1,234.56"),
        (Money(500, "JPY"), EN, "¥500"),
        (Money(1230, "KWD"), EN, "KWD 1.230"),
        (Money(1230, "KWD"), PT, "KWD 1,230"),
        (Money(-1050, "USD"), EN, "-$10.50"),
        (Money(0, "EUR"), EN, "€0.00"),
        # CLDR shows whole kronur and forints; our amounts are in ISO 4217's minor units.
        (Money(150, "ISK"), EN, "ISK 150"),
        (Money(12345, "HUF"), EN, "HUF 123.45"),
    ],
)
def test_money_is_written_as_people_write_it(money: Money, locale: Locale, shown: str) -> None:
    assert format_money(money, locale).replace("\xa0", " ") == shown


@pytest.mark.invariant("PAY-24")
@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)), st.sampled_from([PT, EN]))
def test_no_digit_of_an_amount_is_lost_or_made_up(amount: int, currency: str, locale: Locale) -> None:
    shown = format_money(Money(amount, currency), locale)
    digits = "".join(char for char in shown if char.isdigit())
    assert int(digits) == abs(amount)
    assert shown.startswith("-") == (amount < 0)


def test_a_moment_is_told_by_brasilias_clock_in_portuguese_and_by_utc_elsewhere() -> None:
    in_brazil = datetime(2026, 11, 24, 22, 30, tzinfo=timezone(timedelta(hours=-3)))
    assert format_moment(in_brazil, EN) == "Nov 25, 2026, 01:30 UTC"
    assert format_moment(in_brazil, PT) == "24 de nov. de 2026, 22:30"


def test_a_brazilian_address_has_number_district_and_cep() -> None:
    to = Destination("Rua Augusta", "São Paulo", "BR", "01305-000", "1508", "ap. 42", "Consolação", "SP")
    assert format_address(to, PT) == (
        "Rua Augusta, 1508, ap. 42",
        "Consolação, São Paulo \N{EN DASH} SP",
        "CEP 01305-000",
        "Brasil",
    )


@pytest.mark.parametrize(("cep", "line"), [("01305000", "CEP 01305-000"), ("1305-000", "CEP 1305-000"), ("", "CEP")])
def test_a_cep_is_written_with_its_hyphen(cep: str, line: str) -> None:
    assert line in format_address(Destination("Rua Augusta", "São Paulo", "BR", cep), PT)


def test_addresses_elsewhere_leave_out_what_they_do_not_have() -> None:
    american = Destination("Main Street", "Arlington", "US", "22201", number="1200", state="VA")
    assert format_address(american, EN) == ("1200 Main Street", "Arlington, VA 22201", "United States")
    german = Destination("Torstraße 1", "Berlin", "DE", "10119")
    assert format_address(german, EN) == ("Torstraße 1", "10119 Berlin", "Germany")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pt-BR", "pt-BR"), ("pt_PT", "pt-BR"), ("PT", "pt-BR"), ("en-US", "en"), ("de-DE", "en"), ("", "en")],
)
def test_portuguese_is_answered_in_portuguese_and_the_rest_in_english(locale: str, language: str) -> None:
    assert words_for(locale).language == language
