"""Customers and saved methods on the sandbox, from the first visit to a payment without the buyer."""

from __future__ import annotations

import pytest

from commerce.payments.gateways.stripe.methods import Profile
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import (
    NotFound,
)
from tests.unit.payments.stripe.rig import Rig
from tests.unit.payments.stripe.wire import soon

S = PaymentStatus


@pytest.fixture
def customer_ref(rig: Rig) -> str:
    return rig.customers.register("user-1", Profile(email="ana@example.com"), deadline=soon()).customer_ref


def test_registering_twice_is_one_customer(rig: Rig, customer_ref: str) -> None:
    again = rig.customers.register("user-1", Profile(), deadline=soon())
    assert again.customer_ref == customer_ref
    assert len(list(rig.box.state.customers)) == 1


@pytest.mark.usefixtures("customer_ref")
def test_one_is_saved_made_default_and_forgotten(rig: Rig) -> None:
    saved = attach(rig)
    rig.customers.make_default("user-1", saved, deadline=soon())
    (listed,) = rig.customers.methods("user-1", deadline=soon())
    assert (listed.method_ref, listed.last4, listed.is_default) == (saved, "4242", True)
    rig.customers.detach("user-1", saved, deadline=soon())
    assert rig.customers.methods("user-1", deadline=soon()) == ()
    with pytest.raises(NotFound):
        rig.customers.detach("user-1", saved, deadline=soon())


def attach(rig: Rig, user_id: str = "user-1", card: str = "tok_visa") -> str:
    made = rig.bench.v1.payment_methods.create(params={"type": "card", "card": {"token": card}})
    return rig.customers.attach(user_id, made.id, deadline=soon()).method_ref


@pytest.mark.usefixtures("customer_ref")
def test_attaching_again_simply_shows_it(rig: Rig) -> None:
    saved = attach(rig)
    assert rig.customers.attach("user-1", saved, deadline=soon()).method_ref == saved


@pytest.mark.usefixtures("customer_ref")
def test_a_test_card_is_saved_under_the_id_that_it_gets(rig: Rig) -> None:
    saved = rig.customers.attach("user-1", "pm_card_visa", deadline=soon())
    (listed,) = rig.customers.methods("user-1", deadline=soon())
    assert saved == listed
    assert saved.method_ref != "pm_card_visa"


@pytest.mark.invariant("AUT-07")
@pytest.mark.usefixtures("customer_ref")
def test_somebody_else_s_method_is_not_found(rig: Rig) -> None:
    saved = attach(rig)
    rig.customers.register("user-2", Profile(), deadline=soon())
    for act in (rig.customers.attach, rig.customers.make_default, rig.customers.detach):
        with pytest.raises(NotFound):
            act("user-2", saved, deadline=soon())
    assert len(rig.customers.methods("user-1", deadline=soon())) == 1


@pytest.mark.usefixtures("customer_ref")
def test_the_browser_saves_one_with_a_setup(rig: Rig) -> None:
    setup = rig.customers.start_saving("user-1", key="k1", deadline=soon())
    rig.bench.v1.setup_intents.confirm(
        setup.setup_ref, params={"payment_method": "pm_card_visa", "return_url": "https://store.example/done"}
    )
    assert len(rig.customers.methods("user-1", deadline=soon())) == 1


def test_it_pays_without_the_buyer(rig: Rig, customer_ref: str) -> None:
    saved = attach(rig)
    paid = rig.start(customer_ref=customer_ref, payment_method_ref=saved, off_session=True)
    assert paid.snapshot.status is S.PAID


@pytest.mark.invariant("PAY-01")
def test_a_bank_that_wants_the_buyer_leaves_a_payment_to_be_finished(rig: Rig, customer_ref: str) -> None:
    saved = attach(rig, card="tok_authenticationRequired")
    asked = rig.start(customer_ref=customer_ref, payment_method_ref=saved, off_session=True)
    assert asked.snapshot.status is S.FAILED
    assert asked.snapshot.failure is not None
    assert asked.snapshot.failure.buyer_code == "authentication_required"
    rig.confirm(asked, saved)
    rig.box.world.authenticate(asked.snapshot.provider_ref)
    assert rig.read(asked.snapshot.provider_ref).status is S.PAID
    assert rig.intents == 1


def test_paying_can_save_the_method(rig: Rig, customer_ref: str) -> None:
    rig.pay(customer_ref=customer_ref, save_payment_method=True)
    assert len(rig.customers.methods("user-1", deadline=soon())) == 1
