"""Our request -> what the standard takes: CobSolicitada, CobVSolicitada, DevolucaoSolicitada (API Pix 2.9.0).

Everything follows from what is fixed in the ledger, so that every try of an operation sends the same body under the
same id: a PUT on a charge that is there revises it, and the same terms again change nothing.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from commerce.orders.model import Address, OrderTerms
from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.bacen.fields import amount
from commerce.payments.model import Refund
from commerce.payments.payer import Payer
from commerce.platform.errors import ProviderRefused
from commerce.platform.money import Money

ORDER, PAYMENT = "Pedido", "Pagamento"
"""Under which names our references travel in `infoAdicionais`, where the payer sees them too."""

REMOVAL = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}
_FITS = re.compile(r"[a-zA-Z0-9]{1,35}", re.ASCII)
_HASHED_ID = re.compile(r"rf[0-9a-f]{33}", re.ASCII)
_REFUND_NOTE = "Reembolso "
_SHORT, _LONG = 140, 200


def charge_body(request: StartPayment, terms: OrderTerms, pix_key: str) -> dict[str, Any]:
    """The same for every try.

    Raises:
        ProviderRefused: `payer_required`, a Pix with a due date is made out to somebody.
    """
    body: dict[str, Any] = {
        "calendario": _calendar(request),
        "valor": {"original": amount(request.money.amount)},
        "chave": pix_key,
        "solicitacaoPagador": f"Pedido {request.order_id}"[:_SHORT],
        "infoAdicionais": [
            {"nome": ORDER, "valor": request.order_id[:_LONG]},
            {"nome": PAYMENT, "valor": request.payment_id},
        ],
    }
    payer = request.choices.payer
    if payer is not None:
        body["devedor"] = _debtor(payer)
    if request.choices.due_date is None:
        return body
    if payer is None:
        raise ProviderRefused("A Pix with a due date needs the payer's name and tax id.", code="payer_required")
    # Some banks refuse one without an address, and the standard has no harm in it.
    body["devedor"] |= _address(payer.address or terms.shipping_address)
    return body


def refund_body(refund: Refund, money: Money) -> dict[str, str]:
    """The note is shown to the buyer, and brings the refund's id back to us where the devolução's cannot hold it."""
    return {"valor": amount(money.amount), "descricao": f"{_REFUND_NOTE}{refund.refund_id}"[:_SHORT]}


def refund_noted_in(note: str | None) -> str | None:
    return note.removeprefix(_REFUND_NOTE) if note is not None and note.startswith(_REFUND_NOTE) else None


def devolucao_id(refund_id: str) -> str:
    """The refund's own id where it can be one (1 to 35 letters and digits), else a digest of it."""
    if _FITS.fullmatch(refund_id) and not is_digest(refund_id):
        return refund_id
    return f"rf{hashlib.sha256(refund_id.encode()).hexdigest()[:33]}"


def is_digest(devolucao: str) -> bool:
    """Whether this devolução's id hides the id of a refund of ours."""
    return _HASHED_ID.fullmatch(devolucao) is not None


def _calendar(request: StartPayment) -> dict[str, Any]:
    if request.choices.due_date is not None:
        return {"dataDeVencimento": request.choices.due_date.isoformat(), "validadeAposVencimento": 0}
    if request.expires_at is None:
        return {}
    return {"expiracao": max(1, int((request.expires_at - request.opened_at).total_seconds()))}


def _debtor(payer: Payer) -> dict[str, str]:
    return {"cnpj" if payer.is_company else "cpf": payer.tax_id, "nome": payer.name[:_LONG]}


def _address(address: Address | None) -> dict[str, str]:
    if address is None or address.country != "BR":
        return {}
    street = ", ".join(part for part in (address.line1, address.number) if part)
    digits = "".join(character for character in address.postal_code if character.isdigit())
    found = {
        "logradouro": street[:_LONG],
        "cidade": address.city[:_LONG],
        "uf": address.state if address.state and len(address.state) == 2 else "",
        "cep": digits if len(digits) == 8 else "",
    }
    return {name: value for name, value in found.items() if value}
