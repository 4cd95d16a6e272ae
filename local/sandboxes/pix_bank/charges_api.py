"""PUT, PATCH, GET /cob/{txid}, POST and GET /cob, and the same of /cobv (API Pix, tags Cob and CobV)."""

from __future__ import annotations

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.pix_bank import bodies
from local.sandboxes.pix_bank.bank import Bank, Charge, Json
from local.sandboxes.pix_bank.call import Call, Operations
from local.sandboxes.pix_bank.charging import Kind, find, patch, put
from local.sandboxes.pix_bank.problems import Violation, invalid
from local.sandboxes.pix_bank.queries import Query, flag
from local.sandboxes.pix_bank.render import show_charge

COB = Kind("cob", bodies.COB, bodies.COB_REVISED, "CobOperacaoInvalida", "CobNaoEncontrado", "CobConsultaInvalida")
COBV = Kind(
    "cobv", bodies.COBV, bodies.COBV_REVISED, "CobVOperacaoInvalida", "CobVNaoEncontrada", "CobVConsultaInvalida"
)

operations = Operations()


@operations.on("PUT", "/cob/<txid>", "cob.write")
def put_cob(bank: Bank, call: Call, txid: str) -> Answer:
    return _shown(bank, put(bank, COB, txid, call.body), 201)


@operations.on("PATCH", "/cob/<txid>", "cob.write")
def patch_cob(bank: Bank, call: Call, txid: str) -> Answer:
    return _shown(bank, patch(bank, COB, txid, call.body))


@operations.on("GET", "/cob/<txid>", "cob.read")
def get_cob(bank: Bank, call: Call, txid: str) -> Answer:
    return _read(bank, call, COB, txid)


@operations.on("POST", "/cob", "cob.write")
def post_cob(bank: Bank, call: Call) -> Answer:
    """The bank chooses the txid: every call makes another charge."""
    return _shown(bank, put(bank, COB, bank.new_text(32), call.body), 201)


@operations.on("GET", "/cob", "cob.read")
def list_cobs(bank: Bank, call: Call) -> Answer:
    return _list(bank, call, COB)


@operations.on("PUT", "/cobv/<txid>", "cobv.write")
def put_cobv(bank: Bank, call: Call, txid: str) -> Answer:
    return _shown(bank, put(bank, COBV, txid, call.body), 201)


@operations.on("PATCH", "/cobv/<txid>", "cobv.write")
def patch_cobv(bank: Bank, call: Call, txid: str) -> Answer:
    return _shown(bank, patch(bank, COBV, txid, call.body))


@operations.on("GET", "/cobv/<txid>", "cobv.read")
def get_cobv(bank: Bank, call: Call, txid: str) -> Answer:
    return _read(bank, call, COBV, txid)


@operations.on("GET", "/cobv", "cobv.read")
def list_cobvs(bank: Bank, call: Call) -> Answer:
    return _list(bank, call, COBV)


def _shown(bank: Bank, charge: Charge, status: int = 200) -> Answer:
    return json_answer(show_charge(charge, bank.settings.receiver), status)


def _read(bank: Bank, call: Call, kind: Kind, txid: str) -> Answer:
    charge = find(bank, kind, txid)
    asked = call.request.args.get("revisao")
    revision = None
    if asked is not None:
        revision = int(asked) if asked.isdecimal() else len(charge.terms)
        if revision >= len(charge.terms):
            raise invalid(kind.bad_query, Violation("revisao", "A revisão não existe.", asked))
    return json_answer(show_charge(charge, bank.settings.receiver, revision=revision, with_pix=True))


def _list(bank: Bank, call: Call, kind: Kind) -> Answer:
    query = Query(call.request.args, ("cpf", "cnpj", "locationPresente", "status"), kind.bad_query)
    found = [charge for charge in bank.charges.values() if charge.kind == kind.name and _wanted(charge, query)]
    shown, page = query.page(found)
    cobs = [show_charge(charge, bank.settings.receiver, with_pix=True) for charge in shown]
    return json_answer({"parametros": query.shown() | page, "cobs": cobs})


def _wanted(charge: Charge, query: Query) -> bool:
    debtor: Json = charge.current.get("devedor", {})
    return (
        query.covers(charge.created_at)
        and query.fits("cpf", debtor.get("cpf"))
        and query.fits("cnpj", debtor.get("cnpj"))
        and query.fits("status", charge.status)
        and query.fits("locationPresente", flag(True))
    )
