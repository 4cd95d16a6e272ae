"""The refunds of a payment, and which of them are ours. Pure.

Source: reference "Create refund", "Get refund list". Mercado Pago takes no reference with a refund and shows none: not
the idempotency key, not an amount of metadata of ours. What ties one to our refund id is the answer to our own call,
which carries its id, and which the ledger keeps. While such an answer is missing, a refund of that amount that nobody
owns is not told of: it may be ours. The call is repeated under its key, and its answer says which one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from commerce.payments.gateways.fields import Json, obj, objects, optional_text, text
from commerce.payments.gateways.mercado_pago.fields import moment, ref
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.observation import RefundSnapshot
from commerce.payments.reais import cents_of

_STATUSES: Mapping[str, CommandStatus] = {
    "approved": CommandStatus.SUCCEEDED,
    "in_process": CommandStatus.PENDING,
    "rejected": CommandStatus.FAILED,
    "cancelled": CommandStatus.CANCELED,
}
NOBODY: Mapping[str, str] = MappingProxyType({})


def refund_snapshots(
    found: Json, *, known: Payment | None, answered: Mapping[str, str] = NOBODY
) -> tuple[tuple[RefundSnapshot, ...], str | None]:
    """All refunds that can be told of; or none and the word, when one has a status that nobody knows (PAY-23).

    Args:
        found: the payment as Mercado Pago shows it.
        known: as the ledger has it, read after `found`; None when it is not to be had.
        answered: Mercado Pago's refund id -> ours, out of the answer to the call that was just made.
    """
    owners = {**_owners(known), **answered}
    in_doubt = {refund.amount for refund in _unanswered(known) if refund.refund_id not in answered.values()}
    told = []
    for entry in objects(found, "refunds"):
        word = text(entry, "status")
        if word not in _STATUSES:
            return (), f"refund:{word}"
        amount, provider_ref = cents_of(entry["amount"]), ref(entry)
        if provider_ref not in owners and amount in in_doubt and not _by_provider(entry):
            continue
        told.append(
            RefundSnapshot(
                provider_ref=provider_ref,
                refund_id=owners.get(provider_ref),
                amount=amount,
                status=_STATUSES[word],
                failure="refund_rejected" if _STATUSES[word] is CommandStatus.FAILED else None,
                receipt_ref=ref(found),
            )
        )
    return tuple(told), None


def unowned(found: Json, known: Payment, refund: Refund) -> str | None:
    """The oldest refund of that amount which belongs to nobody, for an answer that Mercado Pago does not give again.

    Whichever of several equal ones it is makes no difference, as long as each is taken once.
    """
    owners = _owners(known)
    free = [
        entry
        for entry in objects(found, "refunds")
        if ref(entry) not in owners and cents_of(entry["amount"]) == refund.amount and not _by_provider(entry)
    ]
    return ref(min(free, key=_age)) if free else None


def with_answer(found: Json, answer: Json) -> Json:
    """The payment with the refund that was just answered, should it not be listed yet."""
    listed = objects(found, "refunds")
    if any(ref(entry) == ref(answer) for entry in listed):
        return found
    return {**found, "refunds": [*listed, answer]}


def returned(found: Json) -> int:
    """The cents that have gone back for good."""
    refunds: Sequence[Json] = objects(found, "refunds")
    return sum(cents_of(entry["amount"]) for entry in refunds if entry.get("status") == "approved")


def _owners(known: Payment | None) -> dict[str, str]:
    refunds = () if known is None else known.refunds.values()
    return {refund.provider_ref: refund.refund_id for refund in refunds if refund.provider_ref is not None}


def _unanswered(known: Payment | None) -> list[Refund]:
    refunds = () if known is None else known.refunds.values()
    return [one for one in refunds if one.status is CommandStatus.SENT and one.provider_ref is None]


def _by_provider(entry: Json) -> bool:
    """Mercado Pago's own people or rules gave the money back; nobody called for it."""
    return optional_text(obj(entry, "source"), "type") == "admin"


def _age(entry: Json) -> tuple[str, int, str]:
    created, provider_ref = moment(entry, "date_created"), ref(entry)
    return ("" if created is None else created.isoformat(), len(provider_ref), provider_ref)
