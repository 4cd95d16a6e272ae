"""The code that a buyer pays: read before it is shown."""

from __future__ import annotations

import pytest

from commerce.payments.gateways.bacen.codes import Code, code_of, judge
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.pix import tlv
from commerce.payments.pix.brcode import parse_brcode
from tests.unit.payments.bacen.objects import CODE, LOCATION, Json, charge

SAMPLE = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"  # noqa: E501
"""Manual de Padrões para Iniciação do Pix, BR Code."""


def merchant() -> tuple[str, str]:
    return "Loja São João", "São Paulo"


def resealed(text: str) -> str:
    """With the checksum that fits."""
    return text[:-4] + tlv.checksum(text[:-4])


def with_amount(value: str) -> str:
    return resealed(CODE.replace("5303986", f"530398654{len(value):02}{value}"))


@pytest.mark.parametrize("text", [CODE, SAMPLE])
def test_a_good_code_is_taken_as_it_is(text: str) -> None:
    assert judge(text) == Code(text)


@pytest.mark.parametrize(
    ("text", "centavos"), [("129.90", 12_990), ("129.9", 12_990), ("129", 12_900), ("0.00", None), ("abc", None)]
)
def test_the_amount_that_a_code_names_itself(text: str, centavos: int | None) -> None:
    assert judge(with_amount(text)).amount == centavos


@pytest.mark.parametrize(
    "odd",
    [
        resealed(CODE.replace("5912Loja Exemplo", "5930" + "L" * 30)),
        CODE[:-4] + CODE[-4:].lower(),
        resealed(CODE.replace("62070503***", "62090505a-b_c")),
        resealed(CODE.replace("010212", "010213")),
    ],
)
def test_what_only_a_strict_reader_objects_to_is_shown_and_counted(odd: str) -> None:
    assert judge(odd) == Code(odd, odd=True)


@pytest.mark.parametrize(
    "none",
    [
        "",
        "https://pix.bank.example/qr/v2/1",
        CODE[:-1],
        CODE[:-4] + "0000",
        CODE.replace("Loja", "Lojx"),
        resealed(CODE.replace("5912", "5913")),
        CODE[:-8],
    ],
)
def test_what_no_app_would_read_is_no_code(none: str) -> None:
    with pytest.raises(ValueError, match=r"BR Code|checksum"):
        judge(none)


@pytest.mark.parametrize(
    ("bank", "field"),
    [("bb", "textoImagemQRcode"), ("sicoob", "brcode"), ("bradesco", "emv"), ("efi", "pixCopiaECola")],
)
def test_banks_have_their_own_names_for_it(bank: str, field: str) -> None:
    shown = {**charge(pixCopiaECola=None, location=None), field: f" {CODE}\n"}
    assert code_of(shown, PROFILES[bank].code_fields, merchant).text == CODE


@pytest.mark.parametrize(
    "where",
    [{"location": LOCATION}, {"location": f"https://{LOCATION}"}, {"location": None, "loc": {"location": LOCATION}}],
)
def test_where_there_is_only_a_location_the_code_is_made_of_it(where: Json) -> None:
    made = code_of(charge(pixCopiaECola=None, **where), ("pixCopiaECola",), merchant)
    read = parse_brcode(made.text)
    assert (read.url, read.merchant_name, read.merchant_city) == (LOCATION, "Loja Sao Joao", "Sao Paulo")
    assert read.amount is None


@pytest.mark.parametrize("where", [{"location": None}, {"location": "x" * 90}, {"location": "not a place"}])
def test_where_there_is_neither_there_is_nothing_to_pay(where: Json) -> None:
    with pytest.raises(ValueError, match="location"):
        code_of(charge(pixCopiaECola=None, **where), ("pixCopiaECola",), merchant)
