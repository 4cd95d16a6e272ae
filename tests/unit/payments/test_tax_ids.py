"""CPF and CNPJ as people type them."""

from __future__ import annotations

import pytest

from commerce.payments.tax_ids import TaxId, TaxIdKind, parse_tax_id
from commerce.platform.errors import Unprocessable

FIELD = "payer.tax_id"


@pytest.mark.parametrize(
    ("text", "kind", "digits"),
    [
        ("529.982.247-25", TaxIdKind.CPF, "52998224725"),
        (" 52998224725 ", TaxIdKind.CPF, "52998224725"),
        ("012.345.678-90", TaxIdKind.CPF, "01234567890"),
        ("16.727.230/0001-97", TaxIdKind.CNPJ, "16727230000197"),
        ("00.000.000/0001-91", TaxIdKind.CNPJ, "00000000000191"),
        ("12.ABC.345/01DE-35", TaxIdKind.CNPJ, "12ABC34501DE35"),
        ("12abc34501de35", TaxIdKind.CNPJ, "12ABC34501DE35"),
    ],
)
def test_numbers_are_known_with_and_without_punctuation(text: str, kind: TaxIdKind, digits: str) -> None:
    assert parse_tax_id(text, field=FIELD) == TaxId(kind, digits)


@pytest.mark.parametrize(
    "text",
    [
        "529.982.247-26",
        "111.111.111-11",
        "16.727.230/0001-98",
        "00000000000000",
        "12.ABC.345/01DE-36",
        "12.ABD.345/01DE-35",
        "12ABC34501DEA5",
        "5299822472",
        "529982247255",
        "52998224725x",
        "\N{FULLWIDTH DIGIT FIVE}2998224725",
        "529_982_247_25",
        "",
        "   ",
        "o meu",
    ],
)
def test_others_are_refused_with_the_field_s_name_and_without_the_number(text: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        parse_tax_id(text, field=FIELD)

    assert refused.value.code == "invalid_tax_id"
    assert refused.value.details == {"field": FIELD}
    assert refused.value.message.startswith(FIELD)
    assert not text.strip() or text.strip() not in refused.value.message


@pytest.mark.parametrize("number", ["52998224725", "16727230000197"])
def test_one_wrong_digit_is_noticed(number: str) -> None:
    for place, right in enumerate(number):
        for digit in "0123456789".replace(right, ""):
            with pytest.raises(Unprocessable):
                parse_tax_id(number[:place] + digit + number[place + 1 :], field=FIELD)


def test_the_number_stays_out_of_logs() -> None:
    assert "52998224725" not in repr(parse_tax_id("52998224725", field=FIELD))
