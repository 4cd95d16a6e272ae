"""Pix in the Stripe sandbox (docs.stripe.com/payments/pix/accept-a-payment)."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from commerce.payments.pix.brcode import parse_brcode
from commerce.platform.money import Money
from local.sandboxes.stripe.account import Settings
from local.sandboxes.stripe.app import StripeSandbox
from tests.unit.sandboxes.stripe.slips import PAYER, pix
from tests.unit.sandboxes.stripe.support import START, Bench, open_bench


def issue(bench: Bench, **changes: Any) -> Any:
    return bench.v1.payment_intents.create(params=pix(**changes))


def read(bench: Bench, intent: Any) -> Any:
    return bench.v1.payment_intents.retrieve(intent.id)


def test_confirming_shows_a_code_that_a_bank_would_read(bench: Bench) -> None:
    intent = issue(bench)
    shown = intent.next_action.pix_display_qr_code
    assert (intent.status, intent.latest_charge, shown.expires_at) == ("requires_action", None, START + 1800)
    assert parse_brcode(shown.data).amount == Money(1000, "BRL")
    assert bench.events() == ["payment_intent.created", "payment_intent.requires_action"]


def test_its_pages_show_the_code(bench: Bench) -> None:
    shown = issue(bench).next_action.pix_display_qr_code
    page = bench.session.get(shown.hosted_instructions_url)
    assert shown.data in page.text
    assert bench.session.get(shown.image_url_png).content.startswith(b"\x89PNG")
    assert b"<svg" in bench.session.get(shown.image_url_svg).content


def test_paying_succeeds_at_once(bench: Bench) -> None:
    intent = issue(bench)
    assert bench.control(f"/payment_intents/{intent.id}/pay").json()["status"] == "succeeded"
    charge = bench.charge(intent)
    assert (charge.status, charge.amount_captured) == ("succeeded", 1000)
    assert "pix" in charge.to_dict()["payment_method_details"]
    assert bench.events()[-2:] == ["charge.succeeded", "payment_intent.succeeded"]
    assert bench.box.books() == {
        "orders": {
            "order-1": {
                "currency": "brl",
                "payment_intents": 1,
                "charges": [charge.id],
                "authorized": 0,
                "captured": 1000,
                "refunded": 0,
                "disputed": False,
            }
        },
        "violations": [],
    }


def test_it_expires_by_the_clock_and_can_then_not_be_paid(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.advance(1799)
    assert read(bench, intent).status == "requires_action"
    bench.box.advance(1)
    expired = read(bench, intent)
    assert (expired.status, expired.next_action, expired.payment_method) == ("requires_payment_method", None, None)
    assert expired.last_payment_error.code == "payment_intent_payment_attempt_expired"
    assert bench.events()[-1] == "payment_intent.payment_failed"
    assert bench.control(f"/payment_intents/{intent.id}/pay").status_code == 409


def test_a_paid_one_does_not_expire(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.world.pay(intent.id)
    bench.box.advance(3600)
    assert read(bench, intent).status == "succeeded"


def test_the_control_route_expires_it_now(bench: Bench) -> None:
    intent = issue(bench)
    assert bench.control(f"/payment_intents/{intent.id}/expire").json()["status"] == "requires_payment_method"


def test_an_expired_one_can_be_paid_with_another_code(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.world.expire(intent.id)
    data = {"type": "pix", "billing_details": PAYER}
    again = bench.v1.payment_intents.confirm(intent.id, params={"payment_method_data": data})
    assert again.status == "requires_action"
    bench.box.advance(1799)
    assert read(bench, intent).status == "requires_action"
    bench.box.world.pay(intent.id)


def test_an_open_one_is_canceled(bench: Bench) -> None:
    intent = issue(bench)
    assert bench.v1.payment_intents.cancel(intent.id).status == "canceled"
    bench.box.advance(3600)
    assert bench.events()[-1] == "payment_intent.canceled"


def test_it_lives_four_hours_if_nothing_is_said(bench: Bench) -> None:
    assert issue(bench, seconds=None).next_action.pix_display_qr_code.expires_at == START + 4 * 3600


def test_it_may_be_told_when_it_ends(bench: Bench) -> None:
    options = {"pix": {"expires_at": START + 7200}}
    shown = issue(bench, payment_method_options=options).next_action.pix_display_qr_code
    assert shown.expires_at == START + 7200


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"seconds": 59}, "payment_method_options[pix][expires_after_seconds]"),
        ({"seconds": 1_209_601}, "payment_method_options[pix][expires_after_seconds]"),
        ({"payment_method_options": {"pix": {"expires_at": START + 59}}}, "payment_method_options[pix][expires_at]"),
        (
            {"payment_method_options": {"pix": {"expires_at": START + 90, "expires_after_seconds": 90}}},
            "payment_method_options[pix]",
        ),
        ({"currency": "usd"}, "currency"),
        ({"capture_method": "manual"}, "capture_method"),
        ({"allowed_payment_method_types": ["card"]}, "payment_method"),
        (
            {"payment_method_data": {"type": "pix", "billing_details": {"name": "Ana"}}},
            "payment_method_data[billing_details][email]",
        ),
        (
            {"payment_method_data": {"type": "pix", "billing_details": {**PAYER, "tax_id": "39053344706"}}},
            "tax_id",
        ),
        ({"payment_method_types": ["pix"]}, "payment_method_types"),
    ],
)
def test_what_stripe_does_not_take_is_refused(bench: Bench, changes: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        issue(bench, **changes)
    assert refused.value.param == param


@pytest.mark.parametrize("tax_id", ["00000000000", "00.000.000/0000-00", "390.533.447-05", "12ABC34501DE35"])
def test_tax_ids_of_test_mode_and_real_ones_are_taken(bench: Bench, tax_id: str) -> None:
    data = {"type": "pix", "billing_details": {**PAYER, "tax_id": tax_id}}
    assert issue(bench, payment_method_data=data).status == "requires_action"


@pytest.mark.parametrize(
    "settings", [Settings(country="US"), Settings(payment_method_types=("card", "link", "boleto"))]
)
def test_an_account_that_may_not_use_it_is_refused(settings: Settings) -> None:
    bench = open_bench(StripeSandbox(settings=settings, seed=b"tests"))
    with pytest.raises(stripe.InvalidRequestError) as refused:
        issue(bench)
    assert refused.value.param == "allowed_payment_method_types"


def test_it_goes_back_in_parts_for_ninety_days(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.world.pay(intent.id)
    refund = bench.v1.refunds.create(params={"payment_intent": intent.id, "amount": 400})
    assert (refund.status, refund.destination_details.type) == ("succeeded", "pix")
    bench.box.advance(90 * 24 * 3600)
    bench.v1.refunds.create(params={"payment_intent": intent.id, "amount": 100})
    bench.box.advance(1)
    with pytest.raises(stripe.InvalidRequestError, match="90 days"):
        bench.v1.refunds.create(params={"payment_intent": intent.id, "amount": 100})


def test_nobody_can_authenticate_or_save_it(bench: Bench) -> None:
    intent = issue(bench)
    assert bench.control(f"/payment_intents/{intent.id}/authenticate").status_code == 409
    customer = bench.v1.customers.create()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be saved"):
        bench.v1.payment_methods.attach(intent.payment_method, params={"customer": customer.id})
