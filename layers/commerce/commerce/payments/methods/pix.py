"""Pix: the buyer pays a code, shown as a QR code and as text to copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from commerce.orders.model import Order
from commerce.payments.brazil import end_of_day, local_date
from commerce.payments.gateway import Reading
from commerce.payments.methods.due_dates import due_day, moved_from
from commerce.payments.methods.reais import ensure_reais
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.payers import complete_payer
from commerce.payments.pix import qr
from commerce.payments.views import open_instructions, payment_view
from commerce.platform.clock import iso


class PixMethod:
    """See `CheckoutMethod`."""

    name = "pix"

    def __init__(self, *, expires_seconds: int) -> None:
        """`expires_seconds` is how long a code can be paid when the checkout does not say."""
        self._expires = timedelta(seconds=expires_seconds)

    def prepare(self, order: Order, choices: CheckoutChoices) -> CheckoutChoices:
        """Raises Unprocessable: `unsupported_currency`, `missing_payer_tax_id`, `invalid_tax_id`."""
        ensure_reais(order)
        return replace(choices, payer=complete_payer(order, choices.payer, with_address=False))

    def payable_until(self, choices: CheckoutChoices, now: datetime) -> datetime:
        """The end of the due day, moved as the bank moves it (API Pix 2.9.0, validadeAposVencimento), or of the code.

        Raises:
            Unprocessable: `due_date_in_past`, `due_date_too_far`.
        """
        if choices.due_date is None:
            return now + (self._expires if choices.expires_in is None else timedelta(seconds=choices.expires_in))
        return end_of_day(due_day(choices.due_date, local_date(now)))

    def ensure_ready(self) -> None:
        """The answer needs nothing from elsewhere."""

    def body(self, payment: Payment, reading: Reading | None) -> dict[str, Any]:  # noqa: ARG002
        return {"payment": payment_view(payment), "pix": _pix(payment)}


def _pix(payment: Payment) -> dict[str, Any] | None:
    instructions = open_instructions(payment)
    if instructions is None or instructions.pix_code is None:
        return None
    ends, asked = payment.expires_at, payment.choices.due_date
    return {
        "code": instructions.pix_code,
        "qr_png_base64": qr.png_base64(instructions.pix_code),
        "qr_svg": qr.svg(instructions.pix_code),
        "expires_at": None if ends is None else iso(ends),
        "due_date_moved_from": None if ends is None else moved_from(asked, local_date(ends)),
        "needs_confirmation": instructions.manual,
    }
