"""PayPal, PayPal Credit and Pay Later: the buyer approves at PayPal and comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commerce.orders.model import Order
from commerce.payments.gateway import Reading
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.status import PaymentStatus
from commerce.payments.views import payment_view

_BUYERS_TURN = frozenset({PaymentStatus.ACTION_REQUIRED, PaymentStatus.FAILED})


class PaypalMethod:
    """See `CheckoutMethod`. PayPal asks the buyer for all that the order does not say."""

    name = "paypal"

    def prepare(self, order: Order, choices: CheckoutChoices) -> CheckoutChoices:  # noqa: ARG002
        return choices

    def payable_until(self, choices: CheckoutChoices, now: datetime) -> datetime | None:  # noqa: ARG002
        return None

    def ensure_ready(self) -> None:
        """The answer needs nothing from elsewhere."""

    def body(self, payment: Payment, reading: Reading | None) -> dict[str, Any]:  # noqa: ARG002
        return {
            "payment": payment_view(payment),
            "approve_url": approve_url(payment),
            "funding_source": payment.choices.funding_source,
        }


def approve_url(payment: Payment) -> str | None:
    """Where the buyer goes now; None when nothing waits for them, or PayPal takes no other try."""
    open_to_buyer = payment.status in _BUYERS_TURN and payment.expires_at is None and not payment.abandoned
    return payment.instructions.approve_url if open_to_buyer and payment.instructions is not None else None
