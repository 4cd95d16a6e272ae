"""Making BR Codes: what is made can be read, and says what was asked for."""

from __future__ import annotations

import pytest

from commerce.payments.pix.brcode import BrCode, parse_brcode
from commerce.payments.pix.building import dynamic_code, encode, static_code
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.pix import vectors

KEY = "123e4567-e12b-12d1-a456-426655440000"


def test_the_manual_s_static_code() -> None:
    assert static_code(KEY, merchant_name="Fulano de Tal", merchant_city="BRASILIA") == vectors.MANUAL


def test_a_dynamic_code_of_another_library() -> None:
    url = "pix.example.com/qr/v2/1234"

    assert dynamic_code(url, merchant_name="Fulano de Tal", merchant_city="Brasilia") == vectors.DYNAMIC


@pytest.mark.parametrize(("text", "says"), vectors.LOWER_CASE.items())
def test_what_was_read_is_written_the_same_again(text: str, says: BrCode) -> None:
    assert encode(says) == text


def test_a_static_code_with_everything() -> None:
    text = static_code(
        "+5561912345678",
        merchant_name="Padaria São João & Irmãos Ltda",
        merchant_city="São José do Rio Preto",
        amount=Money(123_456, "BRL"),
        txid="PEDIDO42",
        description="Pão de queijo \N{EM DASH} 2 dúzias",
        postal_code="15015-110",
    )

    assert parse_brcode(text) == BrCode(
        merchant_name="Padaria Sao Joao & Irmaos",
        merchant_city="Sao Jose do Rio",
        key="+5561912345678",
        description="Pao de queijo - 2 duzias",
        txid="PEDIDO42",
        amount=Money(123_456, "BRL"),
        postal_code="15015-110",
    )
    assert "5407" + "1234.56" in text


@pytest.mark.parametrize(("key", "room"), [(KEY, 37), ("52998224725", 62), (f"{'a' * 65}@example.com", 0)])
def test_a_description_is_cut_to_what_the_key_leaves(key: str, room: int) -> None:
    code = parse_brcode(static_code(key, merchant_name="Loja", merchant_city="Recife", description="x" * 100))

    assert len(code.description or "") == room


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": "529.982.247-25"}, "26.01"),
        ({"key": "52998224726"}, "26.01"),
        ({"merchant_name": "東京"}, "59"),
        ({"merchant_city": " "}, "60"),
        ({"amount": Money(0, "BRL")}, "54"),
        ({"amount": Money(-5, "BRL")}, "54"),
        ({"amount": Money(10**12, "BRL")}, "54"),
        ({"amount": Money(500, "USD")}, "54"),
        ({"txid": "pedido-42"}, "62.05"),
        ({"txid": "x" * 26}, "62.05"),
        ({"postal_code": "1501511"}, "61"),
    ],
)
def test_no_code_is_made_of_a_wrong_value(values: dict[str, object], field: str) -> None:
    given = {"key": KEY, "merchant_name": "Loja", "merchant_city": "Recife", **values}

    with pytest.raises(Unprocessable) as refused:
        static_code(**given)  # type: ignore[arg-type]

    assert refused.value.details["field"] == field
    assert str(given["key"]) not in refused.value.message


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("https://pix.example.com/qr/1", "26.25"),
        ("pix.example.com", "26.25"),
        ("pix.example.com/a b", "26.25"),
        (f"pix.example.com/{'q' * 62}", "26"),
        ("", "25"),
    ],
)
def test_a_url_must_be_as_the_bank_gives_it(url: str, field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        dynamic_code(url, merchant_name="Loja", merchant_city="Recife")

    assert refused.value.details["field"] == field


def test_the_longest_url_that_fits() -> None:
    url = f"pix.example.com/{'q' * 61}"

    assert len(url) == 77
    assert parse_brcode(dynamic_code(url, merchant_name="Loja", merchant_city="Recife")).url == url
