from __future__ import annotations

import base64
import json
from datetime import date, datetime
from typing import Any

import pytest

from local.sandboxes.brazil.brcode import crc16
from local.sandboxes.brazil.slips import due_factor
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN
from tests.unit.sandboxes.mercado_pago.support import ADDRESS, BASE, PAYER, Bench, causes

HEADERS = {"Authorization": f"Bearer {ACCESS_TOKEN}", "X-Idempotency-Key": "k"}


def test_a_pix_is_pending_with_a_code_and_its_picture(bench: Bench) -> None:
    made = bench.pix()
    assert (made["status"], made["status_detail"]) == ("pending", "pending_waiting_transfer")
    assert (made["payment_type_id"], made["currency_id"], made["live_mode"]) == ("bank_transfer", "BRL", False)
    assert (made["transaction_amount"], made["date_approved"]) == (129.9, None)
    data = made["point_of_interaction"]["transaction_data"]
    assert "5406129.90" in data["qr_code"]
    assert f"mpqrinter{made['id']}" in data["qr_code"]
    assert f"{crc16(data['qr_code'][:-4].encode()):04X}" == data["qr_code"][-4:]
    assert base64.b64decode(data["qr_code_base64"], validate=True).startswith(b"\x89PNG")
    assert data["e2e_id"] is None
    assert bench.get(made) == made


def test_a_boleto_carries_amount_and_due_date(bench: Bench) -> None:
    made = bench.boleto()
    assert (made["status_detail"], made["payment_type_id"]) == ("pending_waiting_payment", "ticket")
    code = made["barcode"]["content"]
    assert (len(code), code[:4]) == (44, "2379")
    assert code[5:19] == f"{due_factor(date(2027, 1, 20))}0000012990"
    assert made["transaction_details"]["barcode"]["content"] == code
    line = made["transaction_details"]["digitable_line"]
    assert (len(line), line[32:]) == (47, code[4:19])


def test_the_due_date_is_the_one_in_brasilia(bench: Bench) -> None:
    late_in_manaus = bench.boleto(date_of_expiration="2027-01-20T23:30:00.000-04:00")
    assert late_in_manaus["barcode"]["content"][5:9] == str(due_factor(date(2027, 1, 21)))


def test_a_pending_payment_already_shows_the_amount_as_paid_in_total(bench: Bench) -> None:
    details = bench.boleto()["transaction_details"]
    assert (details["total_paid_amount"], details["net_received_amount"]) == (129.9, 0)


def test_the_ticket_is_a_pdf_or_a_page_without_a_key(bench: Bench) -> None:
    path = f"/payments/{bench.boleto()['id']}/ticket"
    answer = bench.session.get(BASE + path)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    made = bench.pix()
    page = bench.session.get(f"{BASE}/payments/{made['id']}/ticket")
    assert made["point_of_interaction"]["transaction_data"]["qr_code_base64"] in page.text
    assert bench.session.get(f"{BASE}/payments/1/ticket").status_code == 404


def test_metadata_comes_back_in_snake_case(bench: Bench) -> None:
    assert bench.pix(metadata={"orderId": "o", "order_id": "order-1"})["metadata"] == {"order_id": "order-1"}


def test_without_an_expiry_a_pix_lives_for_a_day(bench: Bench) -> None:
    made = bench.pix()
    lifetime = datetime.fromisoformat(made["date_of_expiration"]) - datetime.fromisoformat(made["date_created"])
    assert lifetime.total_seconds() == 86_400


@pytest.mark.parametrize(("amount", "text"), [(100, b"100,"), (0.01, b"0.01,"), (1234567.89, b"1234567.89,")])
def test_amounts_are_shown_as_exact_numbers(bench: Bench, amount: float, text: bytes) -> None:
    made = bench.pix(transaction_amount=amount)
    raw = bench.call("GET", f"/v1/payments/{made['id']}").content
    assert b'"transaction_amount":' + text in raw


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"transaction_amount": None}, 4002),
        ({"transaction_amount": "129.90"}, 4003),
        ({"transaction_amount": True}, 4003),
        ({"transaction_amount": 129.901}, 4037),
        ({"transaction_amount": 0}, 4037),
        ({"transaction_amount": -1}, 4037),
        ({"payment_method_id": None}, 4001),
        ({"payment_method_id": "visa"}, 3028),
        ({"payer": {**PAYER, "address": "at home"}}, 4006),
        ({"payer": {}}, 4050),
        ({"payer": {**PAYER, "email": "maria"}}, 4050),
        ({"payer": {**PAYER, "email": f"{'m' * 250}@e.com"}}, 4051),
        ({"payer": {**PAYER, "cpf": "1"}}, 8),
        ({"payer": {**PAYER, "identification": {"type": "CPF", "number": "19119119101"}}}, 2067),
        ({"payer": {**PAYER, "identification": {"type": "CPF", "number": "191.191.191-00"}}}, 2067),
        ({"payer": {**PAYER, "identification": {"type": "RG", "number": "1"}}}, 4006),
        ({"date_of_expiration": "2027-01-16"}, 23),
        ({"date_of_expiration": "2027-01-16T12:00:00Z"}, 23),
        ({"date_of_expiration": "2027-13-16T12:00:00.000-03:00"}, 23),
        ({"date_of_expiration": "2027-01-15T11:59:00.000-03:00"}, 7523),
        ({"date_of_expiration": "2027-02-15T12:00:00.000-03:00"}, 7523),
        ({"notification_url": "http://store.test/hook"}, 4020),
        ({"notification_url": f"https://store.test/{'h' * 500}"}, 4021),
        ({"metadata": []}, 4022),
        ({"installments": 2}, 4033),
        ({"external_reference": "r" * 257}, 1),
        ({"amount": 1}, 8),
        ({"additional_info": {"shoes": []}}, 8),
    ],
)
def test_what_is_wrong_is_named_by_its_code(bench: Bench, fields: dict[str, Any], code: int) -> None:
    body = {"transaction_amount": 129.9, "payment_method_id": "pix", "payer": PAYER, **fields}
    assert causes(bench.call("POST", "/v1/payments", body)) == [code]
    assert bench.box.books() == {"orders": {}, "violations": []}


def test_every_cause_is_told_at_once(bench: Bench) -> None:
    answer = bench.call("POST", "/v1/payments", {"transaction_amount": 1, "payer": {"email": "m"}, "shoes": 1})
    assert sorted(causes(answer)) == [8, 4001, 4050]
    first = answer.json()["cause"][0]
    assert (answer.json()["message"], answer.json()["error"]) == (first["description"], "bad_request")


@pytest.mark.parametrize("name", sorted(ADDRESS))
def test_a_boleto_needs_the_whole_address(bench: Bench, name: str) -> None:
    address = {key: value for key, value in ADDRESS.items() if key != name}
    body = {"transaction_amount": 1, "payment_method_id": "bolbradesco", "payer": {**PAYER, "address": address}}
    answer = bench.call("POST", "/v1/payments", body)
    assert causes(answer) == [4006]
    assert answer.json()["message"] == f"payer.address.{name} attribute can't be null"


@pytest.mark.parametrize("name", ["first_name", "last_name", "identification"])
def test_a_boleto_needs_to_know_who_pays(bench: Bench, name: str) -> None:
    payer = {key: value for key, value in {**PAYER, "address": ADDRESS}.items() if key != name}
    body = {"transaction_amount": 1, "payment_method_id": "bolbradesco", "payer": payer}
    assert causes(bench.call("POST", "/v1/payments", body)) == [4006]


@pytest.mark.parametrize(("name", "value"), [("zip_code", "123"), ("federal_unit", "XX")])
def test_an_address_must_be_possible(bench: Bench, name: str, value: str) -> None:
    payer = {**PAYER, "address": {**ADDRESS, name: value}}
    body = {"transaction_amount": 1, "payment_method_id": "bolbradesco", "payer": payer}
    assert causes(bench.call("POST", "/v1/payments", body)) == [4006]


def test_a_company_pays_with_a_cnpj_that_may_hold_letters(bench: Bench) -> None:
    company = {**PAYER, "identification": {"type": "CNPJ", "number": "12ABC34501DE35"}}
    assert bench.pix(payer=company)["payer"]["identification"]["number"] == "12ABC34501DE35"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"'])
def test_a_body_that_is_no_json_object_is_refused(bench: Bench, raw: bytes) -> None:
    headers = {**HEADERS, "Content-Type": "application/json"}
    assert causes(bench.session.post(f"{BASE}/v1/payments", data=raw, headers=headers)) == [1]


def test_another_content_type_is_refused(bench: Bench) -> None:
    answer = bench.session.post(f"{BASE}/v1/payments", data=json.dumps({}), headers=HEADERS)
    assert causes(answer) == [1]
