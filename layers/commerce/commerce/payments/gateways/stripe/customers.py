"""Customers at Stripe and the payment methods they saved.

A user is one customer: the wish is written down before Stripe is asked, and the key follows from the user's id and from
how many customers of theirs are gone. One that was deleted at Stripe is followed by another as soon as it is noticed.
A method is only ever touched through its customer, so that nobody reaches anybody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import stripe

from commerce.payments.customer_store import CustomerRecord
from commerce.payments.gateways.stripe.calls import StripeCalls, path_of, unreadable
from commerce.payments.gateways.stripe.client import client_from_settings
from commerce.payments.gateways.stripe.fields import Json, obj, text
from commerce.payments.gateways.stripe.methods import (
    Customer,
    MethodSetup,
    Profile,
    SavedMethod,
    customer_of,
    method_of,
    setup_of,
)
from commerce.platform.clock import Clock, SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import NotFound, ProviderMissing, ProviderRefused, VersionConflict
from commerce.platform.ids import derived_id
from commerce.platform.observability import logger
from commerce.platform.secrets import Secrets, SecretsManagerSecrets

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, CustomerModifyParams, SetupIntentCreateParams

KEY_LIFE = timedelta(hours=23)
"""Stripe forgets a key after 24 hours at the earliest (API reference, Idempotent requests)."""
TRIES = 6
_GONE = "customer_missing"
_SKEW_SECONDS = 120


class CustomerStore(Protocol):
    """Keeps who is which customer. Reads are consistent, the first write wins."""

    def get(self, user_id: str) -> CustomerRecord | None: ...

    def claim(self, user_id: str, now: datetime) -> CustomerRecord:
        """Write the wish down unless it is there already; gives what is there afterwards."""
        ...

    def put(self, claimed: CustomerRecord, customer_ref: str) -> CustomerRecord:
        """Keep the customer made for `claimed` unless its row has one or went on; gives what is there afterwards."""
        ...

    def replace(self, gone: CustomerRecord, now: datetime) -> CustomerRecord:
        """Claim the next generation of a user whose customer is gone; gives what is there afterwards."""
        ...


class StripeCustomers:
    """Registers users, and saves, lists and removes their payment methods.

    Every method keeps to `deadline` and raises NotFound `customer_not_found` or `payment_method_not_found`, or the
    ProviderError branch. Who may act for which user is the caller's to check.
    """

    def __init__(self, client: Callable[[], stripe.StripeClient], store: CustomerStore, clock: Clock) -> None:
        self._calls = StripeCalls(client)
        self._store = store
        self._clock = clock

    @classmethod
    def from_settings(cls, store: CustomerStore, secrets: Secrets | None = None) -> StripeCustomers:
        """As this deployment is set up; reads no secret before the first call."""
        return cls(client_from_settings(secrets or SecretsManagerSecrets()), store, SystemClock())

    def register(self, user_id: str, profile: Profile, *, deadline: Deadline) -> Customer:
        """Make the user a customer, once, and tell Stripe what `profile` says of them, each time.

        Raises:
            VersionConflict: the customer went away again and again while we looked; repeat.
        """
        record = self._store.claim(user_id, self._clock.now())
        for _ in range(TRIES):
            if record.customer_ref is None:
                record = self._create(record, deadline)
                continue
            customer = self._living(user_id, record.customer_ref, _changes(profile), deadline)
            if customer is not None:
                return customer
            logger.warning("customer gone at the provider", extra={"provider_ref": record.customer_ref})
            record = self._store.replace(record, self._clock.now())
        raise VersionConflict("The customer keeps going away at Stripe; repeat.", retry_after=1)

    def reference(self, user_id: str) -> str | None:
        """The customer to charge for this user, None for one who is none; asks our own store only."""
        record = self._store.get(user_id)
        return None if record is None else record.customer_ref

    def get(self, user_id: str, *, deadline: Deadline) -> Customer:
        customer = self._living(user_id, self._require(user_id), {}, deadline)
        if customer is None:
            raise _no_customer()
        return customer

    def methods(self, user_id: str, *, deadline: Deadline) -> tuple[SavedMethod, ...]:
        """All saved methods, newest first."""
        customer = self.get(user_id, deadline=deadline)
        listed = self._calls.pages(
            path_of("customers", customer.customer_ref, "payment_methods"), {}, deadline=deadline
        )
        with _readable(reads=True):
            return tuple(method_of(method, default_ref=customer.default_method_ref) for method in listed)

    def start_saving(self, user_id: str, *, key: str, deadline: Deadline) -> MethodSetup:
        """A SetupIntent: the browser collects and confirms the method, with 3-D Secure where the bank wants it.

        Its `usage` is Stripe's default, off_session: the method may be charged without the buyer.

        Args:
            key: the client's idempotency key; the same one gives the same SetupIntent of the same customer.
        """
        customer_ref = self._require(user_id)
        params: SetupIntentCreateParams = {
            "customer": customer_ref,
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"user_id": user_id},
        }
        own_key = f"{derived_id('setup', user_id, customer_ref, key)}:create"
        try:
            answer = self._calls.post(path_of("setup_intents"), params, key=own_key, deadline=deadline)
        except ProviderRefused as refusal:
            raise (_no_customer() if refusal.code == _GONE else refusal) from None
        with _readable(reads=False):
            return setup_of(answer.body)

    def attach(self, user_id: str, method_ref: str, *, deadline: Deadline) -> SavedMethod:
        """Save a method that the browser made; one that is saved already is simply shown.

        The answer's own id counts: a test card such as `pm_card_visa` is saved under a new one (docs, Testing).

        Raises:
            ProviderRefused: `card_declined`, with the buyer's code in `details`.
        """
        customer = self.get(user_id, deadline=deadline)
        path = path_of("payment_methods", method_ref, "attach")
        try:
            attached = self._calls.post(path, {"customer": customer.customer_ref}, key=None, deadline=deadline)
            with _readable(reads=False):
                method_ref = text(attached.body, "id")
        except ProviderRefused as refusal:
            if refusal.code == "card_declined":
                raise
        except ProviderMissing:
            raise _no_method() from None
        return self._own_method(customer, method_ref, deadline)

    def make_default(self, user_id: str, method_ref: str, *, deadline: Deadline) -> SavedMethod:
        customer = self.get(user_id, deadline=deadline)
        method = self._own_method(customer, method_ref, deadline)
        params: CustomerModifyParams = {"invoice_settings": {"default_payment_method": method_ref}}
        # A key of its own each time: first A, then B, then A again must not replay the first answer.
        self._calls.post(path_of("customers", customer.customer_ref), params, key=None, deadline=deadline)
        return replace(method, is_default=True)

    def detach(self, user_id: str, method_ref: str, *, deadline: Deadline) -> None:
        """Forget a method; it can never be used again."""
        self._own_method(self.get(user_id, deadline=deadline), method_ref, deadline)
        self._calls.post(path_of("payment_methods", method_ref, "detach"), {}, key=None, deadline=deadline)

    def _living(
        self, user_id: str, customer_ref: str, changes: CustomerModifyParams, deadline: Deadline
    ) -> Customer | None:
        """The customer as Stripe shows it, after `changes` if there are any; None for one who is gone."""
        path = path_of("customers", customer_ref)
        try:
            if changes:
                found = self._calls.post(path, changes, key=None, deadline=deadline).body
            else:
                found = self._calls.get(path, {}, deadline=deadline)
        except ProviderMissing:
            return None
        except ProviderRefused as refusal:
            if refusal.code != _GONE:
                raise
            return None
        if found.get("deleted") is True:
            return None
        with _readable(reads=not changes):
            return customer_of(user_id, found)

    def _create(self, record: CustomerRecord, deadline: Deadline) -> CustomerRecord:
        found = None
        if self._clock.now() - record.claimed_at >= KEY_LIFE:
            # Stripe no longer knows the key: what an earlier, unfinished try made has to be looked for.
            found = self._find(record, deadline)
        if found is None:
            # Nothing but the id: it never changes, and so neither does the request under this key.
            params: CustomerCreateParams = {"metadata": {"user_id": record.user_id}}
            key = _creation_key(record)
            found = self._calls.post(path_of("customers"), params, key=key, deadline=deadline).body
        with _readable(reads=False):
            customer_ref = text(found, "id")
        return self._store.put(record, customer_ref)

    def _find(self, record: CustomerRecord, deadline: Deadline) -> Json | None:
        since = int(record.claimed_at.timestamp()) - _SKEW_SECONDS
        listed = self._calls.pages(path_of("customers"), {"created": {"gte": since}}, deadline=deadline)
        return next((one for one in listed if (obj(one, "metadata") or {}).get("user_id") == record.user_id), None)

    def _own_method(self, customer: Customer, method_ref: str, deadline: Deadline) -> SavedMethod:
        path = path_of("customers", customer.customer_ref, "payment_methods", method_ref)
        try:
            found = self._calls.get(path, {}, deadline=deadline)
        except ProviderMissing:
            raise _no_method() from None
        with _readable(reads=True):
            return method_of(found, default_ref=customer.default_method_ref)

    def _require(self, user_id: str) -> str:
        customer_ref = self.reference(user_id)
        if customer_ref is None:
            raise _no_customer()
        return customer_ref


def _creation_key(record: CustomerRecord) -> str:
    """The same for all who create this customer at once; another after each one that is gone, lest Stripe repeat it."""
    generation = (record.generation,) if record.generation else ()
    return f"{derived_id('cus', record.user_id, *generation)}:create"


def _changes(profile: Profile) -> CustomerModifyParams:
    changes: CustomerModifyParams = {}
    if profile.email is not None:
        changes["email"] = profile.email
    if profile.name is not None:
        changes["name"] = profile.name
    return changes


@contextmanager
def _readable(*, reads: bool) -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise unreadable(reads=reads) from None


def _no_customer() -> NotFound:
    return NotFound(
        "This user is no customer at Stripe; register them with POST /customers first.", code="customer_not_found"
    )


def _no_method() -> NotFound:
    """The same for a method that does not exist and for one of somebody else's."""
    return NotFound("The customer has no such payment method.", code="payment_method_not_found")
