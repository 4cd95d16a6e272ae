"""PayPal as a `PaymentGateway`: orders that the buyer approves at PayPal, and whose money only our own call takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from commerce.orders.model import OrderTerms
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.fields import Json, objects, text
from commerce.payments.gateways.paypal.client import Answer, PaypalClient, path_of
from commerce.payments.gateways.paypal.dispute_reading import seen_dispute
from commerce.payments.gateways.paypal.failures import unreadable
from commerce.payments.gateways.paypal.mapping import ended, gone, our_id, snapshot_of
from commerce.payments.gateways.paypal.orders import (
    capture_body,
    completing_verb,
    order_body,
    reauthorize_body,
    refund_body,
)
from commerce.payments.gateways.paypal.payments import (
    LOST,
    Payments,
    including,
    over_honor_period,
    payments_of,
)
from commerce.payments.gateways.paypal.settings import PROVIDER, Pages, pages
from commerce.payments.gateways.paypal.units import PAYPAL_UNITS
from commerce.payments.model import CheckoutChoices, Dispute, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.status import DEAD, PaymentStatus
from commerce.platform.clock import Clock
from commerce.platform.config import live_mode
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    Unprocessable,
)
from commerce.platform.money import Money

KEY_LIFE = timedelta(hours=5)
"""PayPal forgets the PayPal-Request-Id of an order after 6 h (docs, Idempotency); an hour is left for slow clocks."""

ORDERS = ("v2", "checkout", "orders")
CAPTURES = ("v2", "payments", "captures")
AUTHORIZATIONS = ("v2", "payments", "authorizations")
_UNSEEN = (ProviderUnavailable, ProviderMissing, ConfigurationError)
"""What a failed read raises. After a write it takes nothing back."""
type Known = Callable[[str], Payment | None]
"""A payment of ours by its id, as the ledger has it now."""

_UNDOCUMENTED = (AttributeError, LookupError, TypeError, ValueError, Unprocessable)


class PaypalGateway:
    """See `PaymentGateway`. `provider_ref` is the id of the order at PayPal.

    `observed_at` of a snapshot is the time just before PayPal was asked: nothing older can be in the answer.
    """

    provider = PROVIDER
    key_life = KEY_LIFE

    def __init__(
        self, client: PaypalClient, pages: Pages, clock: Clock, *, livemode: bool, known: Known = lambda _: None
    ) -> None:
        """`known` is for readings that begin with a webhook, which brings no payment of the ledger's with it."""
        self._client = client
        self._pages = pages
        self._clock = clock
        self._livemode = livemode
        self._known = known

    @classmethod
    def from_settings(cls, client: PaypalClient, clock: Clock, known: Known = lambda _: None) -> PaypalGateway:
        """As this deployment is set up.

        Raises:
            ConfigurationError: `missing_setting`, `wrong_setting`.
        """
        return cls(client, pages(), clock, livemode=live_mode(), known=known)

    def accept(self, money: Money, choices: CheckoutChoices) -> None:  # noqa: ARG002 - any choice is PayPal's to judge
        PAYPAL_UNITS.to_provider(money)

    def start(self, request: StartPayment, terms: OrderTerms, *, key: str, deadline: Deadline) -> Reading:
        """Create the order; the buyer approves it at `instructions.approve_url`.

        Raises:
            Unprocessable: `unsupported_currency`, `amount_too_precise`; nothing was sent.
        """
        now = self._clock.now()
        body = order_body(request, terms, self._pages)
        answer = self._client.post(path_of(*ORDERS), body, key=key, deadline=deadline)
        return self._outcome(answer, now, deadline)

    def read(self, provider_ref: str, *, deadline: Deadline, payment: Payment | None = None) -> Reading:
        """The order with everything in it; its disputes as well, where our app may read them.

        An order that nobody paid is deleted at PayPal after some hours: for a `payment` without money that is its end.
        """
        now = self._clock.now()
        try:
            order = self._order(provider_ref, deadline)
        except ProviderMissing:
            if payment is None or payment.authorized or payment.captured:
                raise
            return Reading(gone(payment, PaymentStatus.EXPIRED, livemode=self._livemode, observed_at=now))
        return self._reading(order, now, deadline, payment or self._ledgers(order))

    def find(self, request: StartPayment, *, since: datetime, until: datetime, deadline: Deadline) -> Reading | None:  # noqa: ARG002
        """None, always: PayPal has no look-up of orders by a reference of ours.

        It is safe to go on without such an order. Nobody was sent to approve it, because its link was in the answer
        that never came. Even an approved order takes no money by itself: only our own `complete` does, and nobody
        completes an attempt that was abandoned. While the key lives, repeating `start` gives the same order.
        """
        return None

    def complete(self, payment: Payment, *, key: str, deadline: Deadline) -> Reading:
        """Capture or authorise the approved order.

        Raises:
            ProviderRefused: also of a declined instrument, with `details.buyer_code`: PayPal lets the buyer choose
                another one on the same order.
            ProviderConflict: `not_approved`, `already_captured`, `already_authorized`, `order_expired`.
        """
        now = self._clock.now()
        path = path_of(*ORDERS, payment.provider_ref or "", completing_verb(payment))
        answer = self._client.post(path, key=key, deadline=deadline)
        return self._outcome(answer, now, deadline, payment)

    def capture(self, payment: Payment, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Capture `money` and release the rest; an authorisation older than three days is renewed first.

        Money that an earlier capture has under way (eCheck, review) is answered as PENDING, with its reason.

        Raises:
            ProviderRefused: also `capture_declined`: the money was not there; the authorisation may still be captured,
                if PayPal shows it as held.
            ProviderConflict: `already_captured`, `unexpected_state`: there is nothing held.
        """
        now = self._clock.now()
        provider_ref = payment.provider_ref or ""
        order = self._order(provider_ref, deadline)
        payments = _payments_of(order)
        if payments.captures_that("PENDING"):
            # Asked for already: a hold that still shows something must not be captured for the same money again.
            return self._reading(order, now, deadline, payment)
        holds = payments.holds
        if not holds:
            raise _nothing_held(payments)
        hold = text(holds[-1], "id")
        if over_honor_period(holds[-1], now):
            # Only the original can be renewed, and what was renewed is captured.
            hold = self._renewed(text(holds[0], "id"), money, key, deadline) or hold
        path = path_of(*AUTHORIZATIONS, hold, "capture")
        made = self._client.post(path, capture_body(money), key=key, deadline=deadline).body
        if made.get("status") in LOST:
            raise _capture_declined()
        return self._read_back(provider_ref, deadline, payment, captures=made)

    def cancel(self, payment: Payment, *, reason: str | None, key: str, deadline: Deadline) -> Reading:  # noqa: ARG002
        """Release the authorisation; an order without one is let go: nothing but our own call could take its money.

        Raises:
            ProviderConflict: `already_captured`, `capture_pending`: the money is taken, or about to be.
        """
        now = self._clock.now()
        provider_ref = payment.provider_ref or ""
        try:
            order = self._order(provider_ref, deadline)
        except ProviderMissing:
            if payment.authorized or payment.captured:
                raise
            return Reading(gone(payment, PaymentStatus.CANCELED, livemode=self._livemode, observed_at=now))
        payments = _payments_of(order)
        if payments.taken:
            raise _other_state("already_captured")
        if payments.captures_that("PENDING"):
            raise _other_state("capture_pending")
        if payments.holds:
            # Only the original can be voided, and all that was renewed goes with it.
            self._client.post(path_of(*AUTHORIZATIONS, text(payments.holds[0], "id"), "void"), deadline=deadline)
            return self._read_back(provider_ref, deadline, payment)
        snapshot = self._snapshot(order, now)
        if snapshot.status is None or snapshot.status in DEAD:
            return Reading(snapshot)
        return Reading(ended(snapshot))

    def refund(self, payment: Payment, refund: Refund, money: Money, *, key: str, deadline: Deadline) -> Reading:
        """Refund the capture, then read the order back."""
        now = self._clock.now()
        provider_ref = payment.provider_ref or ""
        order = self._order(provider_ref, deadline)
        if any(known.refund_id == refund.refund_id for known in self._snapshot(order, now).refunds):
            return self._reading(order, now, deadline, payment)
        capture = _refundable(_payments_of(order), money.amount)
        body = refund_body(payment, refund, money)
        made = self._client.post(path_of(*CAPTURES, capture, "refund"), body, key=key, deadline=deadline).body
        return self._read_back(provider_ref, deadline, payment, refunds=made)

    def _renewed(self, original: str, money: Money, key: str, deadline: Deadline) -> str | None:
        path = path_of(*AUTHORIZATIONS, original, "reauthorize")
        try:
            made = self._client.post(path, reauthorize_body(money), key=f"{key}:reauthorize", deadline=deadline).body
            return text(made, "id")
        except ProviderRefused:
            # Renewed before, or not to be renewed: capturing may still work, only nobody vouches for it.
            return None
        except _UNDOCUMENTED:
            raise unreadable(reads=False) from None

    def _outcome(self, answer: Answer, now: datetime, deadline: Deadline, payment: Payment | None = None) -> Reading:
        """What a write answered; PayPal is asked again where its answer may be old, or tells too little."""
        try:
            if answer.repeated or not objects(answer.body, "purchase_units"):
                return self._read_back(text(answer.body, "id"), deadline, payment)
            return Reading(self._snapshot(answer.body, now))
        except (*_UNDOCUMENTED, ProviderUnavailable):
            raise unreadable(reads=False) from None

    def _read_back(
        self, provider_ref: str, deadline: Deadline, payment: Payment | None = None, **made: Json
    ) -> Reading:
        """After a write that PayPal has taken: if this fails, it has happened and we do not know what came of it."""
        now = self._clock.now()
        try:
            order = self._order(provider_ref, deadline)
            for name, row in made.items():
                order = including(order, name, row)
            return self._reading(order, now, deadline, payment)
        except _UNSEEN as error:
            raise ProviderAmbiguous(
                "PayPal took the request, but its outcome could not be read; it is being found out.",
                provider_ref=error.provider_ref,
            ) from None

    def _order(self, provider_ref: str, deadline: Deadline) -> Json:
        return self._client.get(path_of(*ORDERS, provider_ref), deadline=deadline)

    def _reading(self, order: Json, now: datetime, deadline: Deadline, payment: Payment | None = None) -> Reading:
        dispute = seen_dispute(self._client, _payments_of(order), deadline)
        return Reading(self._snapshot(order, now, dispute, payment))

    def _ledgers(self, order: Json) -> Payment | None:
        """The payment behind an order with money, to tell what of it is counted already."""
        if not _payments_of(order).taken:
            return None
        payment_id = our_id(order)
        return None if payment_id is None else self._known(payment_id)

    def _snapshot(
        self, order: Json, now: datetime, dispute: Dispute | None = None, known: Payment | None = None
    ) -> Snapshot:
        try:
            return snapshot_of(order, livemode=self._livemode, observed_at=now, dispute=dispute, known=known)
        except _UNDOCUMENTED:
            raise unreadable(reads=True) from None


def _payments_of(order: Json) -> Payments:
    try:
        return payments_of(order)
    except _UNDOCUMENTED:
        raise unreadable(reads=True) from None


def _nothing_held(payments: Payments) -> ProviderRefused | ProviderConflict:
    if payments.taken:
        return _other_state("already_captured")
    return _capture_declined() if payments.captures_that(*LOST) else _other_state("unexpected_state")


def _capture_declined() -> ProviderRefused:
    return ProviderRefused(
        "PayPal could not get the authorised money from the buyer's instrument.", code="capture_declined"
    )


def _refundable(payments: Payments, amount: int) -> str:
    """The capture to refund from."""
    if not payments.taken:
        raise _other_state("capture_pending" if payments.captures_that("PENDING") else "unexpected_state")
    enough = [capture for capture in payments.taken if payments.left_of(capture) >= amount]
    return text((enough or payments.taken)[0], "id")


def _other_state(code: str) -> ProviderConflict:
    return ProviderConflict(
        "The payment is in another state at PayPal; its state is being read and adopted.", code=code
    )
