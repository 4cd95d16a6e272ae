"""BR Codes of every kind: nothing is lost on the way, nothing changed gets through, and another library agrees."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pycobranca.pix.payload import PixPayload

from commerce.payments.pix.brcode import BrCode, parse_brcode
from commerce.payments.pix.building import encode, static_code
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.pix import vectors

PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
WORDS = st.text(PRINTABLE, min_size=1).filter(str.strip)
TXIDS = st.none() | st.text(string.ascii_letters + string.digits, min_size=1, max_size=25)
AMOUNTS = st.none() | st.integers(1, 10**12 - 1).map(lambda cents: Money(cents, "BRL"))
KEYS = st.uuids().map(str) | st.sampled_from(
    ["52998224725", "12ABC34501DE35", "+5561912345678", "loja@example.com.br", "a" * 65 + "@example.com"]
)
PATHS = st.text(string.ascii_letters + string.digits + "/-_", min_size=1, max_size=60)
URLS = PATHS.map(lambda path: f"pix.example.com/{path}")


def short(limit: int) -> st.SearchStrategy[str]:
    return WORDS.map(lambda text: text[:limit]).filter(str.strip)


@st.composite
def codes(draw: st.DrawFn) -> BrCode:
    key, url = draw(st.one_of(st.tuples(KEYS, st.none()), st.tuples(st.none(), URLS)))
    return BrCode(
        merchant_name=draw(short(25)),
        merchant_city=draw(short(15)),
        key=key,
        url=url,
        description=draw(st.none() | short(36)) if key and len(key) <= 36 else None,
        txid=draw(TXIDS),
        amount=draw(AMOUNTS),
        single_use=draw(st.booleans()),
        merchant_category=draw(st.from_regex(r"[0-9]{4}", fullmatch=True)),
        postal_code=draw(st.none() | st.from_regex(r"[0-9]{5}-?[0-9]{3}", fullmatch=True)),
        recurrence_url=draw(st.none() | URLS),
    )


@given(codes())
def test_what_is_written_is_read_again(code: BrCode) -> None:
    assert parse_brcode(encode(code)) == code


@given(st.sampled_from(sorted(vectors.ALL)) | codes().map(encode), st.data())
def test_no_changed_character_gets_through(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(PRINTABLE) | st.characters())
    assume(other != text[place])

    with pytest.raises(Unprocessable):
        parse_brcode(text[:place] + other + text[place + 1 :])


@given(st.text() | st.sampled_from(sorted(vectors.ALL)).flatmap(lambda text: st.permutations(text).map("".join)))
def test_nonsense_is_refused_and_nothing_else_happens(text: str) -> None:
    assume(text not in vectors.ALL)

    with pytest.raises(Unprocessable):
        parse_brcode(text)


@given(
    key=KEYS.filter(lambda key: len(key) <= 36),
    name=st.text(string.ascii_letters, min_size=1, max_size=25),
    city=st.text(string.ascii_uppercase, min_size=1, max_size=15),
    cents=st.none() | st.integers(1, 10**12 - 1),
    txid=TXIDS,
    description=st.text(string.ascii_letters, max_size=37),
)
def test_another_library_writes_the_same(
    key: str, name: str, city: str, cents: int | None, txid: str | None, description: str
) -> None:
    theirs = PixPayload(
        chave=key,
        nome=name,
        cidade=city,
        valor=None if cents is None else Decimal(cents).scaleb(-2),
        txid=txid or "***",
        info_adicional=description,
    )

    ours = static_code(
        key,
        merchant_name=name,
        merchant_city=city,
        amount=None if cents is None else Money(cents, "BRL"),
        txid=txid,
        description=description,
    )

    assert ours == theirs.br_code()
