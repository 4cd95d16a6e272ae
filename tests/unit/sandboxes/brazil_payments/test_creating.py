from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from local.sandboxes.brazil.brcode import crc16
from local.sandboxes.brazil.slips import due_factor
from local.sandboxes.brazil_payments.contract import API_KEY
from tests.unit.sandboxes.brazil_payments.support import ADDRESS, BASE, BOLETO, PAYER, PIX, Bench, code_of, fields_of


def test_a_pix_has_exactly_the_fields_of_the_contract(bench: Bench) -> None:
    made = bench.pix()
    assert set(made) == {"id", "qr_code_base64", "pix_code", "expires_at"}
    assert made["expires_at"] == "2027-01-15T15:30:00.000Z"
    assert "5406129.90" in made["pix_code"]
    assert f"{crc16(made['pix_code'][:-4].encode()):04X}" == made["pix_code"][-4:]
    assert base64.b64decode(made["qr_code_base64"], validate=True).startswith(b"\x89PNG")


def test_a_boleto_has_exactly_the_fields_of_the_contract(bench: Bench) -> None:
    made = bench.boleto()
    assert set(made) == {"id", "barcode", "digitable_line", "pdf_url", "due_date"}
    assert (made["due_date"], len(made["barcode"]), len(made["digitable_line"])) == ("2027-01-20", 44, 47)
    assert made["barcode"][5:19] == f"{due_factor(date(2027, 1, 20))}0000012990" == made["digitable_line"][33:]


def test_the_pdf_is_there_for_whoever_has_the_link(bench: Bench) -> None:
    made = bench.boleto()
    assert made["pdf_url"] == f"https://api.brazil-payments.test/boletos/{made['id']}.pdf"
    answer = bench.session.get(f"{BASE}/boletos/{made['id']}.pdf")
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert made["digitable_line"].encode() in answer.content
    assert bench.session.get(f"{BASE}/boletos/{bench.pix()['id']}.pdf").status_code == 404
    assert bench.session.get(f"{BASE}/boletos/bol_1.pdf").status_code == 404


def test_a_boleto_may_be_due_today_in_brasilia(bench: Bench) -> None:
    bench.box.advance(10 * 3600)
    assert bench.boleto(due_date="2027-01-15")["due_date"] == "2027-01-15"
    bench.box.advance(2 * 3600)
    assert fields_of(bench.call("POST", "/boleto/generate", {**BOLETO, "due_date": "2027-01-15"})) == ["due_date"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 129.9),
        ("amount", 129),
        ("amount", "129.9"),
        ("amount", "129,90"),
        ("amount", "0.00"),
        ("amount", "-1.00"),
        ("amount", "0129.90"),
        ("amount", None),
        ("description", ""),
        ("description", "d" * 141),
        ("description", 1),
        ("expiration_minutes", 0),
        ("expiration_minutes", 43_201),
        ("expiration_minutes", True),
        ("expiration_minutes", "30"),
        ("merchant_id", None),
        ("payer", "Maria"),
        ("payer", None),
        ("shoes", 1),
    ],
)
def test_a_wrong_field_of_a_pix_is_named(bench: Bench, field: str, value: Any) -> None:
    assert fields_of(bench.call("POST", "/pix/qrcode", {**PIX, field: value})) == [field]
    assert bench.box.state.all == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tax_id", "19119119101"),
        ("tax_id", "191.191.191-00"),
        ("tax_id", None),
        ("name", " "),
        ("email", "maria"),
        ("address", ADDRESS),
    ],
)
def test_a_wrong_field_of_the_payer_is_named(bench: Bench, name: str, value: Any) -> None:
    answer = bench.call("POST", "/pix/qrcode", {**PIX, "payer": {**PAYER, name: value}})
    assert fields_of(answer) == [f"payer.{name}"]


@pytest.mark.parametrize("field", ["due_date", "instructions", "amount"])
def test_a_boleto_needs_every_field(bench: Bench, field: str) -> None:
    body = {key: value for key, value in BOLETO.items() if key != field}
    assert fields_of(bench.call("POST", "/boleto/generate", body)) == [field]


@pytest.mark.parametrize("due", ["20/01/2027", "2027-02-30", "2027-01-14", 20270120])
def test_a_due_date_must_be_possible(bench: Bench, due: Any) -> None:
    assert fields_of(bench.call("POST", "/boleto/generate", {**BOLETO, "due_date": due})) == ["due_date"]


@pytest.mark.parametrize(
    ("name", "value"), [("zip_code", "01310-100"), ("state", "Sp"), ("street", None), ("city", ""), ("country", "BR")]
)
def test_a_wrong_field_of_the_address_is_named(bench: Bench, name: str, value: Any) -> None:
    payer = {**PAYER, "address": {**ADDRESS, name: value}}
    answer = bench.call("POST", "/boleto/generate", {**BOLETO, "payer": payer})
    assert fields_of(answer) == [f"payer.address.{name}"]


def test_every_flaw_is_told_at_once(bench: Bench) -> None:
    answer = bench.call("POST", "/pix/qrcode", {**PIX, "amount": 1, "payer": {"name": "M", "tax_id": "1"}})
    assert fields_of(answer) == ["amount", "payer.email", "payer.tax_id"]


def test_the_address_may_have_a_complement(bench: Bench) -> None:
    bench.boleto(payer={**PAYER, "tax_id": "12ABC34501DE35", "address": {**ADDRESS, "complement": "ap. 12"}})


@pytest.mark.parametrize("path", ["/pix/qrcode", "/boleto/generate"])
def test_only_json_objects_are_read(bench: Bench, path: str) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    assert code_of(bench.session.post(BASE + path, data={"a": "b"}, headers=headers))[0] == 415
    assert code_of(bench.call("POST", path, ["x"]))[0] == 422


def test_keys_and_merchants_must_fit(bench: Bench) -> None:
    assert code_of(bench.call("POST", "/pix/qrcode", PIX, token="other")) == (401, "unauthorized")
    assert code_of(bench.call("GET", "/transactions/x", token="other")) == (401, "unauthorized")
    assert code_of(bench.session.get(f"{BASE}/transactions/x")) == (401, "unauthorized")
    answer = bench.call("POST", "/pix/qrcode", {**PIX, "merchant_id": "other"})
    assert code_of(answer) == (403, "wrong_merchant")


def test_what_is_unknown_is_said(bench: Bench) -> None:
    assert code_of(bench.call("GET", "/transactions/pix_1")) == (404, "not_found")
    assert bench.call("DELETE", "/transactions/pix_1").status_code == 501


def test_links_lead_to_where_the_sandbox_was_called(bench: Bench) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Host": "127.0.0.1:8080"}
    made = bench.session.post(f"{BASE}/boleto/generate", json=BOLETO, headers=headers).json()
    assert made["pdf_url"] == f"http://127.0.0.1:8080/boletos/{made['id']}.pdf"
