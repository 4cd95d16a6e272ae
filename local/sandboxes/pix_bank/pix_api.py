"""GET /pix, GET /pix/{e2eid}, PUT and GET /pix/{e2eid}/devolucao/{id} (API Pix, tag Pix)."""

from __future__ import annotations

import re

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.pix_bank import refunding
from local.sandboxes.pix_bank.bank import Bank, Pix
from local.sandboxes.pix_bank.call import Call, Operations
from local.sandboxes.pix_bank.problems import Violation, bad_request, not_found
from local.sandboxes.pix_bank.queries import Query, flag
from local.sandboxes.pix_bank.render import show_devolucao, show_pix

operations = Operations()

_E2EID = re.compile(r"[a-zA-Z0-9]{32}", re.ASCII)
_FILTERS = ("txid", "txIdPresente", "devolucaoPresente", "cpf", "cnpj")


@operations.on("GET", "/pix", "pix.read")
def list_pix(bank: Bank, call: Call) -> Answer:
    query = Query(call.request.args, _FILTERS, "PixConsultaInvalida")
    shown, page = query.page([pix for pix in bank.pix.values() if not pix.withheld and _wanted(pix, query)])
    return json_answer({"parametros": query.shown() | page, "pix": [show_pix(pix) for pix in shown]})


@operations.on("GET", "/pix/<e2eid>", "pix.read")
def get_pix(bank: Bank, call: Call, e2eid: str) -> Answer:  # noqa: ARG001
    return json_answer(show_pix(find_pix(bank, e2eid)))


@operations.on("PUT", "/pix/<e2eid>/devolucao/<identity>", "pix.write")
def put_devolucao(bank: Bank, call: Call, e2eid: str, identity: str) -> Answer:
    _, shown = refunding.ask(bank, find_pix(bank, e2eid), identity, call.body)
    return json_answer(shown, 201)


@operations.on("GET", "/pix/<e2eid>/devolucao/<identity>", "pix.read")
def get_devolucao(bank: Bank, call: Call, e2eid: str, identity: str) -> Answer:  # noqa: ARG001
    found = next((one for one in find_pix(bank, e2eid).devolucoes if one.id == identity), None)
    if found is None:
        raise not_found("PixDevolucaoNaoEncontrada", f"A devolução {identity}")
    return json_answer(show_devolucao(found))


def find_pix(bank: Bank, e2eid: str) -> Pix:
    if _E2EID.fullmatch(e2eid) is None:
        raise bad_request("O e2eid não respeita o schema.", Violation("e2eid", "32 letras e dígitos.", e2eid))
    pix = bank.pix.get(e2eid)
    if pix is None or pix.withheld:
        raise not_found("PixNaoEncontrado", f"O Pix {e2eid}")
    return pix


def _wanted(pix: Pix, query: Query) -> bool:
    payer = pix.payer or {}
    return (
        query.covers(pix.at)
        and query.fits("txid", pix.txid)
        and query.fits("txIdPresente", flag(pix.txid is not None))
        and query.fits("devolucaoPresente", flag(bool(pix.devolucoes)))
        and query.fits("cpf", payer.get("cpf"))
        and query.fits("cnpj", payer.get("cnpj"))
    )
