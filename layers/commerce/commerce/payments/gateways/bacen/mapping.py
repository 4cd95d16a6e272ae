"""A charge as the bank shows it -> a snapshot in our words and minor units. Pure.

Source: API Pix 2.9.0, CobCompleta, CobVCompleta and Pix. There is no word for "expired": a charge stays ATIVA, and our
own clock ends it. CONCLUIDA says that it was paid, but only the Pix in it say with how much (PAY-20).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commerce.payments.bank_calendar import next_business_day
from commerce.payments.brazil import end_of_day
from commerce.payments.gateways.bacen.charges import ORDER, PAYMENT
from commerce.payments.gateways.bacen.devolucoes import dispute_of, refunds_of, unknown_word
from commerce.payments.gateways.bacen.fields import centavos
from commerce.payments.gateways.bacen.settings import PROVIDER
from commerce.payments.gateways.bacen.txids import BY_DATE, kind_of, names
from commerce.payments.gateways.fields import Json, moment, obj, objects, optional_text, text
from commerce.payments.instructions import Instructions
from commerce.payments.model import Payment
from commerce.payments.observation import Snapshot
from commerce.payments.pix.codes import Code
from commerce.payments.receipts import Receipt
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

ACTIVE, CONCLUDED = "ATIVA", "CONCLUIDA"
DEFAULT_SECONDS, DEFAULT_DAYS = 86_400, 30
"""What the standard takes where `expiracao`, or `validadeAposVencimento`, is absent."""

_WITHOUT_MONEY: Mapping[str, PaymentStatus] = {
    ACTIVE: PaymentStatus.ACTION_REQUIRED,
    CONCLUDED: PaymentStatus.PROCESSING,
    # The description's prose writes the last two in the masculine, its schema in the feminine.
    "REMOVIDA_PELO_USUARIO_RECEBEDOR": PaymentStatus.CANCELED,
    "REMOVIDA_PELO_PSP": PaymentStatus.CANCELED,
    "REMOVIDO_PELO_USUARIO_RECEBEDOR": PaymentStatus.CANCELED,
    "REMOVIDO_PELO_PSP": PaymentStatus.CANCELED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """Our ids of the payment that a charge was made for, where we know them already."""

    payment_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whose charges we believe: of these Pix keys and this mode."""

    pix_keys: tuple[str, ...]
    livemode: bool


def snapshot_of(
    charge: Json,
    txid: str,
    account: Account,
    *,
    observed_at: datetime,
    known: Known | None = None,
    payment: Payment | None = None,
    code: Code | None = None,
) -> Snapshot:
    """What `charge` says.

    Args:
        txid: under which it was asked for.
        observed_at: when the bank was asked.
        known: for banks that do not give our references back; the txid proves them.
        payment: as the ledger has it, for the ids of its refunds.

    Raises:
        KeyError, TypeError, ValueError: the answer is none that the standard describes.
    """
    if (optional_text(charge, "txid") or txid) != txid:
        raise ValueError("the bank answered with another charge")
    received = objects(charge, "pix")
    word, strange = text(charge, "status"), unknown_word(received)
    references = _references(charge, txid, known)
    return Snapshot(
        provider=PROVIDER,
        provider_ref=txid,
        payment_id=references.get(PAYMENT),
        order_id=references.get(ORDER),
        status=None if strange is not None else _status(word, received),
        raw_status=word if strange is None else f"devolucao:{strange}",
        money=Money(centavos(obj(charge, "valor"), "original"), "BRL"),
        livemode=account.livemode,
        observed_at=observed_at,
        refunds=() if strange is not None else refunds_of(received, payment),
        dispute=None if strange is not None else dispute_of(received),
        charge_ref=text(received[0], "endToEndId") if received else None,
        receipts=tuple(_receipt(pix) for pix in received),
        instructions=None if code is None else Instructions(pix_code=code.text),
        expires_at=end_of(charge, txid),
        foreign=text(charge, "chave") not in account.pix_keys,
    )


def waits_for_the_buyer(charge: Json) -> bool:
    """Its code is still to be paid."""
    return text(charge, "status") == ACTIVE and not objects(charge, "pix")


def end_of(charge: Json, txid: str) -> datetime | None:
    """Until when it can be paid; None where the bank does not say."""
    calendar = obj(charge, "calendario")
    if kind_of(txid) == BY_DATE:
        due = date.fromisoformat(text(calendar, "dataDeVencimento"))
        days = int(optional_text(calendar, "validadeAposVencimento") or DEFAULT_DAYS)
        return end_of_day(_last_day(due, days))
    if optional_text(calendar, "criacao") is None:
        return None
    seconds = int(optional_text(calendar, "expiracao") or DEFAULT_SECONDS)
    return moment(calendar, "criacao") + timedelta(seconds=seconds)


def _last_day(due: date, days: int) -> date:
    """Both the due date and the last day after it move to a day on which banks work (`validadeAposVencimento`)."""
    try:
        return next_business_day(next_business_day(due) + timedelta(days=days))
    except Unprocessable:
        raise ValueError("a due date beyond the calendar of bank holidays") from None


def _status(word: str, received: Sequence[Json]) -> PaymentStatus | None:
    known = _WITHOUT_MONEY.get(word)
    # Some banks leave a charge ATIVA for a while after its money came; the money is what counts.
    return PaymentStatus.PAID if known is not None and received else known


def _references(charge: Json, txid: str, known: Known | None) -> Mapping[str, str]:
    named = {optional_text(one, "nome"): optional_text(one, "valor") for one in objects(charge, "infoAdicionais")}
    told = {name: value for name in (ORDER, PAYMENT) if (value := named.get(name)) is not None}
    if known is None or not names(txid, known.payment_id):
        return told
    return {ORDER: known.order_id, PAYMENT: known.payment_id, **told}


def _receipt(pix: Json) -> Receipt:
    return Receipt(text(pix, "endToEndId"), centavos(pix, "valor"), moment(pix, "horario"))
