"""The bank's objects as the API shows them: CobCompleta, CobVCompleta, Pix and Devolucao of the standard."""

from __future__ import annotations

from commerce.platform.clock import iso
from local.sandboxes.pix_bank.bank import (
    ACTIVE,
    DEFAULT_EXPIRATION,
    DEFAULT_VALIDITY_DAYS,
    Charge,
    Devolucao,
    Json,
    Pix,
    money,
)
from local.sandboxes.pix_bank.brcode import dynamic_code
from local.sandboxes.pix_bank.settings import Receiver


def show_charge(charge: Charge, receiver: Receiver, *, revision: int | None = None, with_pix: bool = False) -> Json:
    """CobGerada or CobVGerada; `with_pix` makes it CobCompleta or CobVCompleta. `revision` shows earlier terms."""
    number = len(charge.terms) - 1 if revision is None else revision
    terms = charge.terms[number]
    defaults: Json = {"expiracao": DEFAULT_EXPIRATION}
    if charge.kind == "cobv":
        defaults = {"validadeAposVencimento": DEFAULT_VALIDITY_DAYS}
    shown: Json = {
        **terms,
        "calendario": {"criacao": iso(charge.created_at), **defaults, **terms["calendario"]},
        "txid": charge.txid,
        "revisao": number,
        "loc": {
            "id": charge.location_id,
            "txid": charge.txid,
            "location": charge.location,
            "tipoCob": charge.kind,
            "criacao": iso(charge.created_at),
        },
        "location": charge.location,
        "status": charge.status,
        "pixCopiaECola": dynamic_code(charge.location, receiver.name, receiver.city),
    }
    if charge.kind == "cobv":
        shown["recebedor"] = {"cnpj": receiver.cnpj, "nome": receiver.name, **receiver.address}
    if with_pix and (charge.pix or charge.status != ACTIVE):
        shown["pix"] = [show_pix(pix) for pix in charge.pix if not pix.withheld]
    return shown


def show_pix(pix: Pix) -> Json:
    shown: Json = {"endToEndId": pix.e2eid}
    if pix.txid is not None:
        shown["txid"] = pix.txid
    shown |= {
        "valor": money(pix.amount),
        "componentesValor": {"original": {"valor": money(pix.amount)}},
        "chave": pix.key,
        "horario": iso(pix.at),
    }
    if pix.payer is not None:
        shown["pagador"] = pix.payer
    if pix.info is not None:
        shown["infoPagador"] = pix.info
    if pix.devolucoes:
        shown["devolucoes"] = [show_devolucao(one) for one in pix.devolucoes]
    return shown


def show_devolucao(one: Devolucao) -> Json:
    times = {"solicitacao": iso(one.requested_at)}
    if one.settled_at is not None:
        times["liquidacao"] = iso(one.settled_at)
    shown: Json = {
        "id": one.id,
        "rtrId": one.rtr_id,
        "valor": money(one.amount),
        "natureza": one.natureza,
        "horario": times,
        "status": one.status,
    }
    if one.descricao is not None:
        shown["descricao"] = one.descricao
    if one.motivo is not None:
        shown["motivo"] = one.motivo
    return shown
