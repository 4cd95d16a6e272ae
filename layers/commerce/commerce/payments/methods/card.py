"""Cards, Apple Pay and Google Pay: the browser goes on with a client secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from commerce.orders.model import Order
from commerce.payments.gateway import Reading
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.views import payment_view
from commerce.platform.errors import Unprocessable


class CardMethod:
    """See `CheckoutMethod`."""

    name = "card"

    def __init__(self, *, publishable_key: Callable[[], str], customer_of: Callable[[str], str | None]) -> None:
        """`customer_of` gives the provider's customer of a user; `publishable_key` is read again for every answer."""
        self._publishable_key = publishable_key
        self._customer_of = customer_of

    def prepare(self, order: Order, choices: CheckoutChoices) -> CheckoutChoices:
        """Raises Unprocessable: `customer_required`."""
        if not choices.save_payment_method and choices.payment_method_ref is None:
            return choices
        customer_ref = self._customer_of(order.buyer.id)
        if customer_ref is None:
            raise Unprocessable(
                "A payment method can only be saved, or charged again, for a customer; register the buyer with "
                "POST /customers first.",
                code="customer_required",
            )
        return replace(choices, customer_ref=customer_ref)

    def payable_until(self, choices: CheckoutChoices, now: datetime) -> datetime | None:  # noqa: ARG002
        return None

    def ensure_ready(self) -> None:
        self._publishable_key()

    def body(self, payment: Payment, reading: Reading | None) -> dict[str, Any]:
        return {
            "payment": payment_view(payment),
            "client_secret": None if reading is None else reading.client_secret,
            "publishable_key": self._publishable_key(),
        }
