"""Devoluções: asked for by the receiver, or taken by the bank (MED)."""

from __future__ import annotations

import re
from datetime import timedelta

from local.sandboxes.pix_bank.bank import Bank, Devolucao, Json, Pix, centavos, money
from local.sandboxes.pix_bank.bodies import DEVOLUCAO
from local.sandboxes.pix_bank.notices import notify
from local.sandboxes.pix_bank.problems import Violation, bad_request, invalid
from local.sandboxes.pix_bank.render import show_devolucao
from local.sandboxes.pix_bank.settings import DevolucaoMode

WINDOW = timedelta(days=90)
MED = ("MED_FRAUDE", "MED_OPERACIONAL")

_ID = re.compile(r"[a-zA-Z0-9]{1,35}", re.ASCII)
_WRONG = "PixDevolucaoInvalida"


def ask(bank: Bank, pix: Pix, identity: str, body: object) -> tuple[Devolucao, Json]:
    """The devolução, and how it is shown to who asked: a failing one is still in process then.

    Raises:
        PixProblem: 400 for a bad body, another body under a known id, too much money or too late.
    """
    given = _given(identity, body)
    known = next((one for one in pix.devolucoes if one.id == identity), None)
    if known is not None:
        _expect_same(bank, known, given)
        return known, show_devolucao(known)
    amount = centavos(given["valor"])
    _expect_room(bank, pix, amount)
    made = Devolucao(
        identity, bank.new_operation_id("D"), amount, "ORIGINAL", bank.now, descricao=given.get("descricao")
    )
    pix.devolucoes.append(made)
    if bank.devolucao_mode is DevolucaoMode.IMMEDIATE:
        settle(bank, pix, made, returned=True)
    shown = show_devolucao(made)
    if bank.devolucao_mode is DevolucaoMode.FAIL:
        settle(bank, pix, made, returned=False)
    return made, shown


def settle(bank: Bank, pix: Pix, one: Devolucao, *, returned: bool) -> None:
    """End a devolução and tell the receiver."""
    one.status = "DEVOLVIDO" if returned else "NAO_REALIZADO"
    one.settled_at = bank.now if returned else None
    one.motivo = None if returned else "Recusada pelo PSP do pagador"
    notify(bank, pix)


def take_back(bank: Bank, pix: Pix, amount: int, natureza: str) -> Devolucao:
    """The bank gives money back without being asked (Mecanismo Especial de Devolução)."""
    made = Devolucao(bank.new_text(20), bank.new_operation_id("D"), amount, natureza, bank.now)
    pix.devolucoes.append(made)
    settle(bank, pix, made, returned=True)
    return made


def _given(identity: str, body: object) -> Json:
    if _ID.fullmatch(identity) is None:
        raise bad_request("O id não respeita o schema.", Violation("id", "De 1 a 35 letras e dígitos.", identity))
    found: list[Violation] = []
    DEVOLUCAO(body, "devolucao", found)
    if found or not isinstance(body, dict):
        raise invalid(_WRONG, *found, detail="A devolução não respeita o schema.")
    return body


def _expect_same(bank: Bank, known: Devolucao, given: Json) -> None:
    asked = (centavos(given["valor"]), given.get("natureza", "ORIGINAL"), given.get("descricao"))
    same = asked == (known.amount, known.natureza, known.descricao)
    if bank.settings.refuse_repeated_devolucao or not same:
        raise invalid(_WRONG, Violation("id", "O id já foi utilizado por outra devolução deste Pix.", known.id))


def _expect_room(bank: Bank, pix: Pix, amount: int) -> None:
    if bank.now > pix.at + WINDOW:
        raise invalid(_WRONG, detail="O prazo de 90 dias para a devolução deste Pix terminou.")
    if pix.given_back + amount > pix.amount:
        left = money(pix.amount - pix.given_back)
        reason = f"Com as devoluções anteriores, excede o valor do Pix; restam {left}."
        raise invalid(_WRONG, Violation("devolucao.valor", reason, money(amount)))
