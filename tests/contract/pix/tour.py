"""A walk through every operation of the bank's sandbox, with everything that was asked, answered and sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import requests

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.pix_bank.app import PIX_KEY, PixBankSandbox
from local.sandboxes.pix_bank.call import Operation
from tests.unit.sandboxes.pix_bank.support import COB, COBV, OTHER_TXID, TXID, Desk, open_desk

THIRD_TXID = "order2attempt1000000000000000003"
WINDOW = {"inicio": "2027-01-01T00:00:00Z", "fim": "2027-12-31T23:59:59Z"}
FULL_COB: dict[str, Any] = COB | {
    "valor": {"original": "37.90", "modalidadeAlteracao": 0},
    "solicitacaoPagador": "Deixe um recado",
}
FULL_COBV: dict[str, Any] = COBV | {
    "devedor": {
        "cnpj": "12ABC34501DE35",
        "nome": "Ana Souza Ltda",
        "email": "ana@example.com",
        "logradouro": "Rua A, 1",
        "cidade": "Recife",
        "uf": "PE",
        "cep": "50000000",
    },
    "valor": {
        "original": "100.00",
        "multa": {"modalidade": 2, "valorPerc": "2.00"},
        "juros": {"modalidade": 2, "valorPerc": "0.03"},
        "abatimento": {"modalidade": 1, "valorPerc": "1.00"},
        "desconto": {"modalidade": 1, "descontoDataFixa": [{"data": "2027-01-18", "valorPerc": "5.00"}]},
    },
    "solicitacaoPagador": "Deixe um recado",
    "infoAdicionais": [{"nome": "Pedido", "valor": "order-3"}],
}
REMOVAL = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}


@dataclass(frozen=True)
class Exchanged:
    """`path` is the description's, such as `/cob/{txid}`; `sent` and `body` are None where there is none."""

    method: str
    path: str
    sent: Any
    status: int
    media_type: str | None
    body: Any


@dataclass
class Tour:
    desk: Desk
    exchanges: list[Exchanged] = field(default_factory=list)
    webhooks: list[Any] = field(default_factory=list)


def described(pattern: str) -> str:
    """The description's name for a path of the sandbox."""
    for ours, theirs in (("<txid>", "{txid}"), ("<e2eid>", "{e2eid}"), ("<identity>", "{id}"), ("<key>", "{chave}")):
        pattern = pattern.replace(ours, theirs)
    return pattern


def operations() -> dict[tuple[str, str], Operation]:
    """(method, path of the description) -> operation, of the whole sandbox."""
    found = {}
    for method, path, operation in PixBankSandbox.routes.rules():
        assert isinstance(operation, Operation)
        found[method, described(path)] = operation
    return found


def take() -> Tour:
    tour = Tour(open_desk())
    desk = tour.desk
    _listen(tour)
    desk.token()
    for stop in (_watch, _charge, _charge_by_date, _receive, _give_back, _list, _err):
        stop(desk)
    tour.webhooks = [json.loads(delivery.body) for delivery in desk.box.webhooks.drain()]
    desk.session.close()
    return tour


def _listen(tour: Tour) -> None:
    patterns = {id(operation): key for key, operation in operations().items()}
    box = tour.desk.box

    def hear(answer: requests.Response, **_: object) -> None:
        path = str(answer.request.path_url).partition("?")[0].removeprefix(box.state.settings.base_path)
        found = box.routes.match(str(answer.request.method), path)
        if found is None:
            return
        method, name = patterns[id(found[0])]
        sent = json.loads(answer.request.body) if answer.request.body else None
        body = answer.json() if answer.content else None
        kind = answer.headers.get("Content-Type")
        tour.exchanges.append(Exchanged(method, name, sent, answer.status_code, kind, body))

    tour.desk.session.hooks["response"].append(hear)


def _watch(desk: Desk) -> None:
    path = f"/webhook/{PIX_KEY}"
    desk.hear()
    desk.call("GET", path)
    desk.call("DELETE", path)
    desk.call("GET", path)
    desk.call("DELETE", path)
    desk.call("PUT", path, {"webhookUrl": "ftp://store.example"})
    desk.hear()


def _charge(desk: Desk) -> None:
    made = desk.call("PUT", f"/cob/{TXID}", FULL_COB).json()
    desk.cob(TXID, calendario={}, loc={"id": made["loc"]["id"]})
    desk.call("PATCH", f"/cob/{TXID}", {"valor": {"original": "40.00"}, "calendario": {"expiracao": 60}})
    desk.call("PATCH", f"/cob/{TXID}", {"valor": {"original": "0.00"}})
    desk.call("GET", f"/cob/{TXID}", revisao="1")
    desk.read()
    removed = desk.call("POST", "/cob", {name: COB[name] for name in ("calendario", "valor", "chave")}).json()["txid"]
    desk.call("PATCH", f"/cob/{removed}", REMOVAL)
    desk.call("PATCH", f"/cob/{removed}", REMOVAL)
    desk.read(removed)
    dropped = desk.call("POST", "/cob", COB | {"devedor": {"cnpj": "12345678000195", "nome": "X"}}).json()["txid"]
    desk.world.remove(dropped)
    desk.read(dropped)
    desk.call("POST", "/cob", {})


def _charge_by_date(desk: Desk) -> None:
    path = f"/cobv/{THIRD_TXID}"
    desk.call("PUT", path, FULL_COBV)
    desk.call("PUT", path, COBV)
    perday = {"original": "10.00", "desconto": {"modalidade": 3, "valorPerc": "1.00"}}
    desk.call("PATCH", path, {"calendario": {"dataDeVencimento": "2027-02-01"}, "valor": perday})
    desk.call("PATCH", path, {"devedor": {}})
    desk.call("GET", path)
    desk.world.pay(THIRD_TXID, payer={"cnpj": "12345678000195", "nome": "Ana Ltda"})
    desk.call("GET", path)
    desk.call("PUT", path, COBV)


def _receive(desk: Desk) -> None:
    e2eid = desk.world.pay(TXID, payer={"cpf": "12345678909", "nome": "Ana"}, info="Oi")["endToEndId"]
    desk.world.pay(TXID, 1, again=True)
    desk.read()
    desk.call("GET", f"/pix/{e2eid}")
    desk.world.pay_key(500, "TABLE7")
    desk.call("GET", f"/pix/{desk.world.pay_key(700)['endToEndId']}")
    desk.cob(OTHER_TXID)
    desk.world.pay(OTHER_TXID, withhold=True)
    desk.read(OTHER_TXID)
    desk.world.foreign()


def _give_back(desk: Desk) -> None:
    e2eid = desk.read()["pix"][0]["endToEndId"]
    desk.give_back(e2eid, "r1", "1.00", natureza="ORIGINAL", descricao="Troca")
    for mode in ("pending", "fail"):
        desk.world.set_devolucoes(mode)
        desk.give_back(e2eid, mode, "1.00")
        desk.call("GET", f"/pix/{e2eid}/devolucao/{mode}")
    desk.world.settle(e2eid, "pending")
    desk.give_back(e2eid, "r2", "999.00")
    for natureza in ("MED_FRAUDE", "MED_OPERACIONAL"):
        desk.world.take_back(e2eid, 100, natureza)
    desk.call("GET", f"/pix/{e2eid}")


def _list(desk: Desk) -> None:
    for path in ("/cob", "/cobv", "/pix"):
        desk.call("GET", path, **WINDOW)
        desk.call("GET", path, **WINDOW, cpf="12345678909", **{"paginacao.itensPorPagina": "1"})
        desk.call("GET", path, **WINDOW, cnpj="12345678000195")
        desk.call("GET", path)


def _err(desk: Desk) -> None:
    """Every operation: wrong by itself or not found, in an outage, beyond the token's scope, without a token."""
    _ask_everything(desk)
    for status in (429, 500, 503):
        desk.box.faults.add(Fault(FaultKind.STATUS, status=status, times=len(operations())))
        _ask_everything(desk)
    assert not list(desk.box.faults.waiting())
    for scope in ("cob.read", "webhook.read"):
        desk.token(scope=scope)
        _ask_everything(desk)
    desk.world.revoke_tokens()
    _ask_everything(desk)


def _ask_everything(desk: Desk) -> None:
    """Each operation once, for things that are not there, with bodies that say nothing."""
    for method, path in operations():
        for name, value in (("{txid}", "x" * 30), ("{e2eid}", "E" * 32), ("{id}", "r1"), ("{chave}", "nobody")):
            path = path.replace(name, value)  # noqa: PLW2901
        desk.call(method, path, {} if method in ("PUT", "PATCH", "POST") else None)
