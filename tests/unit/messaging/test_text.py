from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.messaging.text import is_address, one_line


@pytest.mark.invariant("MSG-07")
@given(st.text(alphabet=st.characters(), max_size=300))
def test_a_line_holds_nothing_that_ends_a_line_or_turns_the_text_around(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in line)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in line)
    assert len(line) <= 200


@pytest.mark.invariant("MSG-07")
@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("Ana\r\nBcc: all@example.com", "Ana Bcc: all@example.com"),
        ("Ana\x00\x1b[31m", "Ana [31m"),
        ("Ana\u2028Souza", "Ana Souza"),
        ("Ana\u202egpj.exe", "Anagpj.exe"),
        ("  Ana \t Souza ", "Ana Souza"),
        ("José 👩‍🚀 山田", "José 👩‍🚀 山田"),
    ],
)
def test_line_breaks_and_controls_become_blanks_and_letters_stay(hostile: str, harmless: str) -> None:
    assert one_line(hostile) == harmless


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert one_line("word " * 10, limit=12) == "word word w…"


@pytest.mark.parametrize("address", ["a@b.example", "first.last+tag@sub.example.com", "o'neil@example.com"])
def test_an_address_is_an_address(address: str) -> None:
    assert is_address(address)


@pytest.mark.invariant("MSG-07")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@example.com\r\nBcc: eve@example.com",
        "ana@example.com, eve@example.com",
        "Ana <ana@example.com>",
        "ana @example.com",
        "ana@exämple.com",
        "a" * 320 + "@example.com",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_address(text)
