"""The port to a payment provider. One class per provider implements it; the provider's words stop there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from commerce.orders.model import OrderTerms
from commerce.payments.model import CheckoutChoices, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.platform.deadline import Deadline
from commerce.platform.money import Money


@dataclass(frozen=True, slots=True)
class StartPayment:
    """Which payment to open, or to look for; all of it was fixed in the ledger when the attempt was opened.

    `expires_at` is until when the buyer may pay; None where the provider decides.
    """

    payment_id: str
    order_id: str
    user_id: str
    method: str
    money: Money
    choices: CheckoutChoices
    description: str
    opened_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A provider's answer: what it says of the payment, and what the browser needs to go on.

    `client_secret` lets a browser finish the payment; it is handed to the buyer and to nobody else.
    """

    snapshot: Snapshot
    client_secret: str | None = None


class PaymentGateway(Protocol):
    """Opens, reads and changes payments at one provider.

    Every method keeps to `deadline` and raises the `ProviderError` branch of the error tree: `ProviderRefused`
    (a definite no), `ProviderConflict` (in another state: read it), `ProviderMissing`, `ProviderUnavailable`
    (provably nothing happened), `ProviderAmbiguous` (it may have happened); or `ConfigurationError`, when the provider
    does not accept our credentials and nothing happened. `key` is the provider's idempotency
    key and is the same for every try of one operation.
    """

    provider: str
    key_life: timedelta
    """How long after the first try the creating call may be repeated under its key without a second effect."""

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        """Check locally, before anything is written, that the provider takes this amount, currency and choice.

        Raises:
            Unprocessable: `unsupported_currency`, `amount_too_precise`, `amount_over_limit`, `choice_not_supported`;
                `details.field` names the field of the request where it is one.
        """
        ...

    def start(self, request: StartPayment, terms: OrderTerms, *, key: str, deadline: Deadline) -> Reading:
        """Open the payment; a decline that leaves an object behind is a Reading, not an error.

        `terms` are the order's, which cannot change while an attempt is open: the same for every try.
        """
        ...

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:
        """What the provider says now.

        Args:
            payment: as the ledger has it, None when a webhook led here; for providers that do not carry our
                references back, which send no webhooks.
        """
        ...

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:
        """Look a payment up by our reference when we never learned its id; None means it was not created.

        `since` and `until` bound the time of every creating call. Strongly consistent listings only.
        """
        ...

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:
        """Take, or with manual capture reserve, what the buyer has approved.

        Raises:
            ProviderRefused: the instrument was declined; `details.buyer_code` says what to tell the buyer.
        """
        ...

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Capture `money` and release the rest of the authorisation."""
        ...

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading: ...

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Refund `money` under our refund's id, then read the payment back; the refund carries all our references.

        Raises:
            ProviderRefused: `refund_not_supported`, where money only goes back by hand (PAY-10).
        """
        ...


class PixGateway(PaymentGateway, Protocol):
    """A gateway whose `start` opens a Pix when the method is `pix`.

    Its snapshot carries `instructions.pix_code`, `expires_at`, and every arrival of money as a receipt.
    """


class BoletoGateway(PaymentGateway, Protocol):
    """A gateway whose `start` opens a boleto when the method is `boleto`.

    Its snapshot carries `instructions` with barcode, digitable line and PDF, and every arrival of money as a receipt.
    """
