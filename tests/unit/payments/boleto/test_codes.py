"""Barcode and digitable line of a boleto: read, checked, turned into each other."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.boleto.check_digits import modulus_11_of_boleto
from commerce.payments.boleto.codes import Boleto, format_line, parse_barcode, parse_line
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.boleto import vectors

READ_ON = date(2025, 1, 15)
LINE, BARCODE, *_ = vectors.BOLETOS[0]


def made(bank: int, factor: int, cents: int, free: int) -> str:
    """A barcode with these parts."""
    head, tail = f"{bank:03}9", f"{factor:04}{cents:010}{free:025}"
    return f"{head}{modulus_11_of_boleto(head + tail)}{tail}"


BARCODES = st.builds(
    made, st.integers(1, 799), st.integers(1000, 9999), st.integers(0, 10**10 - 1), st.integers(0, 10**25 - 1)
)


@pytest.mark.parametrize(("line", "barcode", "due", "cents"), vectors.BOLETOS)
def test_boletos_by_other_hands(line: str, barcode: str, due: date | None, cents: int | None) -> None:
    boleto = parse_line(line)

    assert boleto == parse_barcode(barcode)
    assert boleto.barcode == barcode
    assert boleto.line == "".join(filter(str.isdigit, line))
    assert boleto.bank == barcode[:3]
    assert boleto.due_date(reference=READ_ON) == due
    assert boleto.amount == (Money(cents, "BRL") if cents else None)


def test_the_line_as_people_read_it() -> None:
    assert format_line(parse_barcode(BARCODE).line) == LINE


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (vectors.WRONG_GENERAL_DIGIT, "general check digit"),
        (LINE[:-1], "has 46"),
        (f"{LINE}0", "has 48"),
        ("", "has 0"),
        (LINE.replace("2", "²", 1), "digits only"),
        (LINE.replace("23790", "2379O"), "digits only"),
        ("23791" + LINE[5:], "field 1"),
        (LINE.replace("50005", "50006"), "field 2"),
        (LINE.replace("87123", "87124"), "field 3"),
        (vectors.COLLECTION_LINE, "has 48"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(line: str, why: str) -> None:
    with pytest.raises(Unprocessable, match=why) as refused:
        parse_line(line)

    assert refused.value.code == "invalid_digitable_line"
    assert refused.value.details == {"field": "digitable_line"}


@pytest.mark.parametrize(
    ("barcode", "why"),
    [
        (BARCODE[:-1], "has 43"),
        (f"{BARCODE}0", "has 45"),
        (BARCODE[:-1] + "x", "digits only"),
        (BARCODE[:4] + "7" + BARCODE[5:], "general check digit"),
        (BARCODE[:3] + "0" + BARCODE[4:], "BRL"),
        (vectors.COLLECTION_BARCODE, "tax or utility"),
    ],
)
def test_a_wrong_barcode_says_what_is_wrong(barcode: str, why: str) -> None:
    with pytest.raises(Unprocessable, match=why) as refused:
        parse_barcode(barcode)

    assert refused.value.code == "invalid_barcode"


@given(BARCODES)
def test_there_and_back(barcode: str) -> None:
    boleto = parse_barcode(barcode)

    assert parse_line(boleto.line) == boleto
    assert parse_line(format_line(boleto.line)) == boleto
    assert barcode[4] != "0"


@given(BARCODES, st.randoms(use_true_random=False))
def test_one_wrong_digit_of_a_line_is_noticed(barcode: str, chance: random.Random) -> None:
    line = parse_barcode(barcode).line
    place = chance.randrange(32)
    wrong = line[:place] + chance.choice("0123456789".replace(line[place], "")) + line[place + 1 :]

    with pytest.raises(Unprocessable):
        parse_line(wrong)


def test_a_slip_may_leave_amount_and_due_date_open() -> None:
    boleto = parse_barcode(made(237, 0, 0, 1))

    assert isinstance(boleto, Boleto)
    assert (boleto.amount, boleto.due_date(reference=READ_ON)) == (None, None)
