"""The port to a method of payment: what a checkout by it needs and answers, whichever gateway carries it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from commerce.orders.model import Order
from commerce.payments.gateway import Reading
from commerce.payments.model import CheckoutChoices, Payment


class CheckoutMethod(Protocol):
    name: str
    """As the ledger and the events call it: card, paypal, pix, boleto."""

    def prepare(self, order: Order, choices: CheckoutChoices) -> CheckoutChoices:
        """The choices, completed from the order: all that the provider will need, checked before anything is written.

        Raises:
            Unprocessable: with `details.field`, for what is missing or wrong.
        """
        ...

    def payable_until(self, choices: CheckoutChoices, now: datetime) -> datetime | None:
        """Until when the buyer may pay an attempt opened now; None where the provider decides.

        Raises:
            Unprocessable: with `details.field`, for a date in the past or too far ahead.
        """
        ...

    def ensure_ready(self) -> None:
        """Look up whatever the answer will need, before anything happens that could not be answered.

        Raises:
            ConfigurationError
        """
        ...

    def body(self, payment: Payment, reading: Reading | None) -> dict[str, Any]:
        """What the caller is told.

        Args:
            reading: the provider's answer, None while it is not known.
        """
        ...
