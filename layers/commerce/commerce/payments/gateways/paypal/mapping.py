"""An order as PayPal shows it -> a snapshot in our words and units. Pure.

Source: Orders v2, the order, purchase unit and payment collection. That an order is COMPLETED says nothing of its
money: what its captures and authorizations say counts, and the order's own status only where there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateways.fields import Json, obj, objects, optional_text, text
from commerce.payments.gateways.paypal.fields import link, moment, money
from commerce.payments.gateways.paypal.payments import (
    HOLDING,
    LOST,
    Payments,
    lapsed,
    payments_of,
    reason_of,
)
from commerce.payments.gateways.paypal.refunds import refund_snapshots
from commerce.payments.gateways.paypal.settings import PROVIDER
from commerce.payments.instructions import Instructions
from commerce.payments.model import Dispute, Failure, MethodDetails, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus

OUR_IDS = "pay_"
"""How our payment ids begin; others put their own words into `custom_id`."""

_STATUSES: Mapping[str, PaymentStatus] = {
    "CREATED": PaymentStatus.ACTION_REQUIRED,
    "SAVED": PaymentStatus.ACTION_REQUIRED,
    "PAYER_ACTION_REQUIRED": PaymentStatus.ACTION_REQUIRED,
    "APPROVED": PaymentStatus.PROCESSING,
    "VOIDED": PaymentStatus.CANCELED,
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the money; `status` None for what nobody knows."""

    status: PaymentStatus | None
    raw: str
    failure: Failure | None = None
    pending_reason: str | None = None
    over_since: datetime | None = None


def snapshot_of(
    order: Json,
    *,
    livemode: bool,
    observed_at: datetime,
    dispute: Dispute | None = None,
    known: Payment | None = None,
) -> Snapshot:
    """What `order` says.

    Args:
        known: the payment as the ledger has it, where that is at hand; see `refunds`.
        livemode: whose API gave it; PayPal's objects do not say.
        observed_at: when PayPal was asked.

    Raises:
        LookupError, TypeError, ValueError, Unprocessable: the answer is none that PayPal documents.
    """
    units = objects(order, "purchase_units")
    unit = units[0]
    payments = payments_of(order)
    ours = our_id(order)
    outcome = _outcome(order, payments, observed_at)
    total = money(unit, "amount")
    approve_url = link(order, "payer-action", "approve")
    holds = payments.holds
    return Snapshot(
        provider=PROVIDER,
        provider_ref=text(order, "id"),
        payment_id=ours,
        order_id=optional_text(unit, "reference_id"),
        status=outcome.status,
        raw_status=outcome.raw,
        money=total,
        livemode=livemode,
        observed_at=observed_at,
        authorized=_authorized(payments),
        captured=sum(money(capture, "amount").amount for capture in payments.taken),
        refunds=refund_snapshots(payments, ours, known) if outcome.status is not None else (),
        dispute=dispute,
        failure=outcome.failure,
        charge_ref=_charge_ref(payments),
        details=_details(order),
        capture_before=moment(holds[-1], "expiration_time") if holds else None,
        instructions=None if approve_url is None else Instructions(approve_url=approve_url),
        expires_at=outcome.over_since,
        pending_reason=outcome.pending_reason,
        approved=outcome.status is PaymentStatus.PROCESSING,
    )


def our_id(order: Json) -> str | None:
    """The payment that made it: ours has one purchase unit, all else comes from other applications on the account."""
    units = objects(order, "purchase_units")
    payment_id = optional_text(units[0], "custom_id") or ""
    return payment_id if payment_id.startswith(OUR_IDS) and len(units) == 1 else None


def ended(snapshot: Snapshot, status: PaymentStatus = PaymentStatus.CANCELED) -> Snapshot:
    """An order without money that we let go: nothing of it can be taken any more."""
    raw = f"{snapshot.raw_status}:never completed"
    return replace(snapshot, status=status, raw_status=raw, approved=False, instructions=None, pending_reason=None)


def gone(payment: Payment, status: PaymentStatus, *, livemode: bool, observed_at: datetime) -> Snapshot:
    """An order that PayPal no longer knows: those that nobody paid are deleted there after some hours."""
    return Snapshot(
        provider=PROVIDER,
        provider_ref=payment.provider_ref or "",
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        status=status,
        raw_status="order deleted at PayPal",
        money=payment.money,
        livemode=livemode,
        observed_at=observed_at,
    )


def _outcome(order: Json, payments: Payments, now: datetime) -> _Outcome:
    unknown = payments.unknown_word
    if unknown is not None:
        return _Outcome(None, unknown)
    if payments.taken:
        return _Outcome(PaymentStatus.PAID, f"capture:{text(payments.taken[-1], 'status')}")
    pending = payments.captures_that("PENDING")
    if pending:
        return _pending("capture", pending[-1])
    if payments.authorizations:
        return _authorization_outcome(payments, now)
    if payments.captures:
        return _lost("capture", payments.captures[-1], now)
    word = text(order, "status")
    # COMPLETED with nothing in it is as strange as a word that nobody knows.
    return _Outcome(_STATUSES.get(word), f"order:{word}")


def _authorization_outcome(payments: Payments, now: datetime) -> _Outcome:
    newest = payments.holds[-1] if payments.holds else payments.authorizations[-1]
    word = text(newest, "status")
    raw = f"authorization:{word}"
    if word in HOLDING and lapsed(newest, now):
        return _Outcome(PaymentStatus.EXPIRED, f"{raw}:lapsed")
    match word:
        case "CREATED" | "PARTIALLY_CAPTURED":
            return _Outcome(PaymentStatus.AUTHORIZED, raw)
        case "PENDING":
            return _pending("authorization", newest)
        case "VOIDED" | "EXPIRED":
            # By somebody, or by PayPal when it ran out.
            ran_out = word == "EXPIRED" or lapsed(newest, moment(newest, "update_time") or now)
            return _Outcome(PaymentStatus.EXPIRED if ran_out else PaymentStatus.CANCELED, raw)
        case "DENIED":
            return _lost("authorization", newest, now)
    # CAPTURED, and the capture came to nothing or is not there.
    lost = payments.captures
    return _lost("capture", lost[-1], now) if lost else _Outcome(None, f"{raw}:without a capture")


def _pending(kind: str, row: Json) -> _Outcome:
    """Whatever the reason is called: a new one is as pending as the others, and shown as it is."""
    reason = reason_of(row) or "OTHER"
    return _Outcome(PaymentStatus.PENDING, f"{kind}:PENDING:{reason}", pending_reason=reason)


def _lost(kind: str, row: Json, now: datetime) -> _Outcome:
    """Declined for good: PayPal takes no second try for this order, so that the buyer can no longer pay it."""
    word = text(row, "status")
    failure = Failure(f"{kind}_declined", BuyerCode.CARD_DECLINED.value, decline_code=reason_of(row))
    since = moment(row, "update_time") or now
    return _Outcome(PaymentStatus.FAILED, f"{kind}:{word}", failure=failure, over_since=min(since, now))


def _authorized(payments: Payments) -> int:
    """A renewed authorisation is the same money once more, so the largest counts; a plain capture needed none."""
    amounts = [
        money(row, "amount").amount for row in payments.authorizations if text(row, "status") in HOLDING | {"CAPTURED"}
    ]
    taken = sum(money(capture, "amount").amount for capture in payments.taken)
    return max([taken, *amounts])


def _charge_ref(payments: Payments) -> str | None:
    alive = [row for row in payments.captures if text(row, "status") not in LOST]
    for rows in (payments.taken, alive, payments.holds):
        if rows:
            return text(rows[-1], "id")
    return None


def _details(order: Json) -> MethodDetails | None:
    source = obj(order, "payment_source")
    if "card" in source:
        card = obj(source, "card")
        last4 = optional_text(card, "last_digits")
        return MethodDetails("card", optional_text(card, "brand"), None if last4 is None else last4[-4:])
    return MethodDetails("paypal") if "paypal" in source else None
