"""Mercado Pago as a `PaymentGateway`: Pix and boleto by POST /v1/payments, and their refunds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from commerce.orders.model import OrderTerms
from commerce.payments.bank_calendar import ends_after
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.fields import Json, objects
from commerce.payments.gateways.mercado_pago.bodies import CANCEL, create_body, refund_body
from commerce.payments.gateways.mercado_pago.client import MercadoPagoClient, path_of
from commerce.payments.gateways.mercado_pago.failures import KEY_TAKEN, outcome_unread, over_the_end, unreadable
from commerce.payments.gateways.mercado_pago.fields import moment, ref
from commerce.payments.gateways.mercado_pago.mapping import Context, money_came, our_payment_id, snapshot_of
from commerce.payments.gateways.mercado_pago.refunds import NOBODY, unowned, with_answer
from commerce.payments.gateways.mercado_pago.settings import PROVIDER
from commerce.payments.gateways.odd_codes import count_odd_code
from commerce.payments.model import CheckoutChoices, Payment, Refund
from commerce.payments.reais import ensure_in_reais
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    Unprocessable,
)
from commerce.platform.money import Money
from commerce.platform.secrets import Secrets

KEY_LIFE = timedelta(hours=23)
"""Mercado Pago does not say how long it keeps a key. 24 hours are assumed, less one for slow clocks."""

LONGEST_WAIT = timedelta(days=30)
"""How far ahead `date_of_expiration` may lie (guides "Pix" and "Boleto")."""

FRESH = timedelta(seconds=60)
"""An answer to a creating call whose object is older than this is an earlier call's answer, given again."""

SEARCHED = 30
_UNSEEN = (ProviderUnavailable, ProviderMissing, ConfigurationError)
_MOST_ALIVE_FIRST = ("approved", "in_mediation", "charged_back", "refunded", "authorized", "in_process", "pending")

type Recall = Callable[[str], Payment | None]
"""The payment as the ledger has it now, by its id; None when it has none."""


class MercadoPagoGateway:
    """See `PixGateway` and `BoletoGateway`.

    Mercado Pago takes no reference with a refund, and forgets a mediation that is over. What it leaves open is told
    from what the ledger knows, read *after* Mercado Pago's answer: whatever made the answer what it is was written down
    before (see `refunds`). It also adds up what came in for a payment; the fold tells that apart (see `running_total`).
    """

    provider = PROVIDER
    key_life = KEY_LIFE

    def __init__(self, client: MercadoPagoClient, clock: Clock, recall: Recall | None = None) -> None:
        """`recall` reads the ledger; without it, a payment is known only as far as a caller passes it."""
        self._client = client
        self._clock = clock
        self._recall = recall

    @classmethod
    def from_settings(
        cls, secrets: Secrets | None = None, clock: Clock | None = None, *, recall: Recall | None = None
    ) -> MercadoPagoGateway:
        """As this deployment is set up; reads no secret before the first call.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        return cls(MercadoPagoClient.from_settings(secrets), clock or SystemClock(), recall)

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        """Raises Unprocessable: `unsupported_currency`, `amount_over_limit`, `due_date_too_far`."""
        ensure_in_reais(money)
        if choices.due_date is not None and ends_after(choices.due_date, self._clock.now() + LONGEST_WAIT):
            raise Unprocessable(
                f"Mercado Pago takes a due date less than {LONGEST_WAIT.days} days ahead; name an earlier one.",
                code="due_date_too_far",
                details={"field": "due_date"},
            )

    def start(
        self,
        request: StartPayment,
        terms: OrderTerms,  # noqa: ARG002 - amount, payer and references are all that Mercado Pago is told
        *,
        key: str,
        deadline: Deadline,
    ) -> Reading:
        """Raises also ProviderRefused: `method_not_supported`, `payer_missing`; nothing was sent."""
        now = self._clock.now()
        try:
            made = self._client.write("POST", path_of(), create_body(request), key=key, deadline=deadline)
        except ProviderRefused as refusal:
            raise over_the_end(refusal, request.choices) from None
        try:
            provider_ref, created = ref(made or {}), moment(made or {}, "date_created")
        except (KeyError, TypeError, ValueError):
            raise unreadable(reads=False) from None
        if created is None or now - created > FRESH:
            # What Mercado Pago repeats under a key is as old as the first answer; much may have happened since.
            return self._after_write(None, provider_ref, now, None, deadline)
        reading = self._after_write(made, provider_ref, now, None, deadline)
        count_odd_code(reading.snapshot)
        return reading

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:
        now = self._clock.now()
        return self._reading(self._client.get(path_of(provider_ref), deadline=deadline), now, payment)

    def find(
        self,
        request: StartPayment,
        *,
        since: datetime,  # noqa: ARG002 - a reference of ours is there once
        until: datetime,  # noqa: ARG002
        deadline: Deadline,
    ) -> Reading | None:
        """Search for our reference, and read what is found.

        The search lags behind, and there is no other way to look; docs/providers/mercado-pago.md says what that can
        do. For `key_life` a checkout does not search: it repeats the call under its key, which finds what there is.
        """
        params = {"external_reference": request.payment_id, "limit": str(SEARCHED)}
        page = self._client.get(path_of("search"), deadline=deadline, params=params)
        try:
            ours = [one for one in objects(page, "results") if our_payment_id(one) == request.payment_id]
            if not ours:
                return None
            provider_ref = ref(min(ours, key=_liveliness))
        except (KeyError, TypeError):
            raise unreadable(reads=True) from None
        return self.read(provider_ref, deadline=deadline)

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("A Pix or boleto is complete when its money is there.", code="not_supported")

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        raise ProviderRefused("A Pix or boleto is never authorised first.", code="capture_not_supported")

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """End it; one that Mercado Pago has rejected cannot be cancelled nor paid, and counts as ended."""
        provider_ref = payment.provider_ref or ""
        now = self._clock.now()
        try:
            ended = self._client.write("PUT", path_of(provider_ref), CANCEL, key=key, deadline=deadline)
        except ProviderConflict:
            reading = self.read(provider_ref, deadline=deadline, payment=payment)
            if reading.snapshot.status is not PaymentStatus.FAILED:
                raise
            return Reading(replace(reading.snapshot, status=PaymentStatus.CANCELED))
        return self._after_write(ended, provider_ref, now, payment, deadline)

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Refund, then read the payment back.

        Once Mercado Pago may have forgotten the key, a refund that is there and belongs to nobody is taken for ours
        before another one is asked for.
        """
        provider_ref = payment.provider_ref or ""
        if self._clock.now() - (refund.sent_at or self._clock.now()) >= self.key_life:
            adopted = self._adopt(payment, refund, deadline)
            if adopted is not None:
                return adopted
        path = path_of(provider_ref, "refunds")
        try:
            answer = self._client.write("POST", path, refund_body(money), key=key, deadline=deadline)
        except ProviderConflict as conflict:
            if conflict.code != KEY_TAKEN:
                raise
            answer = None
        if answer is None:
            # The key was used before: the refund is there, and this answer does not say which one it is.
            adopted = self._adopt(payment, refund, deadline)
            if adopted is None:
                raise outcome_unread(provider_ref)
            return adopted
        now = self._clock.now()
        try:
            found = with_answer(self._read_back(provider_ref, deadline), answer)
            return self._reading(found, now, payment, {ref(answer): refund.refund_id})
        except (*_UNSEEN, KeyError, TypeError):
            raise outcome_unread(provider_ref) from None

    def _adopt(self, payment: Payment, refund: Refund, deadline: Deadline) -> Reading | None:
        """The payment, with a refund of this amount that belongs to nobody as ours; None when there is none."""
        now = self._clock.now()
        found = self._read_back(payment.provider_ref or "", deadline)
        try:
            taken = unowned(found, self._newest(payment), refund)
        except (KeyError, TypeError, ValueError):
            raise outcome_unread(payment.provider_ref or "") from None
        return None if taken is None else self._reading(found, now, payment, {taken: refund.refund_id})

    def _after_write(
        self, answer: Json | None, provider_ref: str, now: datetime, payment: Payment | None, deadline: Deadline
    ) -> Reading:
        """What the answer to a write says, read again where it says nothing, or nothing new."""
        if answer is None:
            now = self._clock.now()
            answer = self._read_back(provider_ref, deadline)
        try:
            return self._reading(answer, now, payment)
        except _UNSEEN:
            raise outcome_unread(provider_ref) from None

    def _read_back(self, provider_ref: str, deadline: Deadline) -> Json:
        """After a write that Mercado Pago has taken: if this fails, it has happened and we do not know what came."""
        try:
            return self._client.get(path_of(provider_ref), deadline=deadline)
        except _UNSEEN:
            raise outcome_unread(provider_ref) from None

    def _reading(
        self, found: Json, now: datetime, payment: Payment | None = None, answered: Mapping[str, str] = NOBODY
    ) -> Reading:
        try:
            known = self._known(found, payment)
            return Reading(snapshot_of(found, Context(self._client.account, now, known, answered)))
        except (AttributeError, KeyError, TypeError, ValueError, Unprocessable):
            raise unreadable(reads=True) from None

    def _known(self, found: Json, payment: Payment | None) -> Payment | None:
        """What the ledger knows; asked anew where it matters, as a caller's copy may be older than the answer."""
        if self._recall is None or not money_came(found):
            return payment
        payment_id = our_payment_id(found)
        return payment if payment_id is None else self._recall(payment_id) or payment

    def _newest(self, payment: Payment) -> Payment:
        return payment if self._recall is None else self._recall(payment.payment_id) or payment


def _liveliness(found: Json) -> int:
    status = found.get("status")
    return _MOST_ALIVE_FIRST.index(status) if status in _MOST_ALIVE_FIRST else len(_MOST_ALIVE_FIRST)
