"""Names in printable ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.pix.transliteration import transliterate


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("São João", "Sao Joao"),
        ("AÇAÍ  DO\tNORDESTE\n", "ACAI DO NORDESTE"),
        ("Müller & Strauß", "Muller & Strauss"),
        ("Ærø Łódź", "AEro Lodz"),
        ("D\N{RIGHT SINGLE QUOTATION MARK}Ávila \N{EN DASH} 1ª loja", "D'Avila - 1a loja"),
        ("Café ☕ Brasil", "Cafe Brasil"),
        ("東京", ""),
    ],
)
def test_accents_go_and_letters_stay(text: str, plain: str) -> None:
    assert transliterate(text, 25) == plain


def test_the_rest_is_cut_off_without_a_space_at_the_end() -> None:
    assert transliterate("São José do Rio Preto", 9) == "Sao Jose"


@given(st.text(), st.integers(0, 30))
def test_whatever_comes_in(text: str, limit: int) -> None:
    plain = transliterate(text, limit)

    assert len(plain) <= limit
    assert plain == plain.strip()
    assert plain.isascii()
    assert plain.isprintable()
