"""Boleto: the buyer pays a bank slip by its bars or its digits, until the day it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from commerce.orders.model import Order
from commerce.payments.bank_calendar import add_business_days
from commerce.payments.brazil import end_of_day, local_date
from commerce.payments.gateway import Reading
from commerce.payments.methods.due_dates import due_day, moved_from
from commerce.payments.methods.reais import ensure_reais
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.payers import complete_payer
from commerce.payments.views import open_instructions, payment_view


class BoletoMethod:
    """See `CheckoutMethod`."""

    name = "boleto"

    def __init__(self, *, due_days: int) -> None:
        """`due_days` is after how many business days it is due when the checkout does not say."""
        self._due_days = due_days

    def prepare(self, order: Order, choices: CheckoutChoices) -> CheckoutChoices:
        """Raises Unprocessable: `unsupported_currency`, and what `complete_payer` refuses."""
        ensure_reais(order)
        return replace(choices, payer=complete_payer(order, choices.payer, with_address=True))

    def payable_until(self, choices: CheckoutChoices, now: datetime) -> datetime:
        """The end of the due day; a day on which banks rest is moved to the next on which they work.

        Raises:
            Unprocessable: `due_date_in_past`, `due_date_too_far`.
        """
        today = local_date(now)
        if choices.due_date is None:
            return end_of_day(add_business_days(today, self._due_days))
        return end_of_day(due_day(choices.due_date, today))

    def ensure_ready(self) -> None:
        """The answer needs nothing from elsewhere."""

    def body(self, payment: Payment, reading: Reading | None) -> dict[str, Any]:  # noqa: ARG002
        return {"payment": payment_view(payment), "boleto": _boleto(payment)}


def _boleto(payment: Payment) -> dict[str, Any] | None:
    from commerce.payments.boleto.codes import format_line  # noqa: PLC0415
    from commerce.payments.boleto.drawing import barcode_svg  # noqa: PLC0415 - drawn only where a boleto is shown

    instructions = open_instructions(payment)
    if instructions is None or instructions.barcode is None or payment.expires_at is None:
        return None
    line = instructions.digitable_line or ""
    due = local_date(payment.expires_at)
    return {
        "barcode": instructions.barcode,
        "barcode_svg": barcode_svg(instructions.barcode),
        "digitable_line": line,
        "digitable_line_formatted": format_line(line),
        "pdf_url": instructions.pdf_url,
        "due_date": due.isoformat(),
        "due_date_moved_from": moved_from(payment.choices.due_date, due),
    }
