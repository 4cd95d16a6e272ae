"""Stripe as a payment gateway: what is asked of it, and what is made of its answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from commerce.payments.gateway import PaymentGateway, Reading
from commerce.payments.gateways.stripe.gateway import CLOCK_SKEW_SECONDS, StripeGateway
from commerce.payments.model import CaptureMethod, CheckoutChoices
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
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
from tests.builders import NOW, PRICE
from tests.unit.payments.stripe.objects import EPOCH, Json, charge, decline, dispute, intent, listing, refund
from tests.unit.payments.stripe.wire import TERMS, Wire, client_over, soon, start_payment

S = PaymentStatus
CREATE = ("POST", "/v1/payment_intents")
READ = ("GET", "/v1/payment_intents/pi_1")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire) -> StripeGateway:
    client = client_over(wire)
    return StripeGateway(lambda: client, ManualClock(NOW))


def test_it_is_a_payment_gateway(gateway: StripeGateway) -> None:
    port: PaymentGateway = gateway
    assert port.provider == "stripe"


class TestStart:
    def test_one_call_with_all_that_stripe_needs(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent())
        reading = gateway.start(start_payment(), TERMS, key="pay_1:create", deadline=soon())
        (asked,) = wire.asked
        assert (asked.method, asked.path) == CREATE
        assert asked.key == "pay_1:create"
        assert asked.params == {
            "amount": "12990",
            "currency": "brl",
            "capture_method": "automatic",
            "automatic_payment_methods[enabled]": "true",
            "description": "Order order-1",
            "metadata[order_id]": "order-1",
            "metadata[payment_id]": "pay_1",
            "metadata[user_id]": "user-1",
            "expand[0]": "latest_charge",
        }
        assert reading.snapshot.status is S.ACTION_REQUIRED
        assert reading.client_secret == "pi_1_secret_x"
        assert reading.snapshot.observed_at == NOW

    def test_a_saved_method_is_charged_without_the_buyer(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent("succeeded"))
        request = start_payment(customer_ref="cus_1", payment_method_ref="pm_1", off_session=True)
        assert gateway.start(request, TERMS, key="k", deadline=soon()).snapshot.status is S.PAID
        params = wire.asked[0].params
        assert (params["confirm"], params["off_session"]) == ("true", "true")
        assert (params["customer"], params["payment_method"]) == ("cus_1", "pm_1")
        assert params["automatic_payment_methods[allow_redirects]"] == "never"

    def test_manual_capture_and_saving_the_method(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent())
        request = start_payment(customer_ref="cus_1", save_payment_method=True, capture_method=CaptureMethod.MANUAL)
        gateway.start(request, TERMS, key="k", deadline=soon())
        params = wire.asked[0].params
        assert (params["capture_method"], params["setup_future_usage"]) == ("manual", "off_session")
        assert "confirm" not in params

    @pytest.mark.parametrize(
        ("choices", "code"),
        [
            ({"save_payment_method": True}, "customer_required"),
            ({"off_session": True, "payment_method_ref": "pm_1"}, "customer_required"),
            ({"off_session": True, "customer_ref": "cus_1"}, "payment_method_required"),
        ],
    )
    def test_what_cannot_work_is_not_sent(
        self, wire: Wire, gateway: StripeGateway, choices: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(ProviderRefused) as refused:
            gateway.start(start_payment(**choices), TERMS, key="k", deadline=soon())
        assert refused.value.code == code
        assert wire.asked == []

    @pytest.mark.invariant("PAY-02")
    def test_every_try_is_the_same_request(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent())
        for _ in range(2):
            gateway.start(start_payment(), TERMS, key="k", deadline=soon())
        first, second = wire.asked
        assert (first.params, first.key) == (second.params, second.key)

    @pytest.mark.invariant("PAY-01")
    def test_a_decline_leaves_a_payment_that_can_still_be_paid(self, wire: Wire, gateway: StripeGateway) -> None:
        error = decline("authentication_required", "authentication_required")
        left = intent(last_payment_error=error, latest_charge="ch_1")
        wire.answer({"error": {**error, "payment_intent": left}}, 402)
        request = start_payment(customer_ref="cus_1", payment_method_ref="pm_1", off_session=True)
        reading = gateway.start(request, TERMS, key="k", deadline=soon())
        assert reading.snapshot.status is S.FAILED
        assert reading.snapshot.failure is not None
        assert reading.snapshot.failure.buyer_code == "authentication_required"
        assert reading.client_secret == "pi_1_secret_x"

    def test_a_decline_that_leaves_nothing_is_a_refusal(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer({"error": decline("card_declined", "lost_card")}, 402)
        with pytest.raises(ProviderRefused) as refused:
            gateway.start(start_payment(), TERMS, key="k", deadline=soon())
        assert refused.value.details == {"buyer_code": "card_declined"}

    @pytest.mark.invariant("PAY-14")
    @pytest.mark.parametrize("status", [200, 402])
    def test_a_replayed_answer_is_old_and_is_read_anew(self, wire: Wire, gateway: StripeGateway, status: int) -> None:
        old: Json = intent() if status == 200 else {"error": {**decline(), "payment_intent": intent()}}
        wire.answer(old, status, Idempotent_Replayed="true").answer(intent("succeeded"))
        reading = gateway.start(start_payment(), TERMS, key="k", deadline=soon())
        assert reading.snapshot.status is S.PAID
        assert wire.paths == [CREATE, READ]

    @pytest.mark.invariant("PAY-04")
    def test_a_replayed_answer_that_cannot_be_read_anew_is_a_doubt(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent(), Idempotent_Replayed="true").error(503)
        with pytest.raises(ProviderAmbiguous):
            gateway.start(start_payment(), TERMS, key="k", deadline=soon())

    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize(
        "body", [{}, {"id": "pi_1"}, intent(amount=None), intent(currency="xxx"), {"object": "list"}]
    )
    def test_a_200_that_makes_no_sense_is_a_doubt(self, wire: Wire, gateway: StripeGateway, body: Json) -> None:
        wire.answer(body)
        with pytest.raises(ProviderAmbiguous):
            gateway.start(start_payment(), TERMS, key="k", deadline=soon())

    @pytest.mark.invariant("PAY-24")
    @pytest.mark.parametrize("money", [Money(1234, "KWD"), Money(1000, "IQD")])
    def test_amounts_stripe_cannot_take_are_refused_before_anything_is_sent(
        self, wire: Wire, gateway: StripeGateway, money: Money
    ) -> None:
        with pytest.raises(Unprocessable):
            gateway.accept(money, CheckoutChoices())
        assert wire.asked == []


class TestRead:
    def test_one_read_tells_all(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent("succeeded", latest_charge=charge(refund(1000))))
        reading = gateway.read("pi_1", deadline=soon())
        assert wire.paths == [READ]
        assert wire.asked[0].params == {"expand[0]": "latest_charge.refunds"}
        assert [entry.amount for entry in reading.snapshot.refunds] == [1000]

    @pytest.mark.invariant("PAY-25")
    def test_disputes_are_asked_for_when_there_are_any(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent("succeeded", latest_charge=charge(disputed=True))).answer(listing(dispute()))
        seen = gateway.read("pi_1", deadline=soon()).snapshot.dispute
        assert seen is not None
        assert (seen.provider_ref, seen.reason) == ("dp_1", "fraudulent")
        assert wire.paths == [READ, ("GET", "/v1/disputes")]
        assert wire.asked[1].params["payment_intent"] == "pi_1"

    def test_more_refunds_than_a_page_are_all_read(self, wire: Wire, gateway: StripeGateway) -> None:
        many = [refund(10, refund_id=f"r{number}", id=f"re_{number}") for number in range(11)]
        first_page = charge()
        first_page["refunds"] = listing(*many[:10], has_more=True)
        wire.answer(intent("succeeded", latest_charge=first_page)).answer(listing(*many))
        assert len(gateway.read("pi_1", deadline=soon()).snapshot.refunds) == 11
        assert wire.paths == [READ, ("GET", "/v1/refunds")]

    def test_what_stripe_does_not_know_is_missing(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.error(404, code="resource_missing", param="intent")
        with pytest.raises(ProviderMissing):
            gateway.read("pi_1", deadline=soon())

    @pytest.mark.invariant("PAY-04")
    def test_an_answer_that_makes_no_sense_decides_nothing(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(intent("succeeded", amount="12990"))
        with pytest.raises(ProviderUnavailable):
            gateway.read("pi_1", deadline=soon())


class TestFind:
    def find(self, gateway: StripeGateway, **choices: Any) -> Reading | None:
        return gateway.find(start_payment(**choices), since=NOW, until=NOW + timedelta(seconds=30), deadline=soon())

    @pytest.mark.invariant("PAY-04")
    def test_it_is_found_by_our_reference_and_read(self, wire: Wire, gateway: StripeGateway) -> None:
        others = [intent(id=f"pi_{number}", metadata={"payment_id": f"pay_{number}"}) for number in (7, 8)]
        wire.answer(listing(*others, has_more=True)).answer(listing(intent("succeeded"))).answer(intent("succeeded"))
        reading = self.find(gateway)
        assert reading is not None
        assert reading.snapshot.status is S.PAID
        assert wire.paths == [("GET", "/v1/payment_intents"), ("GET", "/v1/payment_intents"), READ]

    def test_the_window_allows_for_another_clock(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(listing())
        assert self.find(gateway, customer_ref="cus_1") is None
        now = int(NOW.timestamp())
        assert wire.asked[0].params == {
            "created[gte]": str(now - CLOCK_SKEW_SECONDS),
            "created[lte]": str(now + 30 + CLOCK_SKEW_SECONDS),
            "customer": "cus_1",
            "limit": "100",
        }

    @pytest.mark.invariant("PAY-04")
    def test_half_a_listing_is_no_proof_that_it_is_not_there(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(listing(intent(metadata={}), has_more=True)).breaks(requests.ReadTimeout())
        with pytest.raises(ProviderUnavailable):
            self.find(gateway)

    @pytest.mark.invariant("PAY-06")
    def test_a_listing_longer_than_the_deadline_is_no_proof_either(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(listing(intent(metadata={}), has_more=True))
        now = iter(range(1000))
        deadline = Deadline.after(20, monotonic=lambda: float(next(now)))
        with pytest.raises(ProviderUnavailable):
            gateway.find(start_payment(), since=NOW, until=NOW, deadline=deadline)
        assert len(wire.asked) < 20

    @pytest.mark.invariant("PAY-01")
    def test_of_two_the_one_that_moved_money_is_the_truth(self, wire: Wire, gateway: StripeGateway) -> None:
        wire.answer(listing(intent("canceled", id="pi_3"), intent(id="pi_2"), intent("succeeded")))
        wire.answer(intent("succeeded"))
        assert self.find(gateway) is not None
        assert wire.paths[-1] == READ


def test_from_settings_reads_no_secret_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_NAME", "dev/stripe")
    monkeypatch.setenv("STRIPE_API_BASE", "https://api.stripe.com")
    reads: list[str] = []

    class Watched:
        def get(self, name: str) -> dict[str, str]:
            reads.append(name)
            return {"api_key": "sk_live_1"}

        def forget(self, name: str) -> None: ...

    gateway = StripeGateway.from_settings(Watched())
    gateway.accept(PRICE, CheckoutChoices())
    assert reads == []
    with pytest.raises(ConfigurationError):
        gateway.read("pi_1", deadline=soon())
    assert reads == ["dev/stripe"]


@pytest.mark.invariant("PAY-06")
def test_nothing_is_sent_when_the_time_is_up(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer(intent(created=EPOCH))
    with pytest.raises(ProviderUnavailable):
        gateway.start(start_payment(), TERMS, key="k", deadline=Deadline.after(0))
    assert wire.asked == []
