"""A payment as Mercado Pago shows it -> a snapshot in our words and units. Pure.

Source: reference "Get payment"; guide "Payment status" for `status` and `status_detail`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.payments.boleto.clearing import counted_from
from commerce.payments.boleto.codes import parse_barcode
from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateways.fields import Json, boolean, obj, optional_text, text
from commerce.payments.gateways.mercado_pago.bodies import METHODS
from commerce.payments.gateways.mercado_pago.disputes import dispute_of
from commerce.payments.gateways.mercado_pago.fields import moment, ref
from commerce.payments.gateways.mercado_pago.refunds import NOBODY, refund_snapshots, returned
from commerce.payments.gateways.mercado_pago.settings import PROVIDER
from commerce.payments.instructions import Instructions
from commerce.payments.model import Failure, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.pix.codes import Code, judge
from commerce.payments.reais import cents_of
from commerce.payments.running_total import RunningTotal
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

_STATUSES: Mapping[str, PaymentStatus] = {
    "pending": PaymentStatus.ACTION_REQUIRED,
    "in_process": PaymentStatus.PROCESSING,
    "authorized": PaymentStatus.PENDING,
    "approved": PaymentStatus.PAID,
    "in_mediation": PaymentStatus.PAID,
    "charged_back": PaymentStatus.PAID,
    "refunded": PaymentStatus.PAID,
    "rejected": PaymentStatus.FAILED,
    "cancelled": PaymentStatus.CANCELED,
}
"""What became of money that came in, refunded or disputed, is said by the refunds and the dispute."""

_MONEY_CAME = frozenset({"approved", "in_mediation", "charged_back", "refunded"})
"""Before these, `total_paid_amount` is what was asked for, and nothing of it is there."""

_BUYER_CODES: Mapping[str, BuyerCode] = {"bank_error": BuyerCode.TRY_AGAIN_LATER}
"""What is not here, the suspicion of fraud above all, looks like any refusal, and none of them speaks of a card."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a payment is read with.

    Args:
        account: the user id of the configured account; None when its token does not tell.
        observed_at: when Mercado Pago was asked.
        known: the payment as the ledger has it; it knows refunds and disputes that Mercado Pago does not name.
        answered: Mercado Pago's refund id -> ours, out of the answer to the call that was just made.
    """

    account: int | None
    observed_at: datetime
    known: Payment | None = None
    answered: Mapping[str, str] = NOBODY


def snapshot_of(found: Json, context: Context) -> Snapshot:
    """What `found` says.

    Raises:
        KeyError, TypeError, ValueError, Unprocessable: the answer is none that Mercado Pago documents.
    """
    raw_status = text(found, "status")
    detail = optional_text(found, "status_detail")
    payment_id = our_payment_id(found)
    snapshot = Snapshot(
        provider=PROVIDER,
        provider_ref=ref(found),
        payment_id=payment_id,
        order_id=optional_text(obj(found, "metadata"), "order_id"),
        status=_status(raw_status, detail),
        raw_status=raw_status,
        money=Money(cents_of(found["transaction_amount"]), text(found, "currency_id")),
        livemode=boolean(found, "live_mode"),
        observed_at=context.observed_at,
        foreign=_foreign(found, context.account),
    )
    # The account may take money in other ways as well, of which nothing more is understood here.
    return snapshot if payment_id is None else _whole(snapshot, found, detail, context)


def our_payment_id(found: Json) -> str | None:
    """Our reference, which every payment of ours carries twice; what another application wrote there is none."""
    reference = optional_text(found, "external_reference")
    return reference if reference == optional_text(obj(found, "metadata"), "payment_id") else None


def money_came(found: Json) -> bool:
    return found.get("status") in _MONEY_CAME


def _whole(snapshot: Snapshot, found: Json, detail: str | None, context: Context) -> Snapshot:
    total = _received(found)
    refunds, unknown_word = refund_snapshots(found, known=context.known, answered=context.answered)
    try:
        dispute = dispute_of(
            snapshot.raw_status,
            detail,
            provider_ref=snapshot.provider_ref,
            at_stake=(0 if total is None else total.amount) - returned(found),
            known=context.known,
            observed_at=context.observed_at,
        )
    except ValueError as unknown:
        dispute, unknown_word = None, str(unknown)
    point = obj(obj(found, "point_of_interaction"), "transaction_data")
    method = text(found, "payment_method_id")
    code = _code(point) if method == METHODS["pix"] and snapshot.status is PaymentStatus.ACTION_REQUIRED else None
    return replace(
        snapshot,
        status=None if unknown_word else snapshot.status,
        raw_status=unknown_word or snapshot.raw_status,
        received_total=total,
        refunds=refunds,
        dispute=dispute,
        failure=_failure(detail) if snapshot.status is PaymentStatus.FAILED else None,
        charge_ref=optional_text(point, "e2e_id"),
        instructions=_slip(found) if code is None else Instructions(pix_code=code.text),
        expires_at=moment(found, "date_of_expiration"),
        pending_reason=detail if snapshot.status in (PaymentStatus.PROCESSING, PaymentStatus.PENDING) else None,
    )


def _status(raw: str, detail: str | None) -> PaymentStatus | None:
    if raw == "cancelled" and detail == "expired":
        return PaymentStatus.EXPIRED
    return _STATUSES.get(raw)


def _foreign(found: Json, account: int | None) -> bool:
    collector = found.get("collector_id")
    return account is not None and collector is not None and str(collector) != str(account)


def _received(found: Json) -> RunningTotal | None:
    """A boleto's `date_approved` is one to three business days after the buyer paid it."""
    if not money_came(found):
        return None
    updated = moment(found, "date_last_updated")
    first_at = moment(found, "date_approved") or updated
    if first_at is None:
        raise ValueError("a paid payment has no date")
    total = cents_of(obj(found, "transaction_details")["total_paid_amount"])
    newest_at = updated or first_at
    if found.get("payment_method_id") == METHODS["boleto"]:
        due = moment(found, "date_of_expiration")
        first_at, newest_at = counted_from(first_at, due), counted_from(newest_at, due)
    return RunningTotal(ref(found), total, first_at, newest_at)


def _failure(detail: str | None) -> Failure:
    code = detail or "rejected"
    return Failure(code=code, buyer_code=_BUYER_CODES.get(code, BuyerCode.PAYMENT_DECLINED).value)


def _code(point: Json) -> Code:
    """What the buyer pays; judged for as long as somebody may be shown it, and not once the money came."""
    return judge(text(point, "qr_code").strip())


def _slip(found: Json) -> Instructions | None:
    details = obj(found, "transaction_details")
    barcode = optional_text(obj(found, "barcode"), "content") or optional_text(obj(details, "barcode"), "content")
    if barcode is None:
        return None
    return Instructions(
        barcode=barcode,
        digitable_line=optional_text(details, "digitable_line") or _line_of(barcode),
        pdf_url=optional_text(details, "external_resource_url"),
    )


def _line_of(barcode: str) -> str | None:
    """None for a barcode that is none: it is compared with what was asked, and held, where snapshots are folded."""
    try:
        return parse_barcode(barcode).line
    except Unprocessable:
        return None
