"""Bills of taxes and utilities, which look like boletos and are none."""

from __future__ import annotations

import pytest

from commerce.payments.boleto.check_digits import modulus_10, modulus_11_of_collection
from commerce.payments.boleto.collection import parse_collection_barcode, parse_collection_line
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from tests.unit.payments.boleto import vectors


def made(value_kind: str, value: int) -> str:
    head, tail = f"83{value_kind}", f"{value:011}{'0' * 28}1"
    check = modulus_10 if value_kind in "67" else modulus_11_of_collection
    return f"{head}{check(head + tail)}{tail}"


def test_a_bill_by_another_hand() -> None:
    bill = parse_collection_line(vectors.COLLECTION_LINE)

    assert bill == parse_collection_barcode(vectors.COLLECTION_BARCODE)
    assert (bill.barcode, bill.line) == (vectors.COLLECTION_BARCODE, vectors.COLLECTION_LINE)
    assert (bill.segment, bill.amount) == ("3", Money(50_960, "BRL"))


@pytest.mark.parametrize(("value_kind", "amount"), [("6", 1234), ("7", None), ("8", 1234), ("9", None)])
def test_both_moduli_and_both_kinds_of_value(value_kind: str, amount: int | None) -> None:
    bill = parse_collection_barcode(made(value_kind, 1234))

    assert bill.amount == (Money(amount, "BRL") if amount else None)
    assert parse_collection_line(bill.line) == bill


def test_grouping_does_not_matter() -> None:
    digits = vectors.COLLECTION_LINE
    grouped = " ".join(f"{digits[at : at + 11]}-{digits[at + 11]}" for at in range(0, 48, 12))

    assert parse_collection_line(grouped).line == digits


@pytest.mark.parametrize("block", range(4))
def test_a_wrong_block_is_named(block: int) -> None:
    place = block * 12 + 11
    wrong = str((int(vectors.COLLECTION_LINE[place]) + 1) % 10)

    with pytest.raises(Unprocessable, match=f"block {block + 1}"):
        parse_collection_line(vectors.COLLECTION_LINE[:place] + wrong + vectors.COLLECTION_LINE[place + 1 :])


def test_a_wrong_general_digit_is_refused_in_either_writing() -> None:
    barcode = vectors.COLLECTION_BARCODE[:3] + "7" + vectors.COLLECTION_BARCODE[4:]
    first = barcode[:11]
    line = f"{first}{modulus_11_of_collection(first)}{vectors.COLLECTION_LINE[12:]}"

    with pytest.raises(Unprocessable, match="general") as refused:
        parse_collection_barcode(barcode)
    assert refused.value.code == "invalid_barcode"
    with pytest.raises(Unprocessable, match="general") as refused:
        parse_collection_line(line)
    assert refused.value.code == "invalid_digitable_line"


@pytest.mark.parametrize(
    "text", ["", vectors.COLLECTION_BARCODE[1:], "23790", f"{vectors.COLLECTION_BARCODE}x", "835" + "0" * 41]
)
def test_what_is_no_bill(text: str) -> None:
    with pytest.raises(Unprocessable):
        parse_collection_barcode(text)
    with pytest.raises(Unprocessable):
        parse_collection_line(text)
