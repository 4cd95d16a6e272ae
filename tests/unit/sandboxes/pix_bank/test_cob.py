"""Immediate charges: create, revise, remove, read, list."""

from __future__ import annotations

from typing import Any

import pytest

from local.sandboxes.pix_bank.app import PIX_KEY
from tests.unit.sandboxes.pix_bank.support import BASE, COB, OTHER_TXID, TXID, Desk, problem

WINDOW = {"inicio": "2027-01-15T00:00:00Z", "fim": "2027-01-16T00:00:00Z"}


def test_a_new_cob_is_active_and_says_what_it_was_asked(desk: Desk) -> None:
    answer = desk.cob()
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("txid", "status", "revisao", "chave", "devedor", "infoAdicionais")} == {
        "txid": TXID,
        "status": "ATIVA",
        "revisao": 0,
        "chave": PIX_KEY,
        "devedor": COB["devedor"],
        "infoAdicionais": COB["infoAdicionais"],
    }
    assert made["calendario"] == {"criacao": "2027-01-15T08:00:00.000Z", "expiracao": 1800}
    assert made["loc"]["location"] == made["location"]
    assert desk.read() == made


def test_without_an_expiry_it_is_a_day(desk: Desk) -> None:
    assert desk.cob(calendario={}).json()["calendario"]["expiracao"] == 86400


def test_the_same_body_again_changes_nothing(desk: Desk) -> None:
    first = desk.cob().json()
    desk.box.advance(60)
    again = desk.cob()
    assert again.status_code == 201
    assert again.json() == first


def test_another_body_revises_and_keeps_code_and_creation(desk: Desk) -> None:
    first = desk.cob().json()
    desk.box.advance(60)
    revised = desk.cob(valor={"original": "50.00"}).json()
    assert (revised["revisao"], revised["valor"]["original"]) == (1, "50.00")
    for kept in ("pixCopiaECola", "loc"):
        assert revised[kept] == first[kept]
    assert revised["calendario"] == first["calendario"]
    assert desk.call("GET", f"/cob/{TXID}", revisao="0").json()["valor"]["original"] == "37.90"
    assert problem(desk.call("GET", f"/cob/{TXID}", revisao="2"), 400, "CobConsultaInvalida") == ["revisao"]


def test_a_patch_changes_what_it_names(desk: Desk) -> None:
    desk.cob()
    answer = desk.call("PATCH", f"/cob/{TXID}", {"valor": {"original": "40.00"}, "solicitacaoPagador": "Obrigado"})
    assert answer.status_code == 200
    now = answer.json()
    assert (now["valor"]["original"], now["solicitacaoPagador"], now["revisao"]) == ("40.00", "Obrigado", 1)
    assert now["devedor"] == COB["devedor"]


def test_a_removed_cob_is_never_revised_again(desk: Desk) -> None:
    desk.cob()
    removal = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}
    assert desk.call("PATCH", f"/cob/{TXID}", removal).json()["status"] == removal["status"]
    problem(desk.cob(), 400, "CobOperacaoInvalida")
    problem(desk.call("PATCH", f"/cob/{TXID}", removal), 400, "CobOperacaoInvalida")
    problem(desk.call("PATCH", f"/cob/{TXID}", {"valor": {"original": "1.00"}}), 400, "CobOperacaoInvalida")
    assert desk.read()["status"] == removal["status"]


def test_removing_goes_with_no_other_change(desk: Desk) -> None:
    desk.cob()
    body = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR", "valor": {"original": "1.00"}}
    assert problem(desk.call("PATCH", f"/cob/{TXID}", body), 400, "CobOperacaoInvalida") == ["cob.status"]
    assert desk.read()["status"] == "ATIVA"


def test_a_paid_cob_is_never_revised(desk: Desk) -> None:
    desk.paid()
    problem(desk.cob(), 400, "CobOperacaoInvalida")
    problem(desk.cob(valor={"original": "1.00"}), 400, "CobOperacaoInvalida")


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"valor": {"original": "0.00"}}, ["cob.valor.original"]),
    ({"valor": {"original": "1"}}, ["cob.valor.original"]),
    ({"valor": {"original": 37.9}}, ["cob.valor.original"]),
    ({"valor": {"original": "12345678901.00"}}, ["cob.valor.original"]),
    ({"valor": {}}, ["cob.valor.original"]),
    ({"valor": {"original": "1.00", "moeda": "BRL"}}, ["cob.valor.moeda"]),
    ({"valor": {"original": "1.00", "modalidadeAlteracao": 2}}, ["cob.valor.modalidadeAlteracao"]),
    ({"calendario": {"expiracao": 0}}, ["cob.calendario.expiracao"]),
    ({"calendario": {"expiracao": "3600"}}, ["cob.calendario.expiracao"]),
    ({"calendario": {"expiracao": True}}, ["cob.calendario.expiracao"]),
    ({"calendario": None}, ["cob.calendario"]),
    ({"chave": "7d9f0335-8dcc-4054-9bf9-0dbd61d36906"}, ["cob.chave"]),
    ({"chave": "x" * 78}, ["cob.chave"]),
    ({"solicitacaoPagador": "x" * 141}, ["cob.solicitacaoPagador"]),
    ({"infoAdicionais": [{"nome": "a", "valor": "b"}] * 51}, ["cob.infoAdicionais"]),
    ({"infoAdicionais": [{"nome": "x" * 51, "valor": "x" * 201}]}, ["nome", "valor"]),
    ({"infoAdicionais": [{"nome": "a"}]}, ["cob.infoAdicionais[0].valor"]),
    ({"devedor": {"cpf": "12345678900", "nome": "Ana"}}, ["cob.devedor.cpf"]),
    ({"devedor": {"cpf": "11111111111", "nome": "Ana"}}, ["cob.devedor.cpf"]),
    ({"devedor": {"cnpj": "12345678000190", "nome": "Ana"}}, ["cob.devedor.cnpj"]),
    ({"devedor": {"nome": "Ana"}}, ["cob.devedor"]),
    ({"devedor": {"cpf": "12345678909", "cnpj": "12345678000195", "nome": "Ana"}}, ["cob.devedor"]),
    ({"devedor": {"cpf": "12345678909"}}, ["cob.devedor.nome"]),
    ({"devedor": {"cpf": "12345678909", "nome": "Ana", "email": "a@b.example"}}, ["cob.devedor.email"]),
    ({"loc": {"id": 7}}, ["cob.loc.id"]),
    ({"colour": "red"}, ["cob.colour"]),
    ({"status": "ATIVA"}, ["cob.status"]),
]


@pytest.mark.parametrize(("changes", "properties"), WRONG, ids=[str(case[0])[:60] for case in WRONG])
def test_a_wrong_field_is_named_and_nothing_is_made(desk: Desk, changes: dict[str, Any], properties: list[str]) -> None:
    found = problem(desk.cob(**changes), 400, "CobOperacaoInvalida")
    assert len(found) == len(properties)
    assert all(name.endswith(wanted) for name, wanted in zip(found, properties, strict=True))
    assert desk.box.state.charges == {}


def test_all_that_is_wrong_is_named_at_once(desk: Desk) -> None:
    answer = desk.call("PUT", f"/cob/{TXID}", {"chave": PIX_KEY, "x": 1})
    assert set(problem(answer, 400, "CobOperacaoInvalida")) == {"cob.calendario", "cob.valor", "cob.x"}


def test_the_alphanumeric_cnpj_is_taken(desk: Desk) -> None:
    assert desk.cob(devedor={"cnpj": "12ABC34501DE35", "nome": "Loja"}).status_code == 201


@pytest.mark.parametrize("txid", ["short", "x" * 25, "x" * 36, "order-1-attempt-1-0000000000001"])
def test_a_txid_has_26_to_35_letters_and_digits(desk: Desk, txid: str) -> None:
    assert problem(desk.cob(txid), 400, "RequisicaoInvalida") == ["txid"]


@pytest.mark.parametrize(("data", "kind"), [(b"{", "application/json"), (b"\xff", "application/json"), (b"{}", "a/b")])
def test_a_body_that_is_no_json_is_refused(desk: Desk, data: bytes, kind: str) -> None:
    headers = {"Authorization": f"Bearer {desk.bearer}", "Content-Type": kind}
    answer = desk.session.put(f"{BASE}/pix/v2/cob/{TXID}", data=data, headers=headers)
    problem(answer, 400, "RequisicaoInvalida")


def test_its_own_location_may_be_named_and_another_ones_not(desk: Desk) -> None:
    mine, other = desk.cob().json()["loc"]["id"], desk.cob(OTHER_TXID).json()["loc"]["id"]
    assert desk.cob(loc={"id": mine}).json()["revisao"] == 0
    assert problem(desk.cob(loc={"id": other}), 400, "CobOperacaoInvalida") == ["cob.loc.id"]


def test_the_bank_names_a_cob_that_was_posted(desk: Desk) -> None:
    first, second = (desk.call("POST", "/cob", COB).json()["txid"] for _ in range(2))
    assert first != second
    assert desk.read(first)["status"] == "ATIVA"


def test_an_unknown_cob_is_not_found(desk: Desk) -> None:
    problem(desk.call("GET", f"/cob/{TXID}"), 404, "CobNaoEncontrado")
    problem(desk.call("PATCH", f"/cob/{TXID}", {}), 404, "CobNaoEncontrado")


def test_a_list_is_cut_by_time_filters_and_pages(desk: Desk) -> None:
    desk.cob()
    desk.box.advance(600)
    desk.paid(OTHER_TXID)
    every = desk.call("GET", "/cob", **WINDOW).json()
    assert [cob["txid"] for cob in every["cobs"]] == [TXID, OTHER_TXID]
    assert every["parametros"]["paginacao"]["quantidadeTotalDeItens"] == 2

    def txids(**query: str) -> list[str]:
        return [cob["txid"] for cob in desk.call("GET", "/cob", **(WINDOW | query)).json()["cobs"]]

    assert txids(status="CONCLUIDA") == [OTHER_TXID]
    assert txids(fim="2027-01-15T08:05:00Z") == [TXID]
    assert txids(cpf="12345678909") == [TXID, OTHER_TXID]
    assert txids(cnpj="12345678000195") == []
    assert txids(**{"paginacao.itensPorPagina": "1", "paginacao.paginaAtual": "1"}) == [OTHER_TXID]


@pytest.mark.parametrize(
    ("query", "properties"),
    [
        ({}, ["inicio", "fim"]),
        ({"inicio": "2027-01-15", "fim": "2027-01-16T00:00:00Z"}, ["inicio"]),
        (WINDOW | {"fim": "2027-01-14T00:00:00Z"}, ["fim"]),
        (WINDOW | {"paginacao.itensPorPagina": "0"}, ["paginacao.itensPorPagina"]),
        (WINDOW | {"cpf": "1", "cnpj": "2"}, ["cpf"]),
        (WINDOW | {"txid": "x"}, ["txid"]),
    ],
)
def test_a_wrong_query_is_named(desk: Desk, query: dict[str, str], properties: list[str]) -> None:
    assert problem(desk.call("GET", "/cob", **query), 400, "CobConsultaInvalida") == properties
