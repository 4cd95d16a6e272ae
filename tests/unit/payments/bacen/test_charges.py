"""What the bank is asked for."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.orders.model import Address
from commerce.payments.gateways.bacen.charges import charge_body, devolucao_id, is_digest, refund_body, refund_noted_in
from commerce.payments.gateways.bacen.txids import is_ours, kind_of, names, txid_of
from commerce.payments.payer import Payer
from commerce.platform.errors import ProviderRefused
from tests.builders import PRICE, order_terms
from tests.unit.payments.bacen.objects import KEY
from tests.unit.payments.bacen.rig import PAYER, TERMS, sent_refund, start_payment

DUE = date(2026, 11, 30)
IDS = st.text(string.ascii_letters + string.digits + "_-.", min_size=1, max_size=64)


def test_a_charge_names_order_payment_payer_and_amount() -> None:
    assert charge_body(start_payment(), TERMS, KEY) == {
        "calendario": {"expiracao": 1800},
        "devedor": {"cpf": "39053344705", "nome": "Ana Souza"},
        "valor": {"original": "129.90"},
        "chave": KEY,
        "solicitacaoPagador": "Pedido order-1",
        "infoAdicionais": [{"nome": "Pedido", "valor": "order-1"}, {"nome": "Pagamento", "valor": "pay_1"}],
    }


def test_a_company_pays_with_its_cnpj_also_with_letters() -> None:
    body = charge_body(start_payment(payer=Payer("Ana Souza Ltda", "12ABC34501DE35", "a@example.com")), TERMS, KEY)
    assert body["devedor"] == {"cnpj": "12ABC34501DE35", "nome": "Ana Souza Ltda"}


def test_neither_mail_nor_phone_goes_to_the_bank() -> None:
    body = str(charge_body(start_payment(due_date=DUE), TERMS, KEY))
    assert "@" not in body
    assert "+55" not in body


def test_a_due_date_is_a_calendar_and_needs_a_payer() -> None:
    body = charge_body(start_payment(due_date=DUE), TERMS, KEY)
    assert body["calendario"] == {"dataDeVencimento": "2026-11-30", "validadeAposVencimento": 0}
    with pytest.raises(ProviderRefused) as refusal:
        charge_body(start_payment(due_date=DUE, payer=None), TERMS, KEY)
    assert refusal.value.code == "payer_required"
    assert "devedor" not in charge_body(start_payment(payer=None), TERMS, KEY)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"country": "US"}, {}),
        ({"state": None, "postal_code": "1310"}, {"logradouro": "Rua das Flores, 100", "cidade": "São Paulo"}),
        (
            {"number": None, "state": "São Paulo"},
            {"logradouro": "Rua das Flores", "cidade": "São Paulo", "cep": "01310100"},
        ),
    ],
)
def test_of_an_address_goes_what_fits(changes: dict[str, Any], sent: dict[str, str]) -> None:
    address = replace(TERMS.shipping_address, **changes)
    body = charge_body(start_payment(due_date=DUE), order_terms(shipping_address=address), KEY)
    assert body["devedor"] == {"cpf": "39053344705", "nome": "Ana Souza", **sent}


def test_the_payers_own_address_comes_first() -> None:
    home = Address("Rua B", "Recife", "BR", "50000-000", state="PE")
    body = charge_body(start_payment(due_date=DUE, payer=replace(PAYER, address=home)), TERMS, KEY)
    assert (body["devedor"]["cidade"], body["devedor"]["cep"]) == ("Recife", "50000000")


@pytest.mark.invariant("PAY-02")
def test_a_txid_follows_from_the_payment_and_tells_its_kind() -> None:
    immediate, dated = txid_of("pay_1", by_date=False), txid_of("pay_1", by_date=True)
    assert (kind_of(immediate), kind_of(dated)) == ("cob", "cobv")
    assert immediate != txid_of("pay_2", by_date=False)
    assert is_ours(immediate)
    assert is_ours(dated)
    assert names(immediate, "pay_1")
    assert names(dated, "pay_1")
    assert not names(immediate, "pay_2")


@pytest.mark.parametrize("foreign", ["", "c", "x" * 32, "c" + "G" * 31, "c" + "0" * 32, "c" + "0" * 31 + "\n"])
def test_other_txids_are_not_ours(foreign: str) -> None:
    assert not is_ours(foreign)


@pytest.mark.invariant("PAY-08")
@given(IDS, IDS)
def test_every_refund_has_an_id_that_the_standard_takes_and_no_other_has(one: str, other: str) -> None:
    found = devolucao_id(one)
    assert found.isascii()
    assert found.isalnum()
    assert len(found) <= 35
    assert (found == devolucao_id(other)) == (one == other)
    assert is_digest(found) or found == one
    assert refund_noted_in(refund_body(sent_refund(one, 100, "E"), PRICE)["descricao"]) == one


@pytest.mark.invariant("PAY-08")
def test_a_refund_named_like_another_ones_digest_is_not_taken_for_it() -> None:
    digest = devolucao_id("order-1_item.2")
    assert is_digest(digest)
    assert devolucao_id(digest) != digest


def test_a_refund_asks_for_its_own_amount() -> None:
    assert refund_body(sent_refund("r1", 5, None), PRICE.with_amount(5)) == {
        "valor": "0.05",
        "descricao": "Reembolso r1",
    }
