"""The codes that the Brazilian sandboxes print, against published examples."""

from __future__ import annotations

import base64
import io
from datetime import date

import pytest
import validate_docbr
import zxingcpp
from PIL import Image

from local.sandboxes.brazil import brcode, pdf, qr, slips, tax_ids


def test_the_check_value_of_crc16_ccitt_false() -> None:
    assert brcode.crc16(b"123456789") == 0x29B1


BCB_MANUAL = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal"
    "6008BRASILIA62070503***63041D3D"
)
BY_LOCATION = (
    "00020101021226480014br.gov.bcb.pix2526pix.example.com/qr/v2/12345204000053039865802BR5913Fulano de Tal"
    "6008Brasilia62070503***6304FC66"
)


@pytest.mark.parametrize("published", [BCB_MANUAL, BY_LOCATION])
def test_the_check_of_published_pix_codes(published: str) -> None:
    assert f"{brcode.crc16(published[:-4].encode()):04X}" == published[-4:]


def test_a_static_code_carries_key_amount_and_txid() -> None:
    code = brcode.static_code(key="k" * 36, cents=1234, name="Loja", city="Sao Paulo", txid="mpqrinter1")
    assert code.startswith("000201" + "26580014br.gov.bcb.pix0136" + "k" * 36 + "520400005303986540512.34")
    assert "5802BR5904Loja6009Sao Paulo62140510mpqrinter16304" in code
    assert f"{brcode.crc16(code[:-4].encode()):04X}" == code[-4:]


def test_a_dynamic_code_names_the_place_of_the_charge() -> None:
    code = brcode.dynamic_code(location="pix.example/qr/1", cents=5, name="n" * 30, city="c" * 20)
    assert code.startswith("000201010212" + "26380014br.gov.bcb.pix2516pix.example/qr/1")
    assert "54040.05" in code
    assert f"5925{'n' * 25}6015{'c' * 15}62070503***6304" in code


@pytest.mark.parametrize(
    ("due", "factor"),
    [
        (date(2000, 7, 3), 1000),
        (date(2025, 2, 21), 9999),
        (date(2025, 2, 22), 1000),
        (date(2027, 11, 18), 1999),
    ],
)
def test_the_factor_of_the_due_date_began_again_in_2025(due: date, factor: int) -> None:
    assert slips.due_factor(due) == factor


@pytest.mark.parametrize(
    ("due", "cents", "free", "code", "line"),
    [
        (
            date(2025, 2, 23),
            200,
            "0001250005663148712345670",
            "23798100100000002000001250005663148712345670",
            "23790001245000566314687123456706810010000000200",
        ),
        (
            date(2027, 11, 18),
            200,
            "0001250007550728812345670",
            "23797199900000002000001250007550728812345670",
            "23790001245000755072188123456704719990000000200",
        ),
    ],
)
def test_published_boletos(due: date, cents: int, free: str, code: str, line: str) -> None:
    assert slips.barcode(bank="237", due=due, cents=cents, free=free) == code
    assert slips.digitable_line(code) == line


def test_each_check_digit_of_a_boleto_is_one_digit_and_never_zero() -> None:
    for cents in range(1, 500):
        code = slips.barcode(bank="237", due=date(2027, 1, 20), cents=cents, free="0" * 25)
        assert (len(code), len(slips.digitable_line(code)), code[4] in "123456789") == (44, 47, True)


def test_check_digits_agree_with_those_of_another_hand() -> None:
    for number in range(60):
        for text, ours, theirs in (
            (f"{number * 7919:09}", tax_ids.is_cpf, validate_docbr.CPF()),
            (f"{number * 104729:08X}0001", tax_ids.is_cnpj, validate_docbr.CNPJ()),
        ):
            ends = [text + f"{end:02}" for end in range(100)]
            assert [end for end in ends if ours(end)] == [end for end in ends if theirs.validate(end)]


@pytest.mark.parametrize("number", ["19119119100", "52998224725"])
def test_valid_cpfs(number: str) -> None:
    assert tax_ids.is_cpf(number)
    assert not tax_ids.is_cpf(f"{number[:-1]}{(int(number[-1]) + 1) % 10}")


@pytest.mark.parametrize("number", ["11222333000181", "12ABC34501DE35"])
def test_valid_cnpjs(number: str) -> None:
    assert tax_ids.is_cnpj(number)
    assert not tax_ids.is_cnpj(f"{number[:-1]}{(int(number[-1]) + 1) % 10}")


@pytest.mark.parametrize("number", ["", "1911911910", "11111111111", "191.191.191-00", "٣" * 11])
def test_what_is_no_cpf(number: str) -> None:
    assert not tax_ids.is_cpf(number)


@pytest.mark.parametrize("number", ["", "00000000000000", "12abc34501de35", "11222333000180"])
def test_what_is_no_cnpj(number: str) -> None:
    assert not tax_ids.is_cnpj(number)


def test_the_picture_carries_the_text() -> None:
    code = brcode.static_code(key="k" * 36, cents=12990, name="Loja", city="Sao Paulo", txid="mpqrinter1")
    picture = Image.open(io.BytesIO(base64.b64decode(qr.png_base64(code), validate=True)))
    assert picture.format == "PNG"
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [code]


def test_the_pdf_points_to_its_own_parts() -> None:
    document = pdf.page(["Boleto (teste)", "R$ 1,00"])
    table = int(document.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert document[table:].startswith(b"xref\n0 6\n")
    for number, row in enumerate(document[table:].split(b"\n")[3:8], start=1):
        assert document[int(row[:10]) :].startswith(b"%d 0 obj" % number)
    assert rb"(Boleto \(teste\)) Tj" in document
