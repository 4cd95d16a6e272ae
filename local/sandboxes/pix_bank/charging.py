"""How charges are made, revised and removed: what cob and cobv have in common (API Pix, tags Cob and CobV)."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from local.sandboxes.pix_bank.bank import ACTIVE, BRASILIA, Bank, Charge, Json
from local.sandboxes.pix_bank.fields import Check, report
from local.sandboxes.pix_bank.problems import PixProblem, Violation, bad_request, invalid, not_found

REMOVED_BY_RECEIVER = "REMOVIDA_PELO_USUARIO_RECEBEDOR"

_TXID = re.compile(r"[a-zA-Z0-9]{26,35}", re.ASCII)
_NESTED = ("calendario", "valor")


@dataclass(frozen=True, slots=True)
class Kind:
    """`cob` or `cobv`: its checks and the names of its errors."""

    name: str
    whole: Check
    revised: Check
    wrong: str
    missing: str
    bad_query: str


def put(bank: Bank, kind: Kind, txid: str, body: object) -> Charge:
    """Create, or revise an active one. The same terms again change nothing and keep the revision.

    Raises:
        PixProblem: 400 with every violation; also for a charge that is no longer active.
    """
    check_txid(txid)
    charge = bank.charges.get(txid)
    terms = _terms(bank, kind, kind.whole, body, charge)
    if charge is not None:
        _revise(charge, kind, terms)
        return charge
    branch = "cobv/" if kind.name == "cobv" else ""
    location = f"{bank.settings.location_host}/qr/v2/{branch}{bank.new_text(32)}"
    charge = Charge(kind.name, txid, bank.now, bank.new_number(), location, [terms])
    bank.charges[txid] = charge
    return charge


def patch(bank: Bank, kind: Kind, txid: str, body: object) -> Charge:
    """Revise what is given of an active charge, or remove it.

    Raises:
        PixProblem: 404, or 400 with every violation.
    """
    charge = find(bank, kind, txid)
    given = _terms(bank, kind, kind.revised, body, charge)
    removing = given.pop("status", None) is not None
    if removing and given:
        raise invalid(kind.wrong, Violation(f"{kind.name}.status", "A remoção não se combina com outras alterações."))
    merged = {**charge.current, **given}
    for name in _NESTED:
        merged[name] = {**charge.current[name], **given.get(name, {})}
    if removing:
        _expect_active(charge, kind)
        charge.terms.append(charge.current)
        charge.status = REMOVED_BY_RECEIVER
    else:
        _revise(charge, kind, merged)
    return charge


def find(bank: Bank, kind: Kind, txid: str) -> Charge:
    check_txid(txid)
    charge = bank.charges.get(txid)
    if charge is None or charge.kind != kind.name:
        raise not_found(kind.missing, f"A cobrança {txid}")
    return charge


def check_txid(txid: str) -> None:
    if _TXID.fullmatch(txid) is None:
        raise bad_request("O txid não respeita o schema.", Violation("txid", "De 26 a 35 letras e dígitos.", txid))


def _revise(charge: Charge, kind: Kind, terms: Json) -> None:
    _expect_active(charge, kind)
    if terms != charge.current:
        charge.terms.append(terms)


def _expect_active(charge: Charge, kind: Kind) -> None:
    if charge.status != ACTIVE:
        raise invalid(kind.wrong, detail=f"A cobrança está {charge.status}; só uma cobrança ATIVA pode ser revisada.")


def _terms(bank: Bank, kind: Kind, check: Check, body: object, charge: Charge | None) -> Json:
    """The body without `loc`, which is no part of what is charged."""
    found: list[Violation] = []
    check(body, kind.name, found)
    if found or not isinstance(body, dict):
        raise _wrong(kind, found)
    terms = deepcopy(body)
    _check_rules(bank, kind, terms, charge, found)
    location = terms.pop("loc", None)
    if location is not None and (charge is None or location["id"] != charge.location_id):
        used = any(other.location_id == location["id"] for other in bank.charges.values())
        reason = "Já é utilizado por outra cobrança." if used else "O location referenciado inexiste."
        report(found, f"{kind.name}.loc.id", reason, location["id"])
    if found:
        raise _wrong(kind, found)
    return terms


def _check_rules(bank: Bank, kind: Kind, terms: Json, charge: Charge | None, found: list[Violation]) -> None:
    if charge is not None and charge.kind != kind.name:
        report(found, "txid", f"O txid já é de uma {charge.kind}.", charge.txid)
    if "chave" in terms and terms["chave"] not in bank.settings.pix_keys:
        report(found, f"{kind.name}.chave", "A chave não pertence a este usuário recebedor.", terms["chave"])
    due = terms.get("calendario", {}).get("dataDeVencimento")
    created = (charge.created_at if charge is not None else bank.now).astimezone(BRASILIA).date()
    if due is not None and date.fromisoformat(due) < created:
        report(found, f"{kind.name}.calendario.dataDeVencimento", "É anterior à criação da cobrança.", due)


def _wrong(kind: Kind, found: list[Violation]) -> PixProblem:
    return invalid(kind.wrong, *found, detail="A cobrança não respeita o schema ou as regras.")
