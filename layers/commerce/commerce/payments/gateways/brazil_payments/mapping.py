"""The generic gateway's answers -> a snapshot in our words and units. Pure.

A transaction says little more than its status: whose it is and what was asked for is known from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.payments.boleto.clearing import counted_from
from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.brazil_payments.settings import PROVIDER
from commerce.payments.gateways.fields import Json, moment, text
from commerce.payments.instructions import Instructions
from commerce.payments.model import CommandStatus, Failure, Payment
from commerce.payments.observation import RefundSnapshot, Snapshot
from commerce.payments.pix.codes import judge
from commerce.payments.reais import cents_of
from commerce.payments.running_total import RunningTotal
from commerce.payments.status import PaymentStatus

_STATUSES: Mapping[str, PaymentStatus] = {
    "pending": PaymentStatus.ACTION_REQUIRED,
    "paid": PaymentStatus.PAID,
    "refunded": PaymentStatus.PAID,
    "expired": PaymentStatus.EXPIRED,
    "cancelled": PaymentStatus.CANCELED,
    "failed": PaymentStatus.FAILED,
}
_MONEY_CAME = frozenset({"paid", "refunded"})
_FAILURE = Failure(code="failed", buyer_code=BuyerCode.PAYMENT_DECLINED.value)


def opened_snapshot(made: Json, request: StartPayment, *, livemode: bool, observed_at: datetime) -> Snapshot:
    """The transaction as it was just made.

    Raises:
        KeyError, TypeError, ValueError: the answer is none of the gateway's.
    """
    code = judge(text(made, "pix_code").strip()) if request.method == "pix" else None
    return Snapshot(
        provider=PROVIDER,
        provider_ref=text(made, "id"),
        payment_id=request.payment_id,
        order_id=request.order_id,
        status=PaymentStatus.ACTION_REQUIRED,
        raw_status="pending",
        money=request.money,
        livemode=livemode,
        observed_at=observed_at,
        instructions=_slip(made) if code is None else Instructions(pix_code=code.text),
        expires_at=_moment(made, "expires_at"),
    )


def snapshot_of(found: Json, payment: Payment, provider_ref: str, *, livemode: bool, observed_at: datetime) -> Snapshot:
    """What the gateway says of the transaction that the ledger's `payment` opened.

    Raises:
        KeyError, TypeError, ValueError: the answer is none of the gateway's.
    """
    raw_status = text(found, "status")
    total = _received(found, raw_status, payment, provider_ref, observed_at)
    return Snapshot(
        provider=PROVIDER,
        provider_ref=provider_ref,
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        status=_STATUSES.get(raw_status),
        raw_status=raw_status,
        money=payment.money,
        livemode=livemode,
        observed_at=observed_at,
        received_total=total,
        refunds=_refunds(raw_status, payment, provider_ref, total),
        failure=_FAILURE if raw_status == "failed" else None,
    )


def _received(
    found: Json, raw_status: str, payment: Payment, provider_ref: str, observed_at: datetime
) -> RunningTotal | None:
    """Not every provider tells what was paid and when: then it was what was asked for, and we learn of it now.

    A boleto's `paid_at` may be when it cleared, and what we learn of one has cleared: see `boleto.clearing`.
    """
    if raw_status not in _MONEY_CAME:
        return None
    paid = found.get("paid_amount")
    first_at, newest_at = _moment(found, "paid_at") or observed_at, observed_at
    if payment.method == "boleto":
        first_at, newest_at = (counted_from(one, payment.expires_at) for one in (first_at, newest_at))
    return RunningTotal(
        provider_ref, payment.money.amount if paid is None else cents_of(paid), first_at=first_at, newest_at=newest_at
    )


def _refunds(
    raw_status: str, payment: Payment, provider_ref: str, total: RunningTotal | None
) -> tuple[RefundSnapshot, ...]:
    """Somebody gave all of it back at the provider; what of that was recorded by hand already is not told twice."""
    if raw_status != "refunded" or total is None:
        return ()
    ref = f"{provider_ref}:refund"
    known = next((refund for refund in payment.refunds.values() if refund.provider_ref == ref), None)
    told = (refund.amount for refund in payment.refunds.values() if refund.status is CommandStatus.SUCCEEDED)
    amount = known.amount if known is not None else total.amount - sum(told)
    if amount <= 0:
        return ()
    return (RefundSnapshot(ref, None, amount, CommandStatus.SUCCEEDED, receipt_ref=provider_ref),)


def _slip(made: Json) -> Instructions:
    return Instructions(
        barcode=_digits(text(made, "barcode")),
        digitable_line=_digits(text(made, "digitable_line")),
        pdf_url=text(made, "pdf_url"),
    )


def _digits(code: str) -> str:
    """Without the dots and spaces that some print; whether it is a boleto's is checked where snapshots are folded."""
    return code.translate(str.maketrans("", "", " .-"))


def _moment(holder: Json, name: str) -> datetime | None:
    return None if holder.get(name) is None else moment(holder, name)
