"""The BR Code in a charge, taken apart with nothing but its definition."""

from __future__ import annotations

import pytest

from commerce.payments.pix.brcode import parse_brcode
from local.sandboxes.pix_bank.brcode import checksum, dynamic_code
from tests.unit.sandboxes.pix_bank.support import COBV, TXID, Desk


def fields(code: str) -> dict[str, str]:
    found = {}
    while code:
        tag, length = code[:2], int(code[2:4])
        found[tag], code = code[4 : 4 + length], code[4 + length :]
    return found


def test_the_checksum_is_crc16_ccitt_false() -> None:
    assert checksum(b"123456789") == 0x29B1


@pytest.mark.parametrize("kind", ["cob", "cobv"])
def test_the_code_leads_to_the_charge(desk: Desk, kind: str) -> None:
    made = desk.cob().json() if kind == "cob" else desk.call("PUT", f"/cobv/{TXID}", COBV).json()
    code = made["pixCopiaECola"]
    outer = fields(code)
    assert [outer[tag] for tag in ("00", "01", "52", "53", "58")] == ["01", "12", "0000", "986", "BR"]
    assert fields(outer["26"]) == {"00": "br.gov.bcb.pix", "25": made["location"]}
    assert fields(outer["62"]) == {"05": "***"}
    assert list(outer)[-1] == "63"
    assert outer["63"] == f"{checksum(code[:-4].encode()):04X}"
    assert "://" not in made["location"]


def test_the_products_strict_parser_reads_the_same(desk: Desk) -> None:
    made = desk.cob().json()
    read = parse_brcode(made["pixCopiaECola"])
    assert (read.url, read.txid, read.single_use) == (made["location"], None, True)
    assert (read.merchant_name, read.merchant_city) == ("Loja Exemplo", "SAO PAULO")


def test_long_names_are_cut_and_a_long_address_is_refused() -> None:
    outer = fields(dynamic_code("pix.example/1", "L" * 30, "C" * 20))
    assert (outer["59"], outer["60"]) == ("L" * 25, "C" * 15)
    with pytest.raises(ValueError, match="26"):
        dynamic_code("x" * 78, "Loja", "Recife")
