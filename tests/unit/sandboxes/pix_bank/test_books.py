"""The bank's books, its control routes and its outages."""

from __future__ import annotations

import pytest

from local.sandboxes.pix_bank.bank import Devolucao
from tests.unit.sandboxes.pix_bank.support import BASE, OTHER_TXID, TXID, Desk, problem

SECOND = {"infoAdicionais": [{"nome": "Pedido", "valor": "order-1"}, {"nome": "Pagamento", "valor": "pay-2"}]}


def test_the_books_add_up_by_order(desk: Desk) -> None:
    e2eid = desk.paid()
    desk.give_back(e2eid, "r1", "7.90")
    desk.cob(OTHER_TXID, infoAdicionais=[])
    books = desk.box.books()
    assert books["violations"] == []
    assert books["orders"] == {
        "order-1": {
            "currency": "BRL",
            "txids": [TXID],
            "payments": ["pay-1"],
            "charges": [e2eid],
            "captured": 3790,
            "refunded": 790,
        },
        f"(no Pedido: {OTHER_TXID})": {
            "currency": "BRL",
            "txids": [OTHER_TXID],
            "payments": [None],
            "charges": [],
            "captured": 0,
            "refunded": 0,
        },
    }
    assert books["token_calls"] == 1


def test_two_paid_and_kept_charges_of_one_order_are_a_violation(desk: Desk) -> None:
    desk.paid()
    desk.cob(OTHER_TXID, **SECOND)
    assert desk.box.books()["violations"] == []
    second = desk.world.pay(OTHER_TXID)["endToEndId"]
    (violation,) = desk.session.get(f"{BASE}/_sandbox/books").json()["violations"]
    assert violation.startswith("order order-1 has 2 charges")
    desk.give_back(second, "r1", "37.90")
    assert desk.box.books()["violations"] == []


def test_more_given_back_than_received_is_a_violation(desk: Desk) -> None:
    pix = desk.box.state.pix[desk.paid()]
    pix.devolucoes.append(Devolucao("r1", "D" * 32, 4000, "ORIGINAL", pix.at))
    assert desk.box.books()["violations"] == [f"Pix {pix.e2eid} gave back 4000 of 3790"]


def test_everything_can_be_told_over_http(desk: Desk) -> None:
    desk.control("/endpoint", url="https://store.example/pix/secret")
    desk.control("/devolucoes", mode="pending")
    desk.control("/batch", size=1)
    desk.cob()
    e2eid = desk.control(f"/charges/{TXID}/pay", withhold=True, amount=4000).json()["endToEndId"]
    assert len(desk.control(f"/charges/{TXID}/release").json()["pix"]) == 1
    desk.control(f"/charges/{TXID}/pay", again=True)
    desk.give_back(e2eid, "r1", "1.00")
    assert desk.control(f"/pix/{e2eid}/devolucoes/r1/settle", outcome="failed").json()["status"] == "NAO_REALIZADO"
    assert desk.control(f"/pix/{e2eid}/take_back", amount=100).json()["natureza"] == "MED_FRAUDE"
    assert desk.control(f"/pix/{e2eid}/resend").status_code == 200
    assert desk.control("/foreign", amount=100).status_code == 200
    assert desk.control("/pix", amount=100, txid="TABLE7").status_code == 200
    desk.cob(OTHER_TXID)
    assert desk.control(f"/charges/{OTHER_TXID}/remove").json()["status"] == "REMOVIDA_PELO_PSP"
    assert len(desk.heard()) == 7


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/charges/unknown/pay", {}, 404),
        ("/pix/unknown/take_back", {}, 404),
        ("/devolucoes", {"mode": "maybe"}, 409),
        ("/pix", {"amount": 0}, 409),
        ("/batch", {"size": 0}, 409),
        ("/endpoint", {"address": "x"}, 409),
    ],
)
def test_what_cannot_be_is_said(desk: Desk, path: str, body: dict[str, object], status: int) -> None:
    answer = desk.control(path, **body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, "sandbox_error")


@pytest.mark.parametrize(("status", "kind"), [(500, "ErroInternoDoServidor"), (503, "ServicoIndisponivel")])
def test_an_outage_speaks_the_standards_errors(desk: Desk, status: int, kind: str) -> None:
    desk.control("/faults", kind="status", status=status)
    answer = desk.cob()
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (status, kind)
    assert desk.cob().status_code == 201


def test_a_reset_forgets_everything(desk: Desk) -> None:
    desk.paid()
    desk.control("/reset")
    assert desk.box.books() == {"orders": {}, "violations": [], "token_calls": 0}
    desk.token()
    problem(desk.call("GET", f"/cob/{TXID}"), 404, "CobNaoEncontrado")
