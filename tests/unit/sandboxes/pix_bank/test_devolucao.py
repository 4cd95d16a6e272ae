"""Devoluções: asked for, repeated, pending, failed, and taken by the bank."""

from __future__ import annotations

import re

import pytest

from local.sandboxes.pix_bank.settings import Settings
from tests.unit.sandboxes.pix_bank.support import Desk, open_desk, problem

DAY = 86_400
WRONG = "PixDevolucaoInvalida"


def read(desk: Desk, e2eid: str, identity: str) -> str:
    return str(desk.call("GET", f"/pix/{e2eid}/devolucao/{identity}").json()["status"])


def test_a_devolucao_gives_money_back_and_is_told_of(desk: Desk) -> None:
    desk.hear()
    e2eid = desk.paid()
    answer = desk.give_back(e2eid, "r1", "7.90", descricao="Tamanho errado")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["id"], made["valor"], made["natureza"], made["status"]) == ("r1", "7.90", "ORIGINAL", "DEVOLVIDO")
    assert made["descricao"] == "Tamanho errado"
    assert re.fullmatch(r"D\d{8}202701150800[a-zA-Z0-9]{11}", made["rtrId"])
    assert made["horario"].keys() == {"solicitacao", "liquidacao"}
    _, told = desk.heard()
    assert told == [desk.call("GET", f"/pix/{e2eid}").json()]
    assert told[0]["devolucoes"] == [made]


def test_the_sum_never_exceeds_the_pix(desk: Desk) -> None:
    e2eid = desk.paid()
    assert desk.give_back(e2eid, "r1", "30.00").status_code == 201
    assert problem(desk.give_back(e2eid, "r2", "7.91"), 400, WRONG) == ["devolucao.valor"]
    assert desk.give_back(e2eid, "r2", "7.90").status_code == 201


def test_the_same_request_again_is_the_same_devolucao(desk: Desk) -> None:
    e2eid = desk.paid()
    first = desk.give_back(e2eid, "r1", "10.00").json()
    again = desk.give_back(e2eid, "r1", "10.00")
    assert (again.status_code, again.json()) == (201, first)
    assert desk.box.state.pix[e2eid].given_back == 1000


def test_an_id_is_not_for_another_amount(desk: Desk) -> None:
    e2eid = desk.paid()
    desk.give_back(e2eid, "r1", "10.00")
    assert problem(desk.give_back(e2eid, "r1", "11.00"), 400, WRONG) == ["id"]


def test_some_banks_refuse_a_repeated_request() -> None:
    desk = open_desk(Settings(refuse_repeated_devolucao=True))
    desk.token()
    e2eid = desk.paid()
    desk.give_back(e2eid, "r1", "10.00")
    assert problem(desk.give_back(e2eid, "r1", "10.00"), 400, WRONG) == ["id"]
    assert read(desk, e2eid, "r1") == "DEVOLVIDO"


@pytest.mark.parametrize(("outcome", "status"), [("returned", "DEVOLVIDO"), ("failed", "NAO_REALIZADO")])
def test_a_pending_one_holds_the_money_until_it_ends(desk: Desk, outcome: str, status: str) -> None:
    desk.hear()
    e2eid = desk.paid()
    desk.heard()
    desk.world.set_devolucoes("pending")
    assert desk.give_back(e2eid, "r1", "37.90").json()["status"] == "EM_PROCESSAMENTO"
    assert desk.heard() == []
    problem(desk.give_back(e2eid, "r2", "0.01"), 400, WRONG)
    desk.world.settle(e2eid, "r1", outcome)
    assert read(desk, e2eid, "r1") == status
    assert len(desk.heard()) == 1
    assert desk.give_back(e2eid, "r2", "0.01").status_code == (201 if outcome == "failed" else 400)
    with pytest.raises(ValueError, match="r1"):
        desk.world.settle(e2eid, "r1", outcome)


def test_a_failing_one_looks_good_at_first(desk: Desk) -> None:
    desk.world.set_devolucoes("fail")
    e2eid = desk.paid()
    assert desk.give_back(e2eid, "r1", "37.90").json()["status"] == "EM_PROCESSAMENTO"
    shown = desk.call("GET", f"/pix/{e2eid}/devolucao/r1").json()
    assert (shown["status"], bool(shown["motivo"]), "liquidacao" in shown["horario"]) == ("NAO_REALIZADO", True, False)


def test_it_is_too_late_after_90_days(desk: Desk) -> None:
    e2eid = desk.paid()
    desk.box.advance(90 * DAY)
    desk.token()
    assert desk.give_back(e2eid, "r1", "1.00").status_code == 201
    desk.box.advance(1)
    problem(desk.give_back(e2eid, "r2", "1.00"), 400, WRONG)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "devolucao.valor"),
        ({"valor": "0.00"}, "devolucao.valor"),
        ({"valor": 1}, "devolucao.valor"),
        ({"valor": "1.00", "natureza": "MED_FRAUDE"}, "devolucao.natureza"),
        ({"valor": "1.00", "descricao": "x" * 141}, "devolucao.descricao"),
        ({"valor": "1.00", "motivo": "x"}, "devolucao.motivo"),
    ],
)
def test_a_wrong_body_is_named(desk: Desk, body: dict[str, object], wrong: str) -> None:
    e2eid = desk.paid()
    assert problem(desk.call("PUT", f"/pix/{e2eid}/devolucao/r1", body), 400, WRONG) == [wrong]


def test_ids_are_checked_and_unknown_ones_not_found(desk: Desk) -> None:
    e2eid = desk.paid()
    problem(desk.give_back(e2eid, "r-1", "1.00"), 400, "RequisicaoInvalida")
    problem(desk.give_back(e2eid, "r" * 36, "1.00"), 400, "RequisicaoInvalida")
    problem(desk.give_back("E" * 32, "r1", "1.00"), 404, "PixNaoEncontrado")
    problem(desk.give_back("E1", "r1", "1.00"), 400, "RequisicaoInvalida")
    problem(desk.call("GET", f"/pix/{e2eid}/devolucao/r1"), 404, "PixDevolucaoNaoEncontrada")


@pytest.mark.parametrize("natureza", ["MED_FRAUDE", "MED_OPERACIONAL"])
def test_the_bank_may_pull_money_back(desk: Desk, natureza: str) -> None:
    desk.hear()
    e2eid = desk.paid()
    desk.give_back(e2eid, "r1", "7.90")
    desk.heard()
    desk.world.take_back(e2eid, natureza=natureza)
    ((told,),) = desk.heard()
    assert [(one["valor"], one["natureza"]) for one in told["devolucoes"]] == [
        ("7.90", "ORIGINAL"),
        ("30.00", natureza),
    ]
    with pytest.raises(ValueError, match="0 are left"):
        desk.world.take_back(e2eid)
