"""The generic gateway as a `PaymentGateway`: a Pix code, a boleto, and what became of them.

It promises no idempotency and finds nothing by a reference of ours, so that a lost answer leaves a transaction behind
that nobody here knows. What protects the buyer is that nobody was shown it: a code that nobody has seen is paid by
nobody. docs/providers/brazil-payments.md names the one exception, boletos that a bank's app shows by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from commerce.orders.model import OrderTerms
from commerce.payments.bank_calendar import ends_after
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.brazil_payments.bodies import MOST_MINUTES, boleto_body, pix_body
from commerce.payments.gateways.brazil_payments.client import BrazilPaymentsClient
from commerce.payments.gateways.brazil_payments.failures import unreadable
from commerce.payments.gateways.brazil_payments.mapping import opened_snapshot, snapshot_of
from commerce.payments.gateways.brazil_payments.settings import PROVIDER
from commerce.payments.gateways.odd_codes import count_odd_code
from commerce.payments.model import CheckoutChoices, Payment, Refund
from commerce.payments.reais import ensure_in_reais
from commerce.payments.status import DEAD, PaymentStatus
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.config import live_mode, setting
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderMissing, ProviderRefused, Unprocessable
from commerce.platform.money import Money
from commerce.platform.secrets import Secrets

LONGEST_PIX = timedelta(minutes=MOST_MINUTES)


class BrazilPaymentsGateway:
    """See `PixGateway` and `BoletoGateway`."""

    provider = PROVIDER
    key_life = timedelta(0)
    """No repeat is safe: whoever finds an attempt without an answer waits, and then begins another one."""

    def __init__(
        self, client: BrazilPaymentsClient, *, livemode: bool, instructions: Callable[[], str], clock: Clock
    ) -> None:
        """`instructions` gives what a boleto tells whoever takes the money; only asked for when one is issued."""
        self._client = client
        self._livemode = livemode
        self._instructions = instructions
        self._clock = clock

    @classmethod
    def from_settings(cls, secrets: Secrets | None = None, clock: Clock | None = None) -> BrazilPaymentsGateway:
        """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
        return cls(
            BrazilPaymentsClient.from_settings(secrets),
            livemode=live_mode(),
            instructions=partial(setting, "BOLETO_INSTRUCTIONS"),
            clock=clock or SystemClock(),
        )

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        """Raises Unprocessable: `unsupported_currency`, `amount_over_limit`, `due_date_too_far`."""
        ensure_in_reais(money)
        is_boleto = choices.payer is not None and choices.payer.address is not None
        if choices.due_date is None or is_boleto:
            return
        if ends_after(choices.due_date, self._clock.now() + LONGEST_PIX):
            raise Unprocessable(
                f"The payments gateway takes a Pix due less than {LONGEST_PIX.days} days ahead; name an earlier date.",
                code="due_date_too_far",
                details={"field": "due_date"},
            )

    def start(
        self,
        request: StartPayment,
        terms: OrderTerms,  # noqa: ARG002 - amount, payer and the order's name are all that the gateway is told
        *,
        key: str,
        deadline: Deadline,
    ) -> Reading:
        """Raises also ProviderRefused: `method_not_supported`, `request_incomplete`; nothing was sent."""
        now = self._clock.now()
        match request.method:
            case "pix":
                path, body = "/pix/qrcode", pix_body(request, self._client.merchant_id)
            case "boleto":
                path, body = "/boleto/generate", boleto_body(request, self._client.merchant_id, self._instructions())
            case other:
                raise ProviderRefused(f"The payments gateway has no {other}.", code="method_not_supported")
        made = self._client.create(path, body, key=key, deadline=deadline)
        try:
            opened = opened_snapshot(made, request, livemode=self._livemode, observed_at=now)
        except (KeyError, TypeError, ValueError):
            raise unreadable(reads=False) from None
        count_odd_code(opened)
        return Reading(opened)

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:
        """Raises also ProviderMissing without `payment`: the gateway alone does not tell whose a transaction is."""
        if payment is None:
            raise ProviderMissing(
                "The payments gateway does not tell whose transaction this is.", provider_ref=provider_ref
            )
        now = self._clock.now()
        found = self._client.transaction(provider_ref, deadline=deadline)
        try:
            return Reading(snapshot_of(found, payment, provider_ref, livemode=self._livemode, observed_at=now))
        except (KeyError, TypeError, ValueError):
            raise unreadable(reads=True) from None

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:  # noqa: ARG002
        """There is no look-up by a reference of ours: what was not answered stays unknown, and unseen by any buyer."""
        return None

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("A Pix or boleto is complete when its money is there.", code="not_supported")

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("A Pix or boleto is never authorised first.", code="capture_not_supported")

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """There is no call for it: what the gateway itself has ended is answered, all else refused."""
        reading = self.read(payment.provider_ref or "", deadline=deadline, payment=payment)
        if reading.snapshot.status in DEAD:
            return reading
        if reading.snapshot.status is PaymentStatus.FAILED:
            return Reading(replace(reading.snapshot, status=PaymentStatus.CANCELED))
        raise ProviderRefused(
            "The payments gateway cannot end a transaction: it ends by itself when it expires, or in the provider's "
            "panel.",
            code="cancel_not_supported",
        )

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused(
            "The payments gateway cannot give money back: return it by transfer or in the provider's panel, then "
            "record it with by_hand.",
            code="refund_not_supported",
        )
