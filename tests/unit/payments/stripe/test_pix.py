"""Pix through Stripe: what is asked, what is understood, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from commerce.payments.commands import request_cancel
from commerce.payments.fold import fold
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.mapping import snapshot_of
from commerce.payments.gateways.stripe.pix import LONGEST_SECONDS, SHORTEST_SECONDS, pix_params
from commerce.payments.late import LatePolicy
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.errors import ProviderAmbiguous, ProviderRefused, Unprocessable
from tests.builders import NOW, PRICE, later, payment
from tests.unit.payments.pix.codes import NO_CODES, ODD, with_amount
from tests.unit.payments.stripe.objects import Json, charge, decline
from tests.unit.payments.stripe.slips import PAYER, PIX_CODE, pix_intent, pix_payment
from tests.unit.payments.stripe.wire import TERMS, Wire, client_over, soon

S = PaymentStatus
EXPIRED = decline("payment_intent_payment_attempt_expired", type="invalid_request_error")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire) -> StripeGateway:
    client = client_over(wire)
    return StripeGateway(lambda: client, ManualClock(NOW))


def seen(intent: Json, **changes: Any) -> Snapshot:
    return replace(snapshot_of(intent, observed_at=later(10)), **changes)


def paid_charge() -> Json:
    details = {"type": "pix", "pix": {"bank_transaction_id": "E" + "1" * 31}}
    return charge(payment_method_details=details)


def test_one_call_makes_the_code(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer(pix_intent())
    reading = gateway.start(pix_payment(1800), TERMS, key="pay_1:create", deadline=soon())
    (asked,) = wire.asked
    assert (asked.method, asked.path, asked.key) == ("POST", "/v1/payment_intents", "pay_1:create")
    assert asked.params == {
        "amount": "12990",
        "currency": "brl",
        "allowed_payment_method_types[0]": "pix",
        "payment_method_data[type]": "pix",
        "payment_method_data[billing_details][name]": "Ana Souza",
        "payment_method_data[billing_details][email]": "ana@example.com",
        "payment_method_data[billing_details][tax_id]": "39053344705",
        "payment_method_options[pix][expires_after_seconds]": "1800",
        "confirm": "true",
        "description": "Order order-1",
        "metadata[order_id]": "order-1",
        "metadata[payment_id]": "pay_1",
        "metadata[user_id]": "user-1",
        "expand[0]": "latest_charge",
    }
    assert reading.snapshot.status is S.ACTION_REQUIRED


@pytest.mark.invariant("PAY-02")
def test_every_try_asks_the_same(wire: Wire) -> None:
    wire.answer(pix_intent())
    for hours in (0, 1, 22):
        client = client_over(wire)
        gateway = StripeGateway(lambda client=client: client, ManualClock(NOW + timedelta(hours=hours)))  # type: ignore[misc]
        gateway.start(pix_payment(), TERMS, key="pay_1:create", deadline=soon())
    first, *others = (asked.params for asked in wire.asked)
    assert others == [first, first]


def test_the_answer_holds_the_code_and_when_it_ends() -> None:
    snapshot = seen(pix_intent())
    assert snapshot.instructions is not None
    assert snapshot.instructions.pix_code == PIX_CODE
    assert snapshot.expires_at == datetime.fromtimestamp(int(NOW.timestamp()) + 1801, UTC)
    assert (snapshot.captured, snapshot.receipts) == (0, ())
    assert snapshot.details is None


def showing(code: str, **changes: Any) -> Json:
    shown = pix_intent(**changes)
    shown["next_action"]["pix_display_qr_code"]["data"] = code
    return shown


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("code", NO_CODES)
def test_in_live_mode_a_code_that_nobody_could_read_is_a_doubt(wire: Wire, gateway: StripeGateway, code: str) -> None:
    wire.answer(showing(code, livemode=True))
    with pytest.raises(ProviderAmbiguous):
        gateway.start(pix_payment(), TERMS, key="pay_1:create", deadline=soon())


@pytest.mark.parametrize("code", NO_CODES)
def test_test_mode_may_show_anything(code: str) -> None:
    instructions = seen(showing(code)).instructions
    assert instructions is not None
    assert instructions.pix_code == code


@pytest.mark.invariant("PAY-05")
def test_a_code_over_another_amount_is_quarantined_and_never_shown() -> None:
    held = folded(at_stripe(), seen(showing(with_amount("999.00"))))
    assert (held.status, held.review_reason, held.instructions) == (S.REVIEW, "mismatch:amount", None)


def test_a_code_that_only_a_strict_reader_refuses_is_shown_and_counted_once(
    wire: Wire, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "commerce.payments.gateways.odd_codes.count", lambda name, provider: counted.append((name, provider))
    )
    wire.answer(showing(ODD))
    shown = gateway.start(pix_payment(), TERMS, key="pay_1:create", deadline=soon()).snapshot.instructions
    assert shown is not None
    assert shown.pix_code == ODD
    gateway.read("pi_1", deadline=soon())
    assert counted == [("PixCodeOdd", "stripe")]


def test_a_paid_code_is_the_whole_amount_and_shows_no_card() -> None:
    snapshot = seen(pix_intent("succeeded", latest_charge=paid_charge()))
    assert (snapshot.status, snapshot.captured, snapshot.receipts) == (S.PAID, PRICE.amount, ())
    assert (snapshot.instructions, snapshot.expires_at) == (None, None)
    assert snapshot.details is None


def at_stripe(status: PaymentStatus = S.ACTION_REQUIRED, **changes: Any) -> Payment:
    return payment(status, method="pix", expires_at=later(1800), **changes)


def folded(before: Payment, snapshot: Snapshot) -> Payment:
    ours = replace(snapshot, payment_id=before.payment_id, provider_ref=before.provider_ref or snapshot.provider_ref)
    return fold(before, ours, livemode=False, now=later(20), late_policy=LatePolicy.REFUND).after


@pytest.mark.invariant("PAY-18")
def test_an_expired_code_waits_for_its_end_and_a_cancellation_ends_it_as_expired() -> None:
    failed = folded(at_stripe(), seen(pix_intent("requires_payment_method", last_payment_error=EXPIRED)))
    assert failed.status is S.FAILED
    assert failed.failure is not None
    assert failed.failure.buyer_code == "payment_expired"
    assert failed.holds_order

    ending = request_cancel(failed, reason="abandoned", now=later(2500), expiry=True).after
    ended = folded(ending, seen(pix_intent("canceled", cancellation_reason="abandoned"), observed_at=later(2501)))
    assert (ended.status, ended.holds_order) == (S.EXPIRED, False)


@pytest.mark.invariant("PAY-14")
def test_a_payment_that_is_told_before_the_code_stays_paid() -> None:
    before = folded(at_stripe(), seen(pix_intent("succeeded", latest_charge=paid_charge()), observed_at=later(60)))
    after = folded(before, seen(pix_intent("requires_payment_method", last_payment_error=EXPIRED)))
    assert (after.status, after.captured) == (S.PAID, PRICE.amount)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (pix_payment(SHORTEST_SECONDS - 1), "expiry_out_of_range"),
        (pix_payment(LONGEST_SECONDS + 1), "expiry_out_of_range"),
        (pix_payment(payer=None), "payer_required"),
        (replace(pix_payment(), expires_at=None), "expiry_required"),
    ],
)
def test_what_stripe_would_refuse_is_not_sent(wire: Wire, gateway: StripeGateway, request_: Any, code: str) -> None:
    with pytest.raises(ProviderRefused) as refused:
        gateway.start(request_, TERMS, key="k", deadline=soon())
    assert refused.value.code == code
    assert wire.asked == []


@pytest.mark.parametrize("seconds", [SHORTEST_SECONDS, LONGEST_SECONDS])
def test_the_limits_themselves_are_taken(seconds: int) -> None:
    assert pix_params(pix_payment(seconds))["payment_method_options"]["pix"] == {"expires_after_seconds": seconds}


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"expires_in": SHORTEST_SECONDS - 1}, "expires_in_seconds"),
        ({"expires_in": LONGEST_SECONDS + 1}, "expires_in_seconds"),
        ({"due_date": date(2026, 12, 9)}, "due_date"),
    ],
)
def test_a_choice_beyond_stripes_limits_names_its_field(
    gateway: StripeGateway, choices: dict[str, Any], field: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        gateway.accept(PRICE, CheckoutChoices(payer=PAYER, **choices))
    assert refused.value.details == {"field": field}


@pytest.mark.parametrize(
    "choices", [{"expires_in": SHORTEST_SECONDS}, {"expires_in": LONGEST_SECONDS}, {"due_date": date(2026, 12, 7)}, {}]
)
def test_choices_within_the_limits_are_accepted(gateway: StripeGateway, choices: dict[str, Any]) -> None:
    gateway.accept(PRICE, CheckoutChoices(payer=PAYER, **choices))


@pytest.mark.parametrize("param", ["allowed_payment_method_types", "payment_method_types[0]"])
def test_an_account_without_pix_is_told_where_to_switch_it_on(wire: Wire, gateway: StripeGateway, param: str) -> None:
    wire.error(400, param=param, message='The payment method type "pix" is invalid.')
    with pytest.raises(ProviderRefused) as refused:
        gateway.start(pix_payment(), TERMS, key="k", deadline=soon())
    assert refused.value.code == "method_not_activated"
    assert "invitation" in refused.value.message
