"""The refunds of an order, ours and those that were made elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from commerce.payments.gateways.paypal.fields import Json, money, optional_text, text
from commerce.payments.gateways.paypal.orders import refund_invoice
from commerce.payments.gateways.paypal.payments import Payments, reason_of
from commerce.payments.model import CommandStatus
from commerce.payments.observation import RefundSnapshot

_STATUSES: Mapping[str, CommandStatus] = {
    "PENDING": CommandStatus.PENDING,
    "COMPLETED": CommandStatus.SUCCEEDED,
    "FAILED": CommandStatus.FAILED,
    "CANCELLED": CommandStatus.CANCELED,
}
_GONE = frozenset({"REFUNDED", "REVERSED"})


def refund_snapshots(payments: Payments, payment_id: str | None) -> tuple[RefundSnapshot, ...]:
    """Every listed refund, and what went back without one: a chargeback takes money and lists no refund."""
    listed = tuple(_snapshot(refund, payment_id) for refund in payments.refunds)
    taken_back = (
        RefundSnapshot(
            provider_ref=f"{text(capture, 'id')}:reversed",
            refund_id=None,
            amount=payments.left_of(capture),
            status=CommandStatus.SUCCEEDED,
        )
        for capture in payments.captures_that(*_GONE)
        if payments.left_of(capture) > 0
    )
    return (*listed, *taken_back)


def _snapshot(refund: Json, payment_id: str | None) -> RefundSnapshot:
    status = _STATUSES[text(refund, "status")]
    return RefundSnapshot(
        provider_ref=text(refund, "id"),
        refund_id=_our_id(refund, payment_id),
        amount=money(refund, "amount").amount,
        status=status,
        failure=_failure(refund) if status is CommandStatus.FAILED else None,
    )


def _our_id(refund: Json, payment_id: str | None) -> str | None:
    """Ours, if we made it: PayPal gives a refund made on its own pages the references of the capture."""
    custom_id, invoice_id = optional_text(refund, "custom_id"), optional_text(refund, "invoice_id")
    if custom_id is None or payment_id is None or custom_id == payment_id:
        return None
    ours = invoice_id is None or invoice_id == refund_invoice(payment_id, custom_id)
    return custom_id if ours else None


def _failure(refund: Json) -> str:
    return (reason_of(refund) or "refund_failed").lower()
