"""The refunds of a charge, and telling them from what Stripe only releases. Pure.

Source: API reference, the Refund object; docs.stripe.com/payments/place-a-hold-on-a-payment-method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from commerce.payments.gateways.stripe.fields import Json, integer, money, obj, optional_text, text
from commerce.payments.model import CommandStatus
from commerce.payments.observation import RefundSnapshot

_REFUND_STATUSES: Mapping[str, CommandStatus] = {
    "pending": CommandStatus.PENDING,
    "requires_action": CommandStatus.PENDING,
    "succeeded": CommandStatus.SUCCEEDED,
    "failed": CommandStatus.FAILED,
    "canceled": CommandStatus.CANCELED,
}


def charge_lapsed(charge: Json | None) -> bool:
    """An authorisation that ran out is given back as a refund of its own kind."""
    return any(refund.get("reason") == "expired_uncaptured_charge" for refund in first_page(charge))


def true_refunds(charge: Json | None, captured: int, refunds: Sequence[Json] | None) -> Sequence[Json]:
    """The refunds of captured money.

    Stripe also writes what is released as a refund: all of it when an authorisation is cancelled or runs out, the
    rest of it when less is captured than was authorised. Neither is money that the buyer ever paid.
    """
    if charge is None or captured == 0:
        return ()
    listed = list(first_page(charge) if refunds is None else refunds)
    released = integer(charge, "amount") - captured
    if released > 0:
        releases = [refund for refund in listed if _looks_released(refund, released)]
        if releases:
            listed.remove(min(releases, key=lambda refund: integer(refund, "created")))
    return listed


def _looks_released(refund: Json, released: int) -> bool:
    named = (obj(refund, "metadata") or {}).get("refund_id") is not None
    return not named and refund.get("balance_transaction") is None and refund.get("amount") == released


def first_page(charge: Json | None) -> Iterable[Json]:
    return (obj(charge or {}, "refunds") or {}).get("data") or ()


def refund_snapshots(refunds: Iterable[Json]) -> tuple[tuple[RefundSnapshot, ...], str | None]:
    """All refunds; or none and the word, when one has a status that nobody knows (PAY-23)."""
    found = []
    for refund in refunds:
        word = text(refund, "status")
        if word not in _REFUND_STATUSES:
            return (), f"refund:{word}"
        found.append(
            RefundSnapshot(
                provider_ref=text(refund, "id"),
                refund_id=optional_text((obj(refund, "metadata") or {}).get("refund_id")),
                amount=money(refund, "amount").amount,
                status=_REFUND_STATUSES[word],
                failure=optional_text(refund.get("failure_reason")),
            )
        )
    return tuple(found), None
