"""Where a charge has the code that a buyer pays."""

from __future__ import annotations

import pytest

from commerce.payments.gateways.bacen.codes import code_of
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.pix.brcode import parse_brcode
from tests.unit.payments.bacen.objects import Json, charge
from tests.unit.payments.pix.codes import CODE, LOCATION


def merchant() -> tuple[str, str]:
    return "Loja São João", "São Paulo"


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
