"""The refunds of an order: ours, those made elsewhere, and money that went back without one. Pure.

PayPal or a bank may take money back and list no refund for it, may list it later, and may give it back when the store
wins. Until there is a refund in the list, a stand-in `<capture>:reversed` counts for it, and is cancelled as soon as it
no longer tells what is missing: the money is counted once, and not for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from commerce.payments.gateways.fields import Json, optional_text, text
from commerce.payments.gateways.paypal.fields import money
from commerce.payments.gateways.paypal.orders import refund_invoice
from commerce.payments.gateways.paypal.payments import Payments, reason_of
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.observation import RefundSnapshot

_STATUSES: Mapping[str, CommandStatus] = {
    "PENDING": CommandStatus.PENDING,
    "COMPLETED": CommandStatus.SUCCEEDED,
    "FAILED": CommandStatus.FAILED,
    "CANCELLED": CommandStatus.CANCELED,
}
_CHARGED_BACK = frozenset({"CHARGEBACK", "BUYER_COMPLAINT"})
"""Why a capture shows as refunded when nobody refunded it (Payments v2, `capture_status_details.reason`)."""


def refund_snapshots(
    payments: Payments, payment_id: str | None, known: Payment | None = None
) -> tuple[RefundSnapshot, ...]:
    """Every listed refund, then the stand-ins for what is not listed.

    Args:
        known: the payment as the ledger has it: only what it counts can be cancelled.
    """
    listed = tuple(_snapshot(refund, payment_id) for refund in payments.refunds)
    stand_ins = (entry for capture in payments.taken for entry in _stand_ins(payments, capture, known))
    return (*listed, *stand_ins)


def _stand_ins(payments: Payments, capture: Json, known: Payment | None) -> Iterator[RefundSnapshot]:
    name = f"{text(capture, 'id')}:reversed"
    earlier = _earlier(known, name)
    missing, status = payments.left_of(capture), _went_back(capture)
    counted = [refund for refund in earlier if refund.status.holds_money]
    current = next((refund for refund in counted if status and refund.amount == missing), None)
    for refund in counted:
        if refund is not current:
            yield RefundSnapshot(refund.provider_ref or name, None, refund.amount, CommandStatus.CANCELED)
    if status is not None and missing > 0:
        # What was cancelled stays so: the next one, as after a second reversal, gets a name of its own.
        fresh = f"{name}:{len(earlier) + 1}" if earlier else name
        yield RefundSnapshot((current and current.provider_ref) or fresh, None, missing, status)


def _earlier(known: Payment | None, name: str) -> Sequence[Refund]:
    """The stand-ins of this capture that the ledger knows, in whatever state."""
    refunds = () if known is None else known.refunds.values()
    return [refund for refund in refunds if (refund.provider_ref or "").startswith(name)]


def _went_back(capture: Json) -> CommandStatus | None:
    """A refund that is not listed yet waits for its row; of a reversal nobody knows whether there will be one."""
    word = text(capture, "status")
    if word == "REVERSED" or (word == "REFUNDED" and reason_of(capture) in _CHARGED_BACK):
        return CommandStatus.SUCCEEDED
    return CommandStatus.PENDING if word == "REFUNDED" else None


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
