"""What went back of a Pix: the store's own devoluções are refunds, the bank's (MED) are disputes. Pure.

Source: API Pix 2.9.0, Devolucao. The Mecanismo Especial de Devolução lets the payer's bank pull money back over fraud
or a failure of its own; `natureza` begins with MED then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from commerce.payments.gateways.bacen.charges import devolucao_id, is_digest, refund_noted_in
from commerce.payments.gateways.bacen.fields import centavos
from commerce.payments.gateways.fields import Json, objects, optional_text, text
from commerce.payments.model import CommandStatus, Dispute, Payment
from commerce.payments.observation import RefundSnapshot

_STATUSES: Mapping[str, CommandStatus] = {
    "EM_PROCESSAMENTO": CommandStatus.PENDING,
    "DEVOLVIDO": CommandStatus.SUCCEEDED,
    "NAO_REALIZADO": CommandStatus.FAILED,
}
_DISPUTES: Mapping[str, str] = {"EM_PROCESSAMENTO": "under_review", "DEVOLVIDO": "lost", "NAO_REALIZADO": "won"}
_RANKS: Mapping[str, int] = {"won": 0, "lost": 1, "under_review": 2}
_SPECIAL = "MED"


def unknown_word(received: Sequence[Json]) -> str | None:
    """A status of a devolução that nobody knows (PAY-23)."""
    words = (text(one, "status") for pix in received for one in objects(pix, "devolucoes"))
    return next((word for word in words if word not in _STATUSES), None)


def refunds_of(received: Sequence[Json], payment: Payment | None) -> tuple[RefundSnapshot, ...]:
    """The devoluções of these Pix under our refunds' ids.

    Args:
        payment: as the ledger has it, None when a webhook led here. Then one of ours whose id cannot be told is left
            out: the refund that asked for it reads it back itself, and folded in under another name it would count
            twice.
    """
    return tuple(
        found
        for pix in received
        for one in objects(pix, "devolucoes")
        if not _is_special(one) and (found := refund_of(pix, one, payment)) is not None
    )


def refund_of(pix: Json, one: Json, payment: Payment | None) -> RefundSnapshot | None:
    identity, status = text(one, "id"), _STATUSES[text(one, "status")]
    refund_id = _refund_id(identity, optional_text(one, "descricao"), payment)
    if refund_id is None and payment is None:
        return None
    return RefundSnapshot(
        provider_ref=identity,
        refund_id=refund_id,
        amount=centavos(one, "valor"),
        status=status,
        failure="devolucao_not_made" if status is CommandStatus.FAILED else None,
        receipt_ref=text(pix, "endToEndId"),
    )


def dispute_of(received: Sequence[Json]) -> Dispute | None:
    """Of several devoluções by the bank, the one that binds the money: open before lost before won, the newest of each.

    A later one that the bank gave up brings nothing of an earlier one back.
    """
    ranked = [(_RANKS[_DISPUTES[text(one, "status")]], number, one) for number, one in enumerate(_special(received))]
    if not ranked:
        return None
    chosen = max(ranked, key=lambda one: one[:2])[2]
    return Dispute(
        provider_ref=optional_text(chosen, "rtrId") or text(chosen, "id"),
        status=_DISPUTES[text(chosen, "status")],
        amount=centavos(chosen, "valor"),
        reason=text(chosen, "natureza").lower(),
    )


def _special(received: Sequence[Json]) -> Iterator[Json]:
    return (one for pix in received for one in objects(pix, "devolucoes") if _is_special(one))


def _is_special(one: Json) -> bool:
    return (optional_text(one, "natureza") or "").startswith(_SPECIAL)


def _refund_id(identity: str, note: str | None, payment: Payment | None) -> str | None:
    ours = {} if payment is None else {devolucao_id(refund_id): refund_id for refund_id in payment.refunds}
    if identity in ours:
        return ours[identity]
    if not is_digest(identity):
        return identity
    noted = refund_noted_in(note)
    return noted if noted is not None and devolucao_id(noted) == identity else None
