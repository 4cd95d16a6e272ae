"""Boleto through Stripe: what is asked, what is understood, and what Stripe does not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from commerce.payments.boleto.codes import format_line, parse_line
from commerce.payments.brazil import end_of_day
from commerce.payments.fold import fold
from commerce.payments.gateways.stripe.boleto import MOST_DAYS
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.mapping import snapshot_of
from commerce.payments.late import LatePolicy
from commerce.payments.model import CheckoutChoices, CommandStatus, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.errors import ProviderConflict, ProviderRefused, Unprocessable
from tests.builders import NOW, PRICE, later, payment
from tests.unit.payments.stripe.objects import Json, charge
from tests.unit.payments.stripe.slips import ADDRESS, PAYER, boleto_intent, boleto_payment, line_for
from tests.unit.payments.stripe.wire import TERMS, Wire, client_over, soon

S = PaymentStatus
DUE = date(2026, 11, 27)
LINE = line_for(DUE)
WITH_ADDRESS = replace(PAYER, address=ADDRESS)
NO_BOLETO = "0" * 47


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def gateway(wire: Wire, clock: ManualClock) -> StripeGateway:
    client = client_over(wire)
    return StripeGateway(lambda: client, clock)


def seen(intent: Json, **changes: Any) -> Snapshot:
    return replace(snapshot_of(intent, observed_at=later(10)), **changes)


def test_one_call_issues_it(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer(boleto_intent(line=LINE))
    reading = gateway.start(boleto_payment(3), TERMS, key="pay_1:create", deadline=soon())
    (asked,) = wire.asked
    details = "payment_method_data[billing_details]"
    assert asked.params == {
        "amount": "12990",
        "currency": "brl",
        "allowed_payment_method_types[0]": "boleto",
        "payment_method_data[type]": "boleto",
        "payment_method_data[boleto][tax_id]": "39053344705",
        f"{details}[name]": "Ana Souza",
        f"{details}[email]": "ana@example.com",
        f"{details}[address][line1]": "Rua das Flores, 100",
        f"{details}[address][line2]": "Apto 12 - Bela Vista",
        f"{details}[address][city]": "São Paulo",
        f"{details}[address][state]": "SP",
        f"{details}[address][postal_code]": "01310100",
        f"{details}[address][country]": "BR",
        "payment_method_options[boleto][expires_after_days]": "3",
        "confirm": "true",
        "description": "Order order-1",
        "metadata[order_id]": "order-1",
        "metadata[payment_id]": "pay_1",
        "metadata[user_id]": "user-1",
        "expand[0]": "latest_charge",
    }
    assert reading.snapshot.status is S.ACTION_REQUIRED


@pytest.mark.parametrize("written", [LINE, format_line(LINE)])
def test_the_answer_holds_digits_bars_and_print(written: str) -> None:
    snapshot = seen(boleto_intent(line=written))
    shown = snapshot.instructions
    assert shown is not None
    assert shown.digitable_line == LINE
    assert shown.barcode == parse_line(LINE).barcode
    assert shown.pdf_url == "https://payments.stripe.com/boleto/voucher/x/pdf"
    assert snapshot.expires_at is None
    assert snapshot.details is None, "what a view shows as a card"


def held_for(intent: Json, *, livemode: bool = False) -> str | None:
    before = payment(S.ACTION_REQUIRED, method="boleto", expires_at=end_of_day(DUE))
    ours = seen(intent, payment_id=before.payment_id)
    return fold(before, ours, livemode=livemode, now=later(20), late_policy=LatePolicy.REFUND).after.review_reason


@pytest.mark.invariant("PAY-05")
def test_digits_that_are_not_what_was_asked_are_held() -> None:
    assert held_for(boleto_intent(line=LINE)) is None
    assert held_for(boleto_intent(line=line_for(DUE, 12_991))) == "mismatch:boleto_amount"
    assert held_for(boleto_intent(line=line_for(DUE + timedelta(days=1)))) == "mismatch:boleto_due_date"


@pytest.mark.invariant("PAY-05")
def test_digits_of_no_boleto_are_held_in_live_mode_and_not_shown_in_test_mode() -> None:
    assert held_for(boleto_intent(line=NO_BOLETO, livemode=True), livemode=True) == "mismatch:boleto_code"
    assert held_for(boleto_intent(line=NO_BOLETO)) is None
    shown = seen(boleto_intent(line=NO_BOLETO)).instructions
    assert shown is not None
    assert shown.barcode is None


def test_a_boleto_that_the_bank_has_yet_to_confirm_is_processing() -> None:
    pending = charge(payment_method_details={"type": "boleto", "boleto": {"tax_id": "39053344705"}}, amount_captured=0)
    snapshot = seen(boleto_intent("processing", line=LINE, latest_charge=pending))
    assert (snapshot.status, snapshot.captured) == (S.PROCESSING, 0)
    assert "39053344705" not in repr(snapshot)


class TestDueDay:
    @pytest.mark.parametrize(
        ("opened_at", "days"),
        [
            (datetime(2026, 11, 24, 2, 59, tzinfo=UTC), 4),  # still the 23rd in São Paulo
            (datetime(2026, 11, 24, 3, 1, tzinfo=UTC), 3),
            (datetime(2026, 11, 28, 2, 0, tzinfo=UTC), 0),
        ],
    )
    def test_days_are_counted_in_sao_paulo(self, wire: Wire, opened_at: datetime, days: int) -> None:
        client = client_over(wire.answer(boleto_intent(line=LINE)))
        request = replace(boleto_payment(opened_at=opened_at), expires_at=end_of_day(DUE))
        StripeGateway(lambda: client, ManualClock(opened_at)).start(request, TERMS, key="k", deadline=soon())
        assert wire.asked[0].params["payment_method_options[boleto][expires_after_days]"] == str(days)

    @pytest.mark.parametrize("seconds", [0, 10 * 3600 - 60])
    @pytest.mark.invariant("PAY-02")
    def test_every_try_of_the_day_asks_the_same(
        self, wire: Wire, gateway: StripeGateway, clock: ManualClock, seconds: int
    ) -> None:
        wire.answer(boleto_intent(line=LINE))
        gateway.start(boleto_payment(), TERMS, key="k", deadline=soon())
        clock.advance(seconds)
        gateway.start(boleto_payment(), TERMS, key="k", deadline=soon())
        first, second = (asked.params for asked in wire.asked)
        assert first == second

    @pytest.mark.parametrize("seconds", [15 * 3600 - 10, 15 * 3600, 20 * 3600])
    def test_a_try_that_stripe_would_count_from_tomorrow_is_not_sent(
        self, wire: Wire, gateway: StripeGateway, clock: ManualClock, seconds: int
    ) -> None:
        clock.advance(seconds)
        with pytest.raises(ProviderRefused) as refused:
            gateway.start(boleto_payment(), TERMS, key="k", deadline=soon())
        assert refused.value.code == "day_has_ended"
        assert wire.asked == []

    def test_a_default_beyond_stripes_limit_is_not_sent(self, wire: Wire, gateway: StripeGateway) -> None:
        with pytest.raises(ProviderRefused) as refused:
            gateway.start(boleto_payment(MOST_DAYS + 1), TERMS, key="k", deadline=soon())
        assert (refused.value.code, wire.asked) == ("due_date_too_far", [])
        assert "BOLETO_DUE_DAYS" in refused.value.message

    @pytest.mark.parametrize("days", [MOST_DAYS + 1, 400, 5000])
    def test_a_date_beyond_stripes_limit_names_its_field(self, gateway: StripeGateway, days: int) -> None:
        choices = CheckoutChoices(payer=WITH_ADDRESS, due_date=date(2026, 11, 24) + timedelta(days=days))
        with pytest.raises(Unprocessable) as refused:
            gateway.accept(PRICE, choices)
        assert (refused.value.code, refused.value.details) == ("due_date_too_far", {"field": "due_date"})

    def test_the_day_it_is_moved_to_counts(self, gateway: StripeGateway, clock: ManualClock) -> None:
        saturday = date(2027, 1, 23)
        gateway.accept(PRICE, CheckoutChoices(payer=WITH_ADDRESS, due_date=saturday - timedelta(days=1)))
        with pytest.raises(Unprocessable):
            gateway.accept(PRICE, CheckoutChoices(payer=WITH_ADDRESS, due_date=saturday))
        clock.advance(2 * 24 * 3600)
        gateway.accept(PRICE, CheckoutChoices(payer=WITH_ADDRESS, due_date=saturday))


@pytest.mark.parametrize("address", [None])
def test_a_payer_without_an_address_is_not_sent(wire: Wire, gateway: StripeGateway, address: None) -> None:
    with pytest.raises(ProviderRefused) as refused:
        gateway.start(boleto_payment(address=address), TERMS, key="k", deadline=soon())
    assert (refused.value.code, wire.asked) == ("payer_required", [])


class TestWhatStripeDoesNotDo:
    def test_a_refused_cancellation_says_that_it_ends_by_itself(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.error(400, message="A Boleto PaymentIntent cannot be updated or canceled.")
        open_one = payment(S.ACTION_REQUIRED, method="boleto", provider_ref="pi_1")
        with pytest.raises(ProviderRefused) as refused:
            gateway.cancel(open_one, reason="abandoned", key="x", deadline=soon())
        assert refused.value.code == "cancel_not_supported"

    @pytest.mark.invariant("PAY-09")
    def test_one_that_was_paid_meanwhile_is_read(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.error(400, code="payment_intent_unexpected_state")
        open_one = payment(S.ACTION_REQUIRED, method="boleto", provider_ref="pi_1")
        with pytest.raises(ProviderConflict):
            gateway.cancel(open_one, reason="abandoned", key="x", deadline=soon())

    def test_a_refused_cancellation_of_a_card_keeps_its_own_words(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.error(400, message="No.")
        with pytest.raises(ProviderRefused) as refused:
            gateway.cancel(payment(S.ACTION_REQUIRED), reason="abandoned", key="x", deadline=soon())
        assert refused.value.code == "provider_refused"

    @pytest.mark.invariant("PAY-10")
    def test_a_refund_is_refused_with_what_to_do_instead(self, wire: Wire, gateway: StripeGateway) -> None:
        paid = charge(payment_method_details={"type": "boleto", "boleto": {"tax_id": "39053344705"}})
        wire.error(400, message="No.").answer(boleto_intent("succeeded", line=LINE, latest_charge=paid))
        wanted = Refund("r1", 1000, CommandStatus.SENT, requested_at=NOW)
        settled = payment(S.PAID, method="boleto", provider_ref="pi_1")
        with pytest.raises(ProviderRefused) as refused:
            gateway.refund(settled, wanted, PRICE.with_amount(1000), key="r", deadline=soon())
        assert refused.value.code == "refund_not_supported"
        assert "transfer" in refused.value.message


@pytest.mark.parametrize(
    ("code", "ours"), [("tax_id_invalid", "tax_id_refused"), ("postal_code_invalid", "postal_code_refused")]
)
def test_a_payer_whom_stripe_does_not_take_is_told_which_field(
    wire: Wire, gateway: StripeGateway, code: str, ours: str
) -> None:
    wire.error(400, code=code, message="Invalid: 390.533.447-05")
    with pytest.raises(ProviderRefused) as refused:
        gateway.start(boleto_payment(), TERMS, key="k", deadline=soon())
    assert refused.value.code == ours
    assert "390" not in refused.value.message
