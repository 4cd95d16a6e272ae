"""A PaymentIntent as Stripe shows it -> a snapshot in our words and units. Pure.

Source: API reference, the PaymentIntent, Charge, Refund and Dispute objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from commerce.payments.gateways.stripe.declines import failure_of, without_card
from commerce.payments.gateways.stripe.fields import Json, boolean, id_of, integer, money, obj, optional_text, text
from commerce.payments.gateways.stripe.refunds import charge_lapsed, refund_snapshots, true_refunds
from commerce.payments.gateways.stripe.showing import instructions_of, method_of, pix_expiry
from commerce.payments.gateways.stripe.units import STRIPE_UNITS
from commerce.payments.model import Dispute, Failure, MethodDetails
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus

PROVIDER = "stripe"

_STATUSES: Mapping[str, PaymentStatus] = {
    "requires_confirmation": PaymentStatus.ACTION_REQUIRED,
    "requires_action": PaymentStatus.ACTION_REQUIRED,
    "processing": PaymentStatus.PROCESSING,
    "requires_capture": PaymentStatus.AUTHORIZED,
    "succeeded": PaymentStatus.PAID,
}
_LAPSED = frozenset({"automatic", "expired"})
"""Cancellation reasons that mean that the authorisation ran out by itself."""


def snapshot_of(
    intent: Json,
    *,
    observed_at: datetime,
    refunds: Sequence[Json] | None = None,
    disputes: Sequence[Json] = (),
) -> Snapshot:
    """What `intent` says, with its latest charge expanded where there is one.

    Args:
        observed_at: when Stripe was asked.
        refunds: all of them, when the charge shows only the first page.
        disputes: of the charge, when it is disputed.

    Raises:
        KeyError, TypeError, ValueError, Unprocessable: the answer is none that Stripe documents.
    """
    charge = charge_of(intent)
    metadata = obj(intent, "metadata") or {}
    raw_status = text(intent, "status")
    captured = integer(intent, "amount_received")
    found, unknown_word = refund_snapshots(true_refunds(charge, captured, refunds))
    return Snapshot(
        provider=PROVIDER,
        provider_ref=text(intent, "id"),
        payment_id=optional_text(metadata.get("payment_id")),
        order_id=optional_text(metadata.get("order_id")),
        status=None if unknown_word else _status(intent, raw_status, charge),
        raw_status=unknown_word or raw_status,
        money=money(intent, "amount"),
        livemode=boolean(intent, "livemode"),
        observed_at=observed_at,
        authorized=_units(intent, integer(intent, "amount_capturable") or captured),
        captured=_units(intent, captured),
        refunds=found,
        dispute=_dispute(disputes),
        failure=_failure(intent),
        charge_ref=id_of(intent.get("latest_charge")),
        details=_details(intent, charge),
        capture_before=_capture_before(charge),
        instructions=instructions_of(intent),
        expires_at=pix_expiry(intent),
    )


def charge_of(intent: Json) -> Json | None:
    """The latest charge, if it is expanded."""
    charge = intent.get("latest_charge")
    return charge if isinstance(charge, Mapping) else None


def _status(intent: Json, raw: str, charge: Json | None) -> PaymentStatus | None:
    if raw == "requires_payment_method":
        # Also what has become of an expired Pix or boleto: Stripe would take another method for it, so that only a
        # cancellation ends it for good.
        return PaymentStatus.FAILED if _failure(intent) else PaymentStatus.ACTION_REQUIRED
    if raw == "canceled":
        lapsed = intent.get("cancellation_reason") in _LAPSED or charge_lapsed(charge)
        return PaymentStatus.EXPIRED if lapsed else PaymentStatus.CANCELED
    return _STATUSES.get(raw)


def _failure(intent: Json) -> Failure | None:
    error = obj(intent, "last_payment_error")
    if not error:
        return None
    failure = failure_of(error)
    return failure if method_of(intent) is None else without_card(failure)


def _dispute(disputes: Sequence[Json]) -> Dispute | None:
    """The one that matters: an undecided one before a lost one, a lost one before a won one, then the newest."""
    seen = [
        (
            Dispute(
                provider_ref=text(dispute, "id"),
                status=text(dispute, "status"),
                amount=money(dispute, "amount").amount,
                reason=optional_text(dispute.get("reason")),
            ),
            integer(dispute, "created"),
        )
        for dispute in disputes
    ]
    return max(seen, key=lambda pair: (not pair[0].is_final, not pair[0].frees_refunds, pair[1]))[0] if seen else None


def _details(intent: Json, charge: Json | None) -> MethodDetails | None:
    """Of a card; a Pix or boleto has nothing that a receipt could show."""
    method = obj(charge or {}, "payment_method_details")
    if method is None or method_of(intent) is not None:
        return None
    kind = text(method, "type")
    card = obj(method, kind) or {}
    wallet = obj(card, "wallet") or {}
    return MethodDetails(
        kind=kind,
        brand=optional_text(card.get("brand")),
        last4=optional_text(card.get("last4")),
        wallet=optional_text(wallet.get("type")),
    )


def _capture_before(charge: Json | None) -> datetime | None:
    method = obj(charge or {}, "payment_method_details") or {}
    epoch = (obj(method, "card") or {}).get("capture_before")
    return datetime.fromtimestamp(epoch, UTC) if isinstance(epoch, int) else None


def _units(intent: Json, amount: int) -> int:
    return STRIPE_UNITS.from_provider(amount, text(intent, "currency")).amount
