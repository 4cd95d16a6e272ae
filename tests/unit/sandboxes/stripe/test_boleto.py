"""Boleto in the Stripe sandbox (docs.stripe.com/payments/boleto/accept-a-payment)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import stripe

from commerce.payments.boleto.codes import parse_line
from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.stripe.account import Settings
from local.sandboxes.stripe.app import StripeSandbox
from tests.unit.sandboxes.stripe.slips import boleto, boleto_payer
from tests.unit.sandboxes.stripe.support import START, Bench, open_bench

HOUR = 3600
DAY = 24 * HOUR
TODAY = date(2027, 1, 15)
"""A Friday; START is 05:00 of it in São Paulo."""


def issue(bench: Bench, **changes: Any) -> Any:
    return bench.v1.payment_intents.create(params=boleto(**changes))


def status(bench: Bench, intent: Any) -> str:
    return str(bench.v1.payment_intents.retrieve(intent.id).status)


def test_confirming_issues_digits_that_a_bank_would_read(bench: Bench) -> None:
    intent = issue(bench, days=5)
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    slip = parse_line(intent.next_action.boleto_display_details.number)
    assert slip.amount is not None
    assert (slip.amount.amount, slip.due_date(reference=TODAY)) == (1000, date(2027, 1, 20))
    assert bench.events() == ["payment_intent.created", "payment_intent.requires_action"]


@pytest.mark.parametrize(("days", "due"), [(0, TODAY), (None, date(2027, 1, 18)), (60, date(2027, 3, 16))])
def test_days_are_counted_in_sao_paulo_and_end_before_midnight(bench: Bench, days: int | None, due: date) -> None:
    shown = issue(bench, days=days).next_action.boleto_display_details
    assert parse_line(shown.number).due_date(reference=TODAY) == due
    ends = from_epoch(shown.expires_at)
    assert (ends.hour, ends.minute) == (2, 59)  # 23:59 at -03:00


def test_its_pages_are_there(bench: Bench) -> None:
    shown = issue(bench).next_action.boleto_display_details
    for url in (shown.pdf, shown.hosted_voucher_url):
        document = bench.session.get(url).content
        assert document.startswith(b"%PDF")
        assert shown.number.encode() in document


def test_paying_is_processing_until_the_next_business_day(bench: Bench) -> None:
    intent = issue(bench)
    assert bench.control(f"/payment_intents/{intent.id}/pay").json()["status"] == "processing"
    charge = bench.charge(intent)
    assert (charge.status, charge.amount_captured) == ("pending", 0)
    assert "boleto" in charge.to_dict()["payment_method_details"]
    bench.box.advance(3 * DAY)  # Monday at 05:00: banks have not opened yet
    assert status(bench, intent) == "processing"
    bench.box.advance(5 * HOUR)
    assert status(bench, intent) == "succeeded"
    assert bench.charge(intent).amount_captured == 1000
    assert bench.events()[2:] == [
        "charge.pending",
        "payment_intent.processing",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_the_control_route_confirms_it_now(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.world.pay(intent.id)
    assert bench.control(f"/payment_intents/{intent.id}/complete").json()["status"] == "succeeded"
    bench.box.advance(7 * DAY)
    assert bench.events().count("payment_intent.succeeded") == 1


def test_an_unpaid_one_is_told_of_on_the_business_day_after_it_was_due(bench: Bench) -> None:
    intent = issue(bench, days=0)
    bench.box.advance(DAY)  # Saturday: no bank takes it, and Stripe has not said so yet
    assert status(bench, intent) == "requires_action"
    assert bench.control(f"/payment_intents/{intent.id}/pay").status_code == 409
    bench.box.advance(2 * DAY + 5 * HOUR)
    expired = bench.v1.payment_intents.retrieve(intent.id)
    assert (expired.status, expired.next_action) == ("requires_payment_method", None)
    assert expired.last_payment_error.code == "payment_intent_payment_attempt_expired"
    assert bench.events()[-1] == "payment_intent.payment_failed"


def test_one_that_is_out_can_be_neither_canceled_nor_changed(bench: Bench) -> None:
    intent = issue(bench)
    api = bench.v1.payment_intents
    for act in (api.cancel, api.confirm, lambda known: api.update(known, params={"amount": 2000})):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be updated or canceled"):
            act(intent.id)
    bench.box.world.expire(intent.id)
    assert api.cancel(intent.id).status == "canceled"


def test_an_account_that_takes_boletos_back_can_be_tried_too() -> None:
    box = StripeSandbox(clock=ManualClock(from_epoch(START)), settings=Settings(takes_boletos_back=True), seed=b"x")
    bench = open_bench(box)
    intent = issue(bench)
    assert bench.v1.payment_intents.cancel(intent.id).status == "canceled"
    assert bench.control(f"/payment_intents/{intent.id}/pay").status_code == 409


def test_it_is_never_refunded(bench: Bench) -> None:
    intent = issue(bench)
    bench.box.world.pay(intent.id)
    bench.box.world.complete(intent.id)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be refunded"):
        bench.v1.refunds.create(params={"payment_intent": intent.id})
    assert len(bench.box.state.refunds) == 0


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"days": 61}, None, "payment_method_options[boleto][expires_after_days]"),
        ({"amount": 499}, "amount_too_small", "amount"),
        ({"amount": 5_000_000}, "amount_too_large", "amount"),
        ({"currency": "eur"}, None, "currency"),
        ({"capture_method": "manual"}, None, "capture_method"),
        ({"payment_method_data": boleto_payer("39053344706")}, "tax_id_invalid", "tax_id"),
        ({"payment_method_data": boleto_payer(email="ana")}, "email_invalid", "billing_details[email]"),
        (
            {"payment_method_data": boleto_payer(city="")},
            "payment_method_billing_details_address_missing",
            "billing_details[address][city]",
        ),
        (
            {"payment_method_data": boleto_payer(postal_code="5003")},
            "postal_code_invalid",
            "billing_details[address][postal_code]",
        ),
        ({"payment_method_data": boleto_payer(country="PT")}, None, "billing_details[address][country]"),
    ],
)
def test_what_stripe_does_not_take_is_refused(
    bench: Bench, changes: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        issue(bench, **changes)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert len(bench.box.state.intents) == 0


@pytest.mark.parametrize("amount", [500, 4_999_999])
def test_the_limits_themselves_are_taken(bench: Bench, amount: int) -> None:
    assert issue(bench, amount=amount).status == "requires_action"
