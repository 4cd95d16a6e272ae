"""Postal codes of other countries."""

from __future__ import annotations

import pytest
from babel import Locale

from commerce.addresses.countries import check_postal_code, rules_of
from commerce.platform.errors import Unprocessable

_NO_COUNTRIES = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "CP", "CQ", "DG", "EA", "IC"}
"""What a locale names beside the countries of ISO 3166-1: unions, unknowns, made-up ones, and reserved codes."""


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "97201"),
        ("US", "97201-1234"),
        ("GB", "SW1A 1AA"),
        ("GB", "sw1a1aa"),
        ("CA", "H3Z 2Y7"),
        ("DE", "10115"),
        ("PT", "1000-205"),
        ("JP", "100-0001"),
        ("AR", "C1425CLA"),
        ("NL", "1234 AB"),
        ("HK", "anything"),
        ("AO", ""),
    ],
)
def test_as_the_country_writes_it(country: str, code: str) -> None:
    check_postal_code(country, code)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "9720"),
        ("US", "97201-"),
        ("GB", "SW1A 1AAxyz"),
        ("GB", "12345"),
        ("CA", "12345"),
        ("DE", "1011"),
        ("PT", "1000 205 1"),
        ("JP", "1000001x"),
    ],
)
def test_otherwise_it_is_refused_with_an_example(country: str, code: str) -> None:
    with pytest.raises(Unprocessable, match=r"for example \S+") as refused:
        check_postal_code(country, code)
    assert refused.value.code == "postal_code_invalid"
    assert code not in refused.value.message


@pytest.mark.parametrize("country", ["XX", "ZZ", "AA", "UK", "EU"])
def test_a_country_that_is_none(country: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        rules_of(country)
    assert refused.value.code == "unknown_country"


def test_what_cannot_be_done_without_differs() -> None:
    assert rules_of("US").required == {"line1", "city", "postal_code"}
    assert rules_of("HK").required == {"line1"}


def test_every_country_is_known() -> None:
    named = {code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()} - _NO_COUNTRIES
    assert len(named) > 240
    unknown = {code for code in named if not _knows(code)}
    assert unknown == set()


def _knows(country: str) -> bool:
    try:
        return bool(rules_of(country))
    except Unprocessable:
        return False
