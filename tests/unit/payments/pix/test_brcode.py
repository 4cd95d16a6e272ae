"""Reading BR Codes: what each field says, and where a wrong one is wrong."""

from __future__ import annotations

import pytest

from commerce.payments.pix.brcode import BrCode, parse_brcode
from commerce.payments.pix.tlv import checksum
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.pix import vectors

KEY = "123e4567-e12b-12d1-a456-426655440000"
FIELDS = {
    "00": "01",
    "26": f"0014br.gov.bcb.pix0136{KEY}",
    "52": "0000",
    "53": "986",
    "54": "10.50",
    "58": "BR",
    "59": "Fulano de Tal",
    "60": "BRASILIA",
    "61": "70074900",
    "62": "0508PEDIDO42",
}


def written(fields: dict[str, str] | list[tuple[str, str]]) -> str:
    """These fields with a checksum that is right, whatever else is wrong."""
    pairs = fields.items() if isinstance(fields, dict) else fields
    return closed("".join(f"{tag}{len(value):02}{value}" for tag, value in pairs))


def closed(body: str) -> str:
    return f"{body}6304{checksum(f'{body}6304')}"


def refused(text: str) -> Unprocessable:
    with pytest.raises(Unprocessable) as refusal:
        parse_brcode(text)
    assert refusal.value.code == "invalid_brcode"
    assert KEY not in refusal.value.message
    return refusal.value


@pytest.mark.parametrize(("text", "says"), vectors.ALL.items())
def test_codes_by_other_hands(text: str, says: BrCode) -> None:
    assert parse_brcode(text) == says


def test_every_field() -> None:
    fields = {**FIELDS, "01": "12", "26": f"{FIELDS['26']}0210Dois cafes", "52": "5812"}

    assert parse_brcode(written(dict(sorted(fields.items())))) == BrCode(
        merchant_name="Fulano de Tal",
        merchant_city="BRASILIA",
        key=KEY,
        description="Dois cafes",
        txid="PEDIDO42",
        amount=Money(1050, "BRL"),
        single_use=True,
        merchant_category="5812",
        postal_code="70074900",
    )


def test_the_checksum_is_ccitt_false() -> None:
    assert checksum("123456789") == "29B1"


@pytest.mark.parametrize(
    ("written_as", "cents"), [("10", 1000), ("10.5", 1050), ("0.01", 1), ("9999999999.99", 10**12 - 1)]
)
def test_amounts(written_as: str, cents: int) -> None:
    assert parse_brcode(written({**FIELDS, "54": written_as})).amount == Money(cents, "BRL")


def test_a_key_that_is_a_persons_number_stays_out_of_logs() -> None:
    assert KEY not in repr(parse_brcode(written(FIELDS)))


def test_fields_of_other_schemes_are_passed_over() -> None:
    others = {"02": "4000123456789012", "27": "0007BR.OTHR0101x", "55": "01", "80": "0007BR.OTHR0101x"}

    assert parse_brcode(written({**FIELDS, **others})) == parse_brcode(written(FIELDS))


@pytest.mark.parametrize(
    ("tag", "value", "field"),
    [
        ("00", "02", "00"),
        ("01", "13", "01"),
        ("26", f"0014br.gov.bcb.pux0136{KEY}", "26.00"),
        ("26", f"0136{KEY}", "26.00"),
        ("26", "0014br.gov.bcb.pix", "26"),
        ("26", f"0014br.gov.bcb.pix0136{KEY}2514pix.example/qr", "26"),
        ("26", "0014br.gov.bcb.pix0136123E4567-E12B-12D1-A456-426655440000", "26.01"),
        ("26", "0014br.gov.bcb.pix0114123.456.789-09", "26.01"),
        ("26", f"0014br.gov.bcb.pix0137{KEY}", "26.01"),
        ("26", f"0014br.gov.bcb.pix0136{KEY}0200", "26.02"),
        ("26", f"0014br.gov.bcb.pix0136{KEY}0136{KEY}", "26.01"),
        ("26", "0014br.gov.bcb.pix2522https://pix.example/qr", "26.25"),
        ("52", "000A", "52"),
        ("53", "840", "53"),
        ("54", "0.00", "54"),
        ("54", "10,50", "54"),
        ("54", "-1.00", "54"),
        ("54", "1.005", "54"),
        ("54", "12345678901", "54"),
        ("58", "AR", "58"),
        ("59", "Nome com mais de 25 letras", "59"),
        ("59", "  ", "59"),
        ("60", "Cidade comprida!", "60"),
        ("61", "7007490", "61"),
        ("62", "0503abc0501x", "62.05"),
        ("62", "5003abc", "62.05"),
        ("62", "0509PEDIDO-42", "62.05"),
        ("62", f"0526{'x' * 26}", "62.05"),
        ("62", "0504****", "62.05"),
        ("62", "0509PEDIDO42", "62.05"),
        ("80", "0014br.gov.bcb.pix", "80.25"),
        ("80", "0014br.gov.bcb.pix2505a b/c", "80.25"),
    ],
)
def test_a_wrong_field_is_named_although_the_checksum_is_right(tag: str, value: str, field: str) -> None:
    fields = {"00": FIELDS["00"], **({"01": "11"} if tag == "01" else {}), **FIELDS, tag: value}

    assert refused(written(fields)).details["field"] == field


@pytest.mark.parametrize("tag", ["00", "26", "52", "53", "58", "59", "60", "62"])
def test_a_missing_mandatory_field_is_named(tag: str) -> None:
    refusal = refused(written({name: value for name, value in FIELDS.items() if name != tag}))

    assert refusal.details["field"] == tag
    assert "missing" in refusal.message


def test_a_code_without_a_checksum_is_refused() -> None:
    assert refused(written(FIELDS)[:-8]).details["field"] == "63"


@pytest.mark.parametrize("tag", list(FIELDS))
def test_a_field_that_comes_twice_is_named(tag: str) -> None:
    refusal = refused(written([*FIELDS.items(), (tag, FIELDS[tag])]))

    assert refusal.details["field"] == tag
    assert "twice" in refusal.message


def test_the_format_must_come_first() -> None:
    first, *others = FIELDS.items()

    refusal = refused(written([others[0], first, *others[1:]]))

    assert refusal.details["field"] == "00"
    assert "first" in refusal.message


def test_the_checksum_must_come_last() -> None:
    refusal = refused(f"{written(FIELDS)}8004abcd")

    assert refusal.details["field"] == "63"
    assert "last" in refusal.message


@pytest.mark.parametrize("place", [8, 20, 60, 100])
def test_a_lost_or_added_character_is_refused(place: int) -> None:
    text = written(FIELDS)

    refused(text[:place] + text[place + 1 :])
    refused(f"{text[:place]}0{text[place:]}")


def test_a_length_beyond_the_end_says_how_much_is_left() -> None:
    refusal = refused(closed("000201").replace("6304", "6399"))

    assert (refusal.details["field"], refusal.details["position"]) == ("63", 10)
    assert "99, and 4 characters" in refusal.message


@pytest.mark.parametrize("text", ["", "0", "00x201", "aa0201", "00 201"])
def test_what_is_no_code_at_all(text: str) -> None:
    refused(text)


@pytest.mark.parametrize("strange", ["ã", "\n", "\x7f", "✓"])
def test_only_printable_ascii_may_stand_there(strange: str) -> None:
    text = written(FIELDS).replace("Fulano", f"Ful{strange}no")

    refusal = refused(text)

    assert refusal.details["position"] == text.index(strange)


def test_a_code_is_at_most_as_long_as_a_bank_s_api_takes() -> None:
    refused(written({**FIELDS, **{str(tag): "x" * 99 for tag in range(81, 85)}}))


def test_a_checksum_in_lower_case_is_refused() -> None:
    assert refused(vectors.MANUAL[:-4] + vectors.MANUAL[-4:].lower()).details["field"] == "63"
