"""Pix that come in: exact, other amounts, late, twice, withheld, and how they are told of."""

from __future__ import annotations

import re

import pytest

from local.sandboxes.pix_bank.app import PIX_KEY
from tests.unit.sandboxes.pix_bank.support import HOOK, OTHER_TXID, TXID, Desk, problem

WINDOW = {"inicio": "2027-01-15T00:00:00Z", "fim": "2027-01-17T00:00:00Z"}


def test_a_paid_cob_is_concluded_and_shows_its_pix(desk: Desk) -> None:
    desk.hear()
    e2eid = desk.paid(payer={"cpf": "12345678909", "nome": "Ana Souza"}, info="Para o pedido")
    assert re.fullmatch(r"E\d{8}202701150800[a-zA-Z0-9]{11}", e2eid)
    charge = desk.read()
    pix = desk.call("GET", f"/pix/{e2eid}").json()
    assert (charge["status"], charge["pix"]) == ("CONCLUIDA", [pix])
    assert {name: pix[name] for name in ("endToEndId", "txid", "valor", "chave", "horario", "infoPagador")} == {
        "endToEndId": e2eid,
        "txid": TXID,
        "valor": "37.90",
        "chave": PIX_KEY,
        "horario": "2027-01-15T08:00:00.000Z",
        "infoPagador": "Para o pedido",
    }
    assert desk.heard() == [[pix]]


@pytest.mark.parametrize(("amount", "valor"), [(3000, "30.00"), (5, "0.05"), (100_000, "1000.00")])
def test_another_amount_than_the_charges(desk: Desk, amount: int, valor: str) -> None:
    desk.paid(amount=amount)
    (pix,) = desk.read()["pix"]
    assert (pix["valor"], desk.read()["status"]) == (valor, "CONCLUIDA")


def test_an_expired_cob_stays_active_and_takes_only_a_late_pix(desk: Desk) -> None:
    desk.cob()
    desk.box.advance(1799)
    assert not desk.box.state.charges[TXID].expired(desk.box.clock.now())
    desk.box.advance(1)
    with pytest.raises(ValueError, match="expired"):
        desk.world.pay(TXID)
    assert desk.read()["status"] == "ATIVA"
    desk.world.pay(TXID, late=True)
    assert desk.read()["status"] == "CONCLUIDA"


def test_a_removed_cob_keeps_its_status_under_a_late_pix(desk: Desk) -> None:
    desk.cob()
    desk.world.remove(TXID)
    with pytest.raises(ValueError, match="REMOVIDA_PELO_PSP"):
        desk.world.pay(TXID)
    assert desk.read()["pix"] == []
    desk.world.pay(TXID, late=True)
    charge = desk.read()
    assert (charge["status"], len(charge["pix"])) == ("REMOVIDA_PELO_PSP", 1)


def test_a_second_pix_for_one_txid(desk: Desk) -> None:
    first = desk.paid()
    with pytest.raises(ValueError, match="again"):
        desk.world.pay(TXID)
    second = desk.world.pay(TXID, again=True)["endToEndId"]
    assert [pix["endToEndId"] for pix in desk.read()["pix"]] == [first, second]


def test_a_withheld_pix_is_seen_nowhere_until_it_is_released(desk: Desk) -> None:
    desk.hear()
    e2eid = desk.paid(withhold=True)
    charge = desk.read()
    assert (charge["status"], charge["pix"]) == ("CONCLUIDA", [])
    problem(desk.call("GET", f"/pix/{e2eid}"), 404, "PixNaoEncontrado")
    assert desk.call("GET", "/pix", **WINDOW).json()["pix"] == []
    assert desk.heard() == []
    desk.world.release(TXID)
    assert [pix["endToEndId"] for pix in desk.read()["pix"]] == [e2eid]
    assert len(desk.heard()) == 1


def test_a_withheld_pix_may_be_announced_and_is_told_again_when_it_shows(desk: Desk) -> None:
    desk.hear()
    e2eid = desk.paid(withhold=True, announce=True)
    assert desk.read()["pix"] == []
    assert [pix["endToEndId"] for (pix,) in desk.heard()] == [e2eid]
    desk.world.release(TXID)
    assert [pix["endToEndId"] for (pix,) in desk.heard()] == [e2eid]


def test_received_pix_are_listed_by_txid_time_and_payer(desk: Desk) -> None:
    first = desk.paid(payer={"cpf": "12345678909", "nome": "Ana"})
    desk.box.advance(600)
    second = desk.paid(OTHER_TXID)
    bare = desk.world.pay_key(500)["endToEndId"]

    def found(**query: str) -> list[str]:
        return [pix["endToEndId"] for pix in desk.call("GET", "/pix", **(WINDOW | query)).json()["pix"]]

    assert found() == [first, second, bare]
    assert found(txid=OTHER_TXID) == [second]
    assert found(cpf="12345678909") == [first]
    assert found(inicio="2027-01-15T08:05:00Z") == [second, bare]
    assert found(txIdPresente="false") == [bare]
    desk.give_back(first, "r1", "1.00")
    assert found(devolucaoPresente="true") == [first]
    assert problem(desk.call("GET", "/pix", **WINDOW, status="x"), 400, "PixConsultaInvalida") == ["status"]


def test_only_a_pix_with_a_txid_is_told_of(desk: Desk) -> None:
    desk.hear()
    desk.world.pay_key(500)
    desk.world.pay_key(700, "TABLE7")
    assert [[pix["txid"] for pix in told] for told in desk.heard()] == [["TABLE7"]]


def test_several_pix_come_in_one_webhook(desk: Desk) -> None:
    desk.hear()
    desk.world.batch(2)
    first = desk.paid()
    assert desk.heard() == []
    second = desk.paid(OTHER_TXID)
    assert [[pix["endToEndId"] for pix in told] for told in desk.heard()] == [[first, second]]
    third = desk.world.pay_key(900, "TABLE7")["endToEndId"]
    desk.world.batch(1)
    assert [[pix["endToEndId"] for pix in told] for told in desk.heard()] == [[third]]


def test_a_webhook_goes_unsigned_to_the_registered_address(desk: Desk) -> None:
    desk.hear()
    desk.paid()
    (delivery,) = desk.box.webhooks.drain()
    assert delivery.endpoint.url == f"{HOOK}/pix"
    assert delivery.headers(desk.box.clock.now()) == {"Content-Type": "application/json"}


def test_a_webhook_for_another_receivers_key_names_nothing_of_ours(desk: Desk) -> None:
    desk.hear()
    desk.cob()
    shown = desk.world.foreign(3790, TXID)
    assert desk.heard() == [[shown]]
    assert (shown["txid"], shown["valor"], shown["chave"] == PIX_KEY) == (TXID, "37.90", False)
    problem(desk.call("GET", f"/pix/{shown['endToEndId']}"), 404, "PixNaoEncontrado")
    assert desk.read()["status"] == "ATIVA"


def test_a_webhook_is_set_read_replaced_and_ended(desk: Desk) -> None:
    path = f"/webhook/{PIX_KEY}"
    problem(desk.call("GET", path), 404, "WebhookNaoEncontrado")
    desk.hear()
    assert desk.call("GET", path).json() == {
        "webhookUrl": HOOK,
        "chave": PIX_KEY,
        "criacao": "2027-01-15T08:00:00.000Z",
    }
    assert desk.call("PUT", path, {"webhookUrl": "http://127.0.0.1:9/x"}).status_code == 200
    assert desk.call("DELETE", path).status_code == 204
    problem(desk.call("DELETE", path), 404, "WebhookNaoEncontrado")
    desk.paid()
    assert desk.heard() == []


@pytest.mark.parametrize(
    ("key", "url", "wrong"),
    [
        (PIX_KEY, "http://store.example/x", "webhook.webhookUrl"),
        (PIX_KEY, "https://user:word@store.example/x", "webhook.webhookUrl"),
        (PIX_KEY, "store", "webhook.webhookUrl"),
        ("someone@else.example", HOOK, "chave"),
    ],
)
def test_a_wrong_webhook_is_refused(desk: Desk, key: str, url: str, wrong: str) -> None:
    answer = desk.call("PUT", f"/webhook/{key}", {"webhookUrl": url})
    assert problem(answer, 400, "WebhookOperacaoInvalida") == [wrong]


def test_an_address_set_from_outside_outlives_a_reset(desk: Desk) -> None:
    desk.box.set_endpoint(HOOK)
    desk.control("/reset")
    desk.token()
    desk.paid()
    assert len(desk.heard()) == 1
