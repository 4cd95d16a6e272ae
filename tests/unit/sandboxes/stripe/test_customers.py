from __future__ import annotations

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import Bench


@pytest.fixture
def customer(bench: Bench) -> stripe.Customer:
    made: stripe.Customer = bench.v1.customers.create(
        params={"email": "ana@example.com", "name": "Ana", "metadata": {"user_id": "u-1"}}
    )
    return made


def test_a_customer_is_made_changed_listed_and_deleted(bench: Bench, customer: stripe.Customer) -> None:
    changed = bench.v1.customers.update(
        customer.id, params={"phone": "+5511999990000", "address": {"city": "Recife"}, "name": ""}
    )
    assert (changed.phone, changed.address.city, changed.address.line1, changed.name) == (
        "+5511999990000",
        "Recife",
        None,
        None,
    )
    assert [c.id for c in bench.v1.customers.list(params={"email": "ana@example.com"}).data] == [customer.id]
    assert bench.v1.customers.list(params={"email": "other@example.com"}).data == []
    assert bench.v1.customers.delete(customer.id).deleted is True
    assert bench.v1.customers.retrieve(customer.id).deleted is True
    assert bench.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        bench.pay(customer=customer.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        bench.v1.customers.update(customer.id, params={"name": "x"})


def test_methods_are_attached_made_default_and_detached(bench: Bench, customer: stripe.Customer) -> None:
    method = bench.v1.payment_methods.attach("pm_card_visa", params={"customer": customer.id})
    assert (method.id != "pm_card_visa", method.customer) == (True, customer.id)
    changed = bench.v1.customers.update(customer.id, params={"invoice_settings": {"default_payment_method": method.id}})
    assert changed.invoice_settings.default_payment_method == method.id
    assert [m.id for m in bench.v1.customers.payment_methods.list(customer.id).data] == [method.id]
    assert [m.id for m in bench.v1.payment_methods.list(params={"customer": customer.id}).data] == [method.id]
    assert bench.v1.payment_methods.detach(method.id).customer is None
    assert bench.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    assert bench.v1.customers.payment_methods.list(customer.id).data == []
    assert bench.events()[-1] == "payment_method.detached"
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        bench.v1.payment_methods.detach(method.id)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        bench.v1.payment_methods.attach(method.id, params={"customer": customer.id})


def test_an_attached_method_pays_again_and_again_for_its_customer_only(bench: Bench, customer: stripe.Customer) -> None:
    method = bench.v1.payment_methods.attach("pm_card_visa", params={"customer": customer.id})
    for _ in range(2):
        assert bench.pay(method.id, customer=customer.id, off_session=True).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="belongs to the Customer"):
        bench.pay(method.id)
    other = bench.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        bench.v1.payment_methods.attach(method.id, params={"customer": other.id})
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        bench.v1.customers.update(other.id, params={"invoice_settings": {"default_payment_method": method.id}})


def test_a_bad_card_is_not_attached(bench: Bench, customer: stripe.Customer) -> None:
    with pytest.raises(stripe.CardError):
        bench.v1.payment_methods.attach("pm_card_visa_chargeDeclined", params={"customer": customer.id})
    method = bench.v1.payment_methods.attach("pm_card_chargeCustomerFail", params={"customer": customer.id})
    with pytest.raises(stripe.CardError):
        bench.pay(method.id, customer=customer.id)


def test_a_payment_saves_its_method(bench: Bench, customer: stripe.Customer) -> None:
    bench.pay(customer=customer.id, setup_future_usage="off_session")
    (method,) = bench.v1.customers.payment_methods.list(customer.id).data
    assert bench.v1.customers.payment_methods.retrieve(customer.id, method.id).card.last4 == "4242"
    assert "payment_method.attached" in bench.events()


def test_the_bank_renews_a_card(bench: Bench, customer: stripe.Customer) -> None:
    method = bench.v1.payment_methods.attach("pm_card_visa", params={"customer": customer.id})
    bench.control(f"/payment_methods/{method.id}/automatically_update", exp_month=1, exp_year=2040)
    assert bench.v1.payment_methods.retrieve(method.id).card.exp_year == 2040
    event = bench.box.state.events.newest_first()[0]
    assert event["type"] == "payment_method.automatically_updated"
    assert event["data"]["previous_attributes"]["card"]["exp_month"] == 8


def test_a_customer_session(bench: Bench, customer: stripe.Customer) -> None:
    session = bench.v1.customer_sessions.create(
        params={
            "customer": customer.id,
            "components": {"payment_element": {"enabled": True, "features": {"payment_method_save": "enabled"}}},
        }
    )
    assert session.client_secret.startswith("cuss_secret_")
    assert session.components.payment_element.features.payment_method_save == "enabled"
