"""Customers and their saved methods: one customer for each user, and nobody reaches anybody else's methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from commerce.payments.customer_store import CustomerRecord
from commerce.payments.gateways.stripe.customers import KEY_LIFE, StripeCustomers
from commerce.payments.gateways.stripe.methods import Customer, MethodSetup, Profile, SavedMethod
from commerce.platform.clock import ManualClock
from commerce.platform.errors import (
    NotFound,
    ProviderAmbiguous,
    ProviderRefused,
    ProviderUnavailable,
    VersionConflict,
)
from tests.builders import NOW
from tests.unit.payments.stripe.objects import EPOCH, Json, decline, listing
from tests.unit.payments.stripe.wire import Wire, client_over, soon

NO_PROFILE = Profile()
OWN_METHOD = ("GET", "/v1/customers/cus_1/payment_methods/pm_1")
READ = ("GET", "/v1/customers/cus_1")


class Store:
    """A `CustomerStore` in memory; a `rival` is kept just before we come."""

    def __init__(self) -> None:
        self.records: dict[str, CustomerRecord] = {}
        self.rival: str | None = None

    def get(self, user_id: str) -> CustomerRecord | None:
        return self.records.get(user_id)

    def claim(self, user_id: str, now: datetime) -> CustomerRecord:
        return self.records.setdefault(user_id, CustomerRecord(user_id, now))

    def put(self, claimed: CustomerRecord, customer_ref: str) -> CustomerRecord:
        record = self.records[claimed.user_id]
        if record == claimed:
            self.records[claimed.user_id] = replace(record, customer_ref=self.rival or customer_ref)
        return self.records[claimed.user_id]

    def replace(self, gone: CustomerRecord, now: datetime) -> CustomerRecord:
        if self.records[gone.user_id] == gone:
            self.records[gone.user_id] = CustomerRecord(gone.user_id, now, generation=gone.generation + 1)
        return self.records[gone.user_id]

    def knows(self, user_id: str = "user-1", customer_ref: str = "cus_1", generation: int = 0) -> None:
        self.records[user_id] = CustomerRecord(user_id, NOW, customer_ref, generation)


def customer(**changes: Any) -> Json:
    return {
        "id": "cus_1",
        "object": "customer",
        "created": EPOCH,
        "invoice_settings": {"default_payment_method": None},
        "metadata": {"user_id": "user-1"},
        **changes,
    }


def method(**changes: Any) -> Json:
    card = {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030, "fingerprint": "f", "wallet": None}
    return {"id": "pm_1", "object": "payment_method", "type": "card", "card": card, "customer": "cus_1", **changes}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def customers(wire: Wire, store: Store, clock: ManualClock) -> StripeCustomers:
    client = client_over(wire)
    return StripeCustomers(lambda: client, store, clock)


class TestRegister:
    def test_the_first_time_makes_a_customer_that_carries_the_user_s_id(
        self, wire: Wire, customers: StripeCustomers
    ) -> None:
        wire.answer(customer())
        assert customers.register("user-1", NO_PROFILE, deadline=soon()) == Customer("user-1", "cus_1")
        assert wire.paths == [("POST", "/v1/customers"), READ]
        assert wire.asked[0].params == {"metadata[user_id]": "user-1"}
        assert customers.reference("user-1") == "cus_1"

    def test_later_times_make_no_other(self, wire: Wire, store: Store, customers: StripeCustomers) -> None:
        store.knows()
        wire.answer(customer())
        customers.register("user-1", NO_PROFILE, deadline=soon())
        assert wire.paths == [READ]

    def test_what_the_store_tells_of_the_buyer_is_passed_on(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        store.knows()
        wire.answer(customer())
        customers.register("user-1", Profile(email="ana@example.com", name="Ana"), deadline=soon())
        assert wire.paths == [("POST", "/v1/customers/cus_1")]
        assert wire.asked[0].params == {"email": "ana@example.com", "name": "Ana"}

    def test_two_tries_use_one_key_and_one_request(
        self, wire: Wire, clock: ManualClock, customers: StripeCustomers
    ) -> None:
        wire.error(503).error(503).answer(customer())
        for _ in range(2):
            with pytest.raises(ProviderAmbiguous):
                customers.register("user-1", Profile(email=f"{clock.now()}@example.com"), deadline=soon())
            clock.advance(60)
        assert wire.asked[0].key == wire.asked[1].key
        assert wire.asked[0].params == wire.asked[1].params

    def test_users_have_keys_of_their_own(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer())
        customers.register("user-1", NO_PROFILE, deadline=soon())
        customers.register("user-2", NO_PROFILE, deadline=soon())
        keys = [asked.key for asked in wire.asked if asked.path == "/v1/customers"]
        assert len(set(keys)) == 2

    def test_once_the_key_is_forgotten_the_lost_one_is_looked_for(
        self, wire: Wire, store: Store, clock: ManualClock, customers: StripeCustomers
    ) -> None:
        store.claim("user-1", NOW)
        clock.advance(KEY_LIFE.total_seconds())
        wire.answer(listing(customer(id="cus_9", metadata={}), customer())).answer(customer())
        assert customers.register("user-1", NO_PROFILE, deadline=soon()).customer_ref == "cus_1"
        assert wire.paths == [("GET", "/v1/customers"), READ]
        assert int(wire.asked[0].params["created[gte]"]) < NOW.timestamp()

    def test_and_made_anew_when_there_is_none(
        self, wire: Wire, store: Store, clock: ManualClock, customers: StripeCustomers
    ) -> None:
        store.claim("user-1", NOW)
        clock.advance(KEY_LIFE.total_seconds())
        wire.answer(listing()).answer(customer())
        customers.register("user-1", NO_PROFILE, deadline=soon())
        assert ("POST", "/v1/customers") in wire.paths

    def test_of_two_at_once_the_first_one_kept_is_the_customer(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        store.claim("user-1", NOW)
        store.rival = "cus_1"
        wire.answer(customer(id="cus_2")).answer(customer())
        assert customers.register("user-1", NO_PROFILE, deadline=soon()).customer_ref == "cus_1"

    @pytest.mark.parametrize("body", [{}, {"id": 7}, {"deleted": True}])
    def test_an_answer_without_an_id_is_a_doubt(self, wire: Wire, customers: StripeCustomers, body: Json) -> None:
        wire.answer(body)
        with pytest.raises(ProviderAmbiguous):
            customers.register("user-1", NO_PROFILE, deadline=soon())


GONE = [
    lambda wire: wire.error(404, code="resource_missing", param="id"),
    lambda wire: wire.error(400, code="resource_missing", param="customer"),
    lambda wire: wire.answer({"id": "cus_1", "object": "customer", "deleted": True}),
]


class TestGone:
    """A customer that was deleted at Stripe is followed by another."""

    @pytest.mark.parametrize("gone", GONE)
    @pytest.mark.parametrize("profile", [NO_PROFILE, Profile(email="ana@example.com")])
    def test_registering_again_makes_another(
        self,
        wire: Wire,
        store: Store,
        customers: StripeCustomers,
        gone: Callable[[Wire], Wire],
        profile: Profile,
    ) -> None:
        store.knows()
        gone(wire).answer(customer(id="cus_2"))
        assert customers.register("user-1", profile, deadline=soon()) == Customer("user-1", "cus_2")
        assert customers.reference("user-1") == "cus_2"
        ask = "POST" if profile.email else "GET"
        assert wire.paths == [(ask, "/v1/customers/cus_1"), ("POST", "/v1/customers"), (ask, "/v1/customers/cus_2")]
        assert wire.asked[1].params == {"metadata[user_id]": "user-1"}

    def test_each_one_is_made_under_a_key_of_its_own_and_all_who_make_it_share_that(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        wire.error(503)
        for generation in (0, 0, 1, 1, 2):
            store.records["user-1"] = CustomerRecord("user-1", NOW, None, generation)
            with pytest.raises(ProviderAmbiguous):
                customers.register("user-1", NO_PROFILE, deadline=soon())
        keys = [asked.key for asked in wire.asked]
        assert keys[0] == keys[1] != keys[2] == keys[3] != keys[4] != keys[0]

    def test_only_what_was_made_since_then_is_looked_for(
        self, wire: Wire, store: Store, clock: ManualClock, customers: StripeCustomers
    ) -> None:
        store.knows()
        clock.advance(KEY_LIFE.total_seconds())
        wire.error(404, code="resource_missing").error(503)
        with pytest.raises(ProviderAmbiguous):
            customers.register("user-1", NO_PROFILE, deadline=soon())
        clock.advance(KEY_LIFE.total_seconds())
        wire.script.clear()
        wire.answer(listing(customer(id="cus_2"))).answer(customer(id="cus_2"))
        customers.register("user-1", NO_PROFILE, deadline=soon())
        since = int(wire.asked[2].params["created[gte]"])
        assert NOW.timestamp() < since < clock.now().timestamp() - KEY_LIFE.total_seconds()

    @pytest.mark.parametrize("status", [429, 500])
    def test_a_failed_look_says_nothing_about_it(
        self, wire: Wire, store: Store, customers: StripeCustomers, status: int
    ) -> None:
        store.knows()
        wire.error(status)
        with pytest.raises(ProviderUnavailable):
            customers.register("user-1", NO_PROFILE, deadline=soon())
        assert customers.reference("user-1") == "cus_1"

    def test_a_refused_address_says_nothing_about_it(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        store.knows()
        wire.error(400, code="email_invalid", param="email")
        with pytest.raises(ProviderRefused):
            customers.register("user-1", Profile(email="ana@"), deadline=soon())
        assert customers.reference("user-1") == "cus_1"

    def test_one_that_goes_away_again_and_again_is_given_up(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        store.knows()
        wire.answer(customer(deleted=True))
        with pytest.raises(VersionConflict) as given_up:
            customers.register("user-1", NO_PROFILE, deadline=soon())
        assert given_up.value.retryable
        assert len(wire.asked) < 10

    def test_who_wants_to_save_a_method_is_told_to_register_again(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        store.knows()
        wire.error(400, code="resource_missing", param="customer")
        with pytest.raises(NotFound) as missing:
            customers.start_saving("user-1", key="a", deadline=soon())
        assert missing.value.code == "customer_not_found"

    def test_and_the_same_wish_is_a_new_one_for_the_next_customer(
        self, wire: Wire, store: Store, customers: StripeCustomers
    ) -> None:
        wire.answer({"id": "seti_1", "status": "requires_payment_method", "client_secret": "seti_1_secret_x"})
        for customer_ref in ("cus_1", "cus_2"):
            store.knows(customer_ref=customer_ref)
            customers.start_saving("user-1", key="a", deadline=soon())
        assert wire.asked[0].key != wire.asked[1].key


class TestMethods:
    @pytest.fixture(autouse=True)
    def registered(self, store: Store) -> None:
        store.knows()

    def test_they_are_listed_with_the_default_marked(self, wire: Wire, customers: StripeCustomers) -> None:
        default = {"default_payment_method": "pm_2"}
        wire.answer(customer(invoice_settings=default)).answer(
            listing(method(), method(id="pm_2", type="link", card=None))
        )
        assert customers.methods("user-1", deadline=soon()) == (
            SavedMethod("pm_1", "card", "visa", "4242", 8, 2030),
            SavedMethod("pm_2", "link", is_default=True),
        )
        assert wire.paths == [READ, ("GET", "/v1/customers/cus_1/payment_methods")]

    def test_the_browser_gets_a_secret_to_save_one_with(self, wire: Wire, customers: StripeCustomers) -> None:
        setup = {"id": "seti_1", "status": "requires_payment_method", "client_secret": "seti_1_secret_x"}
        wire.answer(setup)
        made = [customers.start_saving("user-1", key=key, deadline=soon()) for key in ("a", "a", "b")]
        assert made[0] == MethodSetup("seti_1", "requires_payment_method", "seti_1_secret_x")
        assert wire.asked[0].params == {
            "customer": "cus_1",
            "automatic_payment_methods[enabled]": "true",
            "metadata[user_id]": "user-1",
        }
        assert wire.asked[0].key == wire.asked[1].key != wire.asked[2].key

    def test_one_that_the_browser_made_is_attached(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).answer(method()).answer(method())
        assert customers.attach("user-1", "pm_1", deadline=soon()).last4 == "4242"
        assert wire.paths == [READ, ("POST", "/v1/payment_methods/pm_1/attach"), OWN_METHOD]
        assert wire.asked[1].params == {"customer": "cus_1"}

    def test_one_that_is_attached_already_is_simply_shown(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).error(400, message="already attached").answer(method())
        assert customers.attach("user-1", "pm_1", deadline=soon()).method_ref == "pm_1"

    @pytest.mark.invariant("AUT-07")
    def test_one_of_somebody_else_s_is_not_found(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).error(400, message="already attached").error(404, code="resource_missing")
        with pytest.raises(NotFound) as missing:
            customers.attach("user-1", "pm_1", deadline=soon())
        assert missing.value.code == "payment_method_not_found"

    def test_a_card_the_bank_refuses_is_not_saved(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).answer({"error": decline("card_declined", "insufficient_funds")}, 402)
        with pytest.raises(ProviderRefused) as refused:
            customers.attach("user-1", "pm_1", deadline=soon())
        assert refused.value.details == {"buyer_code": "insufficient_funds"}

    def test_one_becomes_the_default(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).answer(method()).answer(customer())
        assert customers.make_default("user-1", "pm_1", deadline=soon()).is_default
        assert wire.asked[2].params == {"invoice_settings[default_payment_method]": "pm_1"}

    def test_a_default_changed_back_and_forth_is_never_a_replay(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).answer(method()).answer(customer()).answer(customer()).answer(method()).answer(
            customer()
        )
        for _ in range(2):
            customers.make_default("user-1", "pm_1", deadline=soon())
        changes = [asked.key for asked in wire.asked if asked.method == "POST"]
        assert len(set(changes)) == 2

    def test_one_is_detached(self, wire: Wire, customers: StripeCustomers) -> None:
        wire.answer(customer()).answer(method()).answer(method(customer=None))
        customers.detach("user-1", "pm_1", deadline=soon())
        assert wire.paths == [READ, OWN_METHOD, ("POST", "/v1/payment_methods/pm_1/detach")]

    @pytest.mark.invariant("AUT-07")
    @pytest.mark.parametrize(
        "act",
        [
            lambda c: c.make_default("user-1", "pm_1", deadline=soon()),
            lambda c: c.detach("user-1", "pm_1", deadline=soon()),
        ],
    )
    def test_nobody_touches_a_method_that_is_not_theirs(
        self, wire: Wire, customers: StripeCustomers, act: Callable[[StripeCustomers], object]
    ) -> None:
        wire.answer(customer()).error(404, code="resource_missing", param="payment_method")
        with pytest.raises(NotFound) as missing:
            act(customers)
        assert missing.value.code == "payment_method_not_found"
        assert all(asked.method == "GET" for asked in wire.asked)

    @pytest.mark.parametrize("body", [listing({"id": "pm_1"}), listing(method(card={"exp_month": "8"}))])
    def test_a_listing_that_makes_no_sense_is_asked_again(
        self, wire: Wire, customers: StripeCustomers, body: Json
    ) -> None:
        wire.answer(customer()).answer(body)
        with pytest.raises(ProviderUnavailable):
            customers.methods("user-1", deadline=soon())


@pytest.mark.parametrize(
    "act",
    [
        lambda c: c.get("user-1", deadline=soon()),
        lambda c: c.methods("user-1", deadline=soon()),
        lambda c: c.start_saving("user-1", key="a", deadline=soon()),
        lambda c: c.attach("user-1", "pm_1", deadline=soon()),
        lambda c: c.make_default("user-1", "pm_1", deadline=soon()),
        lambda c: c.detach("user-1", "pm_1", deadline=soon()),
    ],
)
def test_who_is_no_customer_is_told_to_become_one(
    wire: Wire, customers: StripeCustomers, act: Callable[[StripeCustomers], object]
) -> None:
    with pytest.raises(NotFound) as missing:
        act(customers)
    assert missing.value.code == "customer_not_found"
    assert "POST /customers" in missing.value.message
    assert wire.asked == []


@pytest.mark.parametrize(
    "answer", [lambda w: w.answer({"id": "cus_1", "deleted": True}), lambda w: w.error(404, code="resource_missing")]
)
def test_a_customer_deleted_at_stripe_is_none(
    wire: Wire, store: Store, customers: StripeCustomers, answer: Callable[[Wire], object]
) -> None:
    store.knows()
    answer(wire)
    with pytest.raises(NotFound):
        customers.get("user-1", deadline=soon())
