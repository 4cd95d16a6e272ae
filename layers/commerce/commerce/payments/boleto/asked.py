"""Whether an issued boleto is the one that was asked for: nothing else is ever shown to a buyer (PAY-05)."""

from __future__ import annotations

from commerce.payments.boleto.checking import check_boleto
from commerce.payments.brazil import local_date
from commerce.payments.instructions import Instructions
from commerce.payments.model import Payment
from commerce.platform.errors import Unprocessable


def boleto_mismatch(payment: Payment, issued: Instructions | None) -> str | None:
    """The first thing that differs, by name: `boleto_code`, `boleto_digitable_line`, `boleto_amount`,
    `boleto_due_date`; None when all is as asked, or nothing new was issued."""
    if issued is None or issued.barcode is None or issued == payment.instructions or payment.expires_at is None:
        return None
    try:
        differences = check_boleto(
            issued.barcode,
            issued.digitable_line or "",
            amount=payment.money,
            due_date=local_date(payment.expires_at),
            reference=local_date(payment.created_at),
        )
    except Unprocessable:
        return "boleto_code"
    return f"boleto_{differences[0].field}" if differences else None
