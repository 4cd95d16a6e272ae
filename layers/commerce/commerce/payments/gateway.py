"""The port to a payment provider. One class per provider implements it; the provider's words stop there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commerce.payments.model import CheckoutChoices, Refund
from commerce.payments.observation import Snapshot
from commerce.platform.deadline import Deadline
from commerce.platform.money import Money


@dataclass(frozen=True, slots=True)
class StartPayment:
    """What a provider needs to open a payment; all of it comes from the accepted order and the ledger."""

    payment_id: str
    order_id: str
    user_id: str
    money: Money
    choices: CheckoutChoices
    description: str


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

    def accept(self, money: Money) -> None:
        """Check locally, before anything is written, that the provider takes this amount and currency.

        Raises:
            Unprocessable: `unsupported_currency`, `amount_too_precise`.
        """
        ...

    def start(self, request: StartPayment, *, key: str, deadline: Deadline) -> Reading:
        """Open the payment; a decline that leaves an object behind is a Reading, not an error."""
        ...

    def read(self, provider_ref: str, *, deadline: Deadline) -> Reading: ...

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:
        """Look a payment up by our reference when we never learned its id; None means it was not created.

        `since` and `until` bound the time of every creating call. Strongly consistent listings only.
        """
        ...

    def capture(self, provider_ref: str, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Capture `money` and release the rest of the authorisation."""
        ...

    def cancel(self, provider_ref: str, *, reason: str | None, key: str, deadline: Deadline) -> Reading: ...

    def refund(
        self,
        provider_ref: str,
        refund: Refund,
        money: Money,
        *,
        payment_id: str,
        order_id: str,
        user_id: str,
        key: str,
        deadline: Deadline,
    ) -> Reading:
        """Refund `money` under our refund's id, then read the payment back; the refund carries all our references."""
        ...
