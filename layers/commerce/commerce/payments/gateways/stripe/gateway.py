"""Stripe as a `PaymentGateway`, for cards, Pix and boleto: PaymentIntents, their captures, cancels and refunds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import stripe

from commerce.orders.model import OrderTerms
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.odd_codes import count_odd_code
from commerce.payments.gateways.stripe.boleto import boleto_params, ensure_same_day
from commerce.payments.gateways.stripe.calls import Answer, StripeCalls, path_of, unreadable
from commerce.payments.gateways.stripe.client import client_from_settings
from commerce.payments.gateways.stripe.fields import Json, obj, optional_text, text
from commerce.payments.gateways.stripe.intents import (
    EXPAND_CHARGE,
    cancel_params,
    capture_params,
    create_params,
    refund_params,
)
from commerce.payments.gateways.stripe.limits import ensure_within_limits
from commerce.payments.gateways.stripe.mapping import PROVIDER, charge_of, snapshot_of
from commerce.payments.gateways.stripe.pix import pix_params
from commerce.payments.gateways.stripe.units import STRIPE_UNITS
from commerce.payments.model import CheckoutChoices, Payment, Refund
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    Unprocessable,
)
from commerce.platform.money import Money
from commerce.platform.secrets import Secrets, SecretsManagerSecrets

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

KEY_LIFE = timedelta(hours=23)
"""Stripe forgets an idempotency key after 24 h (docs, Idempotent requests); an hour is left for slow clocks."""
CLOCK_SKEW_SECONDS = 120
"""How far Stripe's clock may be from ours when we look for what was created around a time."""
NOT_REFUNDABLE_BY_API = frozenset({"boleto", "oxxo"})
"""Methods whose money only goes back by a bank transfer made by hand (docs.stripe.com/refunds)."""
_UNSEEN = (ProviderUnavailable, ProviderMissing, ConfigurationError)
"""What a failed read raises. After a write it takes nothing back: a key can be revoked between the two."""
_UNEXPLAINED = frozenset({"provider_refused", "not_refundable"})
_PARAMS: Mapping[str, Callable[[StartPayment], PaymentIntentCreateParams]] = {
    "card": create_params,
    "pix": pix_params,
    "boleto": boleto_params,
}
"""What is asked of Stripe, by method."""
_MOST_ALIVE_FIRST = ("succeeded", "requires_capture", "processing", "requires_action", "requires_confirmation")


class StripeGateway:
    """See `PaymentGateway`. One call to Stripe for each start, capture and cancel; a refund is read back.

    `observed_at` of a snapshot is the time just before Stripe was asked: nothing older can be in the answer.
    """

    provider = PROVIDER
    key_life = KEY_LIFE

    def __init__(self, client: Callable[[], stripe.StripeClient], clock: Clock) -> None:
        """`client` gives the client to use now: see `RotatingClient`."""
        self._calls = StripeCalls(client)
        self._clock = clock

    @classmethod
    def from_settings(cls, secrets: Secrets | None = None) -> StripeGateway:
        """As this deployment is set up; reads no secret before the first call.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        return cls(client_from_settings(secrets or SecretsManagerSecrets()), SystemClock())

    def accept(self, money: Money, choices: CheckoutChoices) -> None:
        STRIPE_UNITS.to_provider(money)
        ensure_within_limits(choices, self._clock.now())

    def start(
        self,
        request: StartPayment,
        terms: OrderTerms,  # noqa: ARG002 - Stripe is told amount and references, and asks the buyer for the rest
        *,
        key: str,
        deadline: Deadline,
    ) -> Reading:
        """Create the PaymentIntent. Off-session it is confirmed at once with the saved method; a Pix or boleto is
        issued at once.

        Raises:
            Unprocessable: `unsupported_currency`, `amount_too_precise`; nothing was sent.
            ProviderRefused: also, and nothing was sent: `customer_required`, `payment_method_required`,
                `payer_required`, `expiry_required`, `expiry_out_of_range`, `due_date_too_far`, `day_has_ended`.
        """
        _require_customer(request)
        if request.method == "boleto":
            ensure_same_day(request, self._clock.now())
        params = _PARAMS[request.method](request)
        made = self._write(("payment_intents",), params, key=key, deadline=deadline, declined_is_answer=True)
        count_odd_code(made.snapshot)
        return made

    def read(
        self,
        provider_ref: str,
        *,
        deadline: Deadline,
        payment: Payment | None = None,  # noqa: ARG002 - Stripe carries our references itself
    ) -> Reading:
        now = self._clock.now()
        intent = self._calls.get(path_of("payment_intents", provider_ref), {"expand": EXPAND_CHARGE}, deadline=deadline)
        return self._reading(intent, now, deadline)

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:
        """Look through the PaymentIntents created in that time for the one that carries our payment id.

        Listings are strongly consistent, the search API is not and is never used (docs.stripe.com/search).
        """
        params: dict[str, Any] = {
            "created": {
                "gte": math.floor(since.timestamp()) - CLOCK_SKEW_SECONDS,
                "lte": math.ceil(until.timestamp()) + CLOCK_SKEW_SECONDS,
            }
        }
        if request.choices.customer_ref is not None:
            params["customer"] = request.choices.customer_ref
        listed = self._calls.pages(path_of("payment_intents"), params, deadline=deadline)
        ours = [intent for intent in listed if _payment_id(intent) == request.payment_id]
        if not ours:
            return None
        # One key makes one PaymentIntent; should there ever be two, the one that moved money is the truth.
        found = min(ours, key=_liveliness)
        return self.read(text(found, "id"), deadline=deadline)

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """The buyer's own confirmation is all that Stripe needs: there is nothing left to do but to look."""
        return self.read(payment.provider_ref or "", deadline=deadline)

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:
        path = ("payment_intents", payment.provider_ref or "", "capture")
        return self._write(path, capture_params(money), key=key, deadline=deadline)

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:
        """Cancel what is not paid yet.

        Raises:
            ProviderRefused: also `cancel_not_supported`: a boleto that can still be paid ends by itself.
        """
        path = ("payment_intents", payment.provider_ref or "", "cancel")
        try:
            return self._write(path, cancel_params(reason), key=key, deadline=deadline)
        except ProviderRefused as refusal:
            if payment.method != "boleto" or refusal.code not in _UNEXPLAINED:
                raise
            raise ProviderRefused(
                "Stripe does not take back a boleto that can still be paid. It ends by itself after its due day; what "
                "is paid until then arrives here.",
                code="cancel_not_supported",
                provider_ref=refusal.provider_ref,
            ) from None

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Refund, then read the payment back.

        Raises:
            ProviderRefused: also `refund_not_supported`: the money has to go back by bank transfer (PAY-10).
        """
        provider_ref = payment.provider_ref or ""
        params = refund_params(payment, refund, money)
        try:
            self._calls.post(path_of("refunds"), params, key=key, deadline=deadline)
        except ProviderRefused as refusal:
            raise self._explained(refusal, payment, deadline) from None
        return self._read_back(provider_ref, deadline)

    def _write(
        self,
        path: tuple[str, ...],
        params: Any,
        *,
        key: str,
        deadline: Deadline,
        declined_is_answer: bool = False,
    ) -> Reading:
        now = self._clock.now()
        answer: Answer = self._calls.post(
            path_of(*path), params, key=key, deadline=deadline, declined_is_answer=declined_is_answer
        )
        if answer.replayed:
            # What Stripe repeats is as old as the first answer; much may have happened since.
            return self._read_back(_id_after_write(answer.body), deadline)
        try:
            return self._reading(answer.body, now, deadline)
        except _UNSEEN:
            raise unreadable(reads=False) from None

    def _read_back(self, provider_ref: str, deadline: Deadline) -> Reading:
        """After a write that Stripe has taken: if this fails, it has happened and we do not know what came of it."""
        try:
            return self.read(provider_ref, deadline=deadline)
        except _UNSEEN as error:
            raise ProviderAmbiguous(
                "Stripe took the request, but its outcome could not be read; it is being found out.",
                provider_ref=error.provider_ref,
            ) from None

    def _reading(self, intent: Json, now: datetime, deadline: Deadline) -> Reading:
        try:
            refunds = self._all_refunds(intent, deadline)
            disputes = self._disputes(intent, deadline)
            snapshot = snapshot_of(intent, observed_at=now, refunds=refunds, disputes=disputes)
        except (AttributeError, KeyError, TypeError, ValueError, Unprocessable):
            raise unreadable(reads=True) from None
        return Reading(snapshot, optional_text(intent.get("client_secret")))

    def _all_refunds(self, intent: Json, deadline: Deadline) -> list[Json] | None:
        refunds = obj(charge_of(intent) or {}, "refunds") or {}
        if not refunds.get("has_more"):
            return None
        return list(self._calls.pages(path_of("refunds"), {"payment_intent": text(intent, "id")}, deadline=deadline))

    def _disputes(self, intent: Json, deadline: Deadline) -> list[Json]:
        if not (charge_of(intent) or {}).get("disputed"):
            return []
        return list(self._calls.pages(path_of("disputes"), {"payment_intent": text(intent, "id")}, deadline=deadline))

    def _explained(self, refusal: ProviderRefused, payment: Payment, deadline: Deadline) -> ProviderRefused:
        """A refused refund of a method that Stripe cannot refund says so; Stripe itself has no code for it."""
        if refusal.code not in _UNEXPLAINED:
            return refusal
        kind = payment.method
        if kind == "card":
            try:
                details = self.read(payment.provider_ref or "", deadline=deadline).snapshot.details
            except _UNSEEN:
                return refusal
            kind = kind if details is None else details.kind
        if kind not in NOT_REFUNDABLE_BY_API:
            return refusal
        return ProviderRefused(
            f"Stripe cannot refund {kind}: give the money back by bank transfer, and record it there.",
            code="refund_not_supported",
            provider_ref=refusal.provider_ref,
        )


def _require_customer(request: StartPayment) -> None:
    choices = request.choices
    if (choices.off_session or choices.save_payment_method) and choices.customer_ref is None:
        raise ProviderRefused(
            "A payment method can only be saved, or charged without the buyer, for a registered customer.",
            code="customer_required",
        )
    if choices.off_session and choices.payment_method_ref is None:
        raise ProviderRefused(
            "A payment without the buyer needs one of their saved payment methods.", code="payment_method_required"
        )


def _payment_id(intent: Json) -> str | None:
    return optional_text((obj(intent, "metadata") or {}).get("payment_id"))


def _liveliness(intent: Json) -> int:
    status = intent.get("status")
    return _MOST_ALIVE_FIRST.index(status) if status in _MOST_ALIVE_FIRST else len(_MOST_ALIVE_FIRST)


def _id_after_write(intent: Json) -> str:
    try:
        return text(intent, "id")
    except (KeyError, TypeError):
        raise unreadable(reads=False) from None
