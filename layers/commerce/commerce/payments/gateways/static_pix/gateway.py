"""A static BR Code as a `PixGateway`: works offline, and only a look at the account tells whether it was paid.

Nothing is asked of anybody: every answer follows from the ledger. `POST /payments/{payment_id}/confirmations` records
what a person found on the account.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from commerce.orders.model import OrderTerms
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.static_pix.store import Store, store_of
from commerce.payments.instructions import Instructions
from commerce.payments.model import CheckoutChoices, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.pix.building import static_code
from commerce.payments.reais import ensure_in_reais
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.config import live_mode, setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderMissing, ProviderRefused, Unprocessable
from commerce.platform.money import Money
from commerce.platform.secrets import Secrets, SecretsManagerSecrets

PROVIDER = "static_pix"
TXID_LENGTH = 25
"""The most that a static code may carry (Manual de Padrões para Iniciação do Pix, BR Code, field 62-05)."""


class StaticPixGateway:
    """See `PixGateway`."""

    provider = PROVIDER
    key_life = timedelta(days=3650)

    def __init__(self, secrets: Secrets, secret_name: str, *, livemode: bool, clock: Clock) -> None:
        self._secrets = secrets
        self._secret_name = secret_name
        self._livemode = livemode
        self._clock = clock

    @classmethod
    def from_settings(cls, secrets: Secrets | None = None, clock: Clock | None = None) -> StaticPixGateway:
        """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
        return cls(
            secrets or SecretsManagerSecrets(),
            setting("PIX_SECRET_NAME"),
            livemode=live_mode(),
            clock=clock or SystemClock(),
        )

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        """Also whether a code can carry the store's own data, while nothing is written yet.

        Raises:
            Unprocessable: `unsupported_currency`, `amount_over_limit`, `choice_not_supported`.
            ConfigurationError: `missing_secret`, `wrong_secret`.
        """
        ensure_in_reais(money)
        if choices.due_date is not None:
            raise Unprocessable(
                "A Pix without provider cannot have a due date.",
                code="choice_not_supported",
                details={"field": "due_date"},
            )
        self._store()

    def start(self, request: StartPayment, terms: OrderTerms, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """Make the code; the same for every try.

        Raises:
            ConfigurationError: `missing_secret`, `wrong_secret`: pix_key, merchant_name or merchant_city is missing, or
                fits into no code.
        """
        store = self._store()
        code = static_code(
            store.pix_key,
            merchant_name=store.merchant_name,
            merchant_city=store.merchant_city,
            amount=request.money,
            txid=_txid(request.payment_id),
        )
        return self._reading(request.payment_id, request.order_id, request.money, code)

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:  # noqa: ARG002
        if payment is None:
            raise ProviderMissing("A Pix without provider is known to the ledger alone.", provider_ref=provider_ref)
        code = payment.instructions.pix_code if payment.instructions else None
        return self._reading(payment.payment_id, payment.order_id, payment.money, code)

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:  # noqa: ARG002
        """Nothing exists outside the ledger: what was not answered was not made, and can be made again."""
        return None

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise _refused("There is nothing to complete for a Pix without provider.", "not_supported")

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise _refused("A Pix is never authorised first.", "capture_not_supported")

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """The store's word ends it; the code itself stays payable, and what comes later is recorded as late."""
        return self._reading(
            payment.payment_id, payment.order_id, payment.money, None, PaymentStatus.CANCELED, "cancelled by the store"
        )

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise _refused(
            "Nobody can send this Pix back for you: return it in your bank's app, then record it with by_hand.",
            "refund_not_supported",
        )

    def _store(self) -> Store:
        return store_of(self._secrets.get(self._secret_name), self._secret_name)

    def _reading(
        self,
        payment_id: str,
        order_id: str,
        money: Money,
        code: str | None,
        status: PaymentStatus = PaymentStatus.PENDING,
        raw_status: str = "waits for a person to confirm it",
    ) -> Reading:
        return Reading(
            Snapshot(
                provider=PROVIDER,
                provider_ref=_txid(payment_id),
                payment_id=payment_id,
                order_id=order_id,
                status=status,
                raw_status=raw_status,
                money=money,
                livemode=self._livemode,
                observed_at=self._clock.now(),
                instructions=None if code is None else Instructions(pix_code=code, manual=True),
            )
        )


def _txid(payment_id: str) -> str:
    return hashlib.sha256(payment_id.encode()).hexdigest()[:TXID_LENGTH]


def _refused(message: str, code: str) -> ProviderRefused:
    return ProviderRefused(message, code=code)
