"""The same boletos through two other libraries."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from pycobranca.boleto import linha_digitavel, montar_codigo_barras
from pycobranca.core.datas import fator_vencimento
from pydantic_brasil.boleto import BoletoBancario

from commerce.payments.boleto.codes import format_line, parse_barcode, parse_line
from commerce.payments.boleto.collection import parse_collection_barcode
from commerce.payments.boleto.due_factor import factor_of
from commerce.platform.errors import Unprocessable
from tests.unit.payments.boleto.test_codes import BARCODES
from tests.unit.payments.boleto.test_collection import made as made_bill


@given(BARCODES)
def test_the_line(barcode: str) -> None:
    boleto = parse_barcode(barcode)

    assert linha_digitavel(barcode) == format_line(boleto.line) == BoletoBancario(barcode).linha_digitavel
    assert BoletoBancario(boleto.line).codigo_barras == barcode


@given(BARCODES, st.integers(0, 46), st.sampled_from("0123456789"))
def test_what_we_refuse_others_refuse(barcode: str, place: int, digit: str) -> None:
    line = parse_barcode(barcode).line
    changed = line[:place] + digit + line[place + 1 :]
    assume(changed[0] != "8")  # a bill to them
    assume(changed[3] == "9")  # they do not look at the currency

    assert _is_ours(changed) == _is_theirs(changed)


def _is_ours(line: str) -> bool:
    try:
        parse_line(line)
    except Unprocessable:
        return False
    return True


def _is_theirs(line: str) -> bool:
    try:
        BoletoBancario(line)
    except ValueError:
        return False
    return True


@given(st.dates(date(2000, 7, 3), date(2049, 10, 13)))
def test_the_due_factor(due: date) -> None:
    assert factor_of(due) == f"{int(fator_vencimento(due)):04}"


@given(st.integers(0, 10**11 - 1), st.sampled_from("6789"))
def test_the_line_of_a_bill(value: int, kind: str) -> None:
    barcode = made_bill(kind, value)

    theirs = BoletoBancario(barcode).linha_digitavel

    assert parse_collection_barcode(barcode).line == theirs.replace(" ", "")


@given(BARCODES, st.integers(0, 5000))
def test_the_barcode(barcode: str, days: int) -> None:
    due = date(2025, 2, 22) + timedelta(days=days)
    boleto = parse_barcode(barcode)

    theirs = montar_codigo_barras(boleto.bank, int(factor_of(due)), int(barcode[9:19]), barcode[19:])

    assert parse_barcode(theirs).due_date(reference=due) == due
