"""Captures, cancellations and refunds at Stripe: what is asked, and when the answer is a doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from commerce.payments.gateway import Reading
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.model import CommandStatus, Refund
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.errors import (
    ProviderAmbiguous,
    ProviderConflict,
    ProviderRefused,
)
from commerce.platform.money import Money
from tests.builders import NOW, PRICE
from tests.unit.payments.stripe.objects import charge, decline, intent, refund
from tests.unit.payments.stripe.wire import Wire, at_stripe, client_over, soon

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


def a_refund(reason: str | None = None, amount: int = 1000) -> Refund:
    return Refund("r1", amount, CommandStatus.SENT, requested_at=NOW, reason=reason)


def refunding(gateway: StripeGateway, **changes: Any) -> Reading:
    return gateway.refund(
        at_stripe(),
        changes.pop("refund", a_refund()),
        changes.pop("money", PRICE.with_amount(1000)),
        key="pay_1:refund:r1",
        deadline=soon(),
    )


def test_a_capture_says_how_much(wire: Wire, gateway: StripeGateway) -> None:
    captured = charge(amount_captured=10_000)
    wire.answer(intent("succeeded", amount_received=10_000, latest_charge=captured))
    reading = gateway.capture(at_stripe(), PRICE.with_amount(10_000), key="pay_1:capture:c1", deadline=soon())
    (asked,) = wire.asked
    assert asked.path == "/v1/payment_intents/pi_1/capture"
    assert asked.params == {"amount_to_capture": "10000", "expand[0]": "latest_charge.refunds"}
    assert asked.key == "pay_1:capture:c1"
    assert reading.snapshot.captured == 10_000


@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        (None, None),
        ("abandoned", "abandoned"),
        ("duplicate", "duplicate"),
        ("fraudulent", "fraudulent"),
        ("expired", "abandoned"),
        ("Ana changed her mind", "requested_by_customer"),
    ],
)
def test_a_cancel_gives_one_of_stripe_s_reasons(
    wire: Wire, gateway: StripeGateway, reason: str | None, sent: str | None
) -> None:
    wire.answer(intent("canceled"))
    reading = gateway.cancel(at_stripe(), reason=reason, key="pay_1:cancel", deadline=soon())
    assert reading.snapshot.status is S.CANCELED
    assert wire.asked[0].params.get("cancellation_reason") == sent


@pytest.mark.invariant("PAY-08")
def test_a_refund_always_says_how_much_and_is_read_back(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer(refund()).answer(intent("succeeded", latest_charge=charge(refund())))
    reading = refunding(gateway)
    assert wire.paths == [("POST", "/v1/refunds"), READ]
    assert wire.asked[0].key == "pay_1:refund:r1"
    assert wire.asked[0].params == {
        "payment_intent": "pi_1",
        "amount": "1000",
        "metadata[refund_id]": "r1",
        "metadata[payment_id]": "pay_1",
        "metadata[order_id]": "order-1",
        "metadata[user_id]": "user-1",
    }
    assert reading.snapshot.refunds[0].refund_id == "r1"


@pytest.mark.parametrize(
    ("reason", "sent"),
    [
        (None, None),
        ("duplicate", "duplicate"),
        ("fraudulent", "fraudulent"),
        ("too small", "requested_by_customer"),
    ],
)
def test_a_refund_gives_one_of_stripe_s_reasons(
    wire: Wire, gateway: StripeGateway, reason: str | None, sent: str | None
) -> None:
    wire.answer(refund()).answer(intent("succeeded"))
    refunding(gateway, refund=a_refund(reason))
    assert wire.asked[0].params.get("reason") == sent


@pytest.mark.invariant("PAY-24")
def test_yen_are_refunded_as_yen(wire: Wire, gateway: StripeGateway) -> None:
    paid = intent("succeeded", amount=500, amount_received=500, currency="jpy", latest_charge=charge(amount=500))
    wire.answer(refund(500, currency="jpy")).answer(paid)
    refunding(gateway, money=Money(500, "JPY"))
    assert wire.asked[0].params["amount"] == "500"


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "spoil", [lambda w: w.error(503), lambda w: w.breaks(requests.ConnectTimeout()), lambda w: w.answer({})]
)
def test_a_refund_that_cannot_be_read_back_is_a_doubt(
    wire: Wire, gateway: StripeGateway, spoil: Callable[[Wire], object]
) -> None:
    spoil(wire.answer(refund()))
    with pytest.raises(ProviderAmbiguous):
        refunding(gateway)


@pytest.mark.invariant("PAY-09")
@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda g: g.capture(at_stripe(), PRICE, key="k", deadline=soon()), "charge_already_captured"),
        (lambda g: g.cancel(at_stripe(), reason=None, key="k", deadline=soon()), "payment_intent_unexpected_state"),
        (refunding, "charge_already_refunded"),
    ],
)
def test_already_done_is_a_conflict_to_be_read(
    wire: Wire, gateway: StripeGateway, call: Callable[[StripeGateway], Reading], code: str
) -> None:
    wire.error(400, code=code)
    with pytest.raises(ProviderConflict):
        call(gateway)


def test_a_declined_capture_is_a_refusal_of_the_capture(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer({"error": {**decline(), "payment_intent": intent()}}, 402)
    with pytest.raises(ProviderRefused):
        gateway.capture(at_stripe(), PRICE, key="k", deadline=soon())


@pytest.mark.invariant("PAY-10")
def test_boleto_cannot_be_refunded_and_says_what_to_do(wire: Wire, gateway: StripeGateway) -> None:
    boleto = charge(payment_method_details={"type": "boleto", "boleto": {}})
    wire.error(400, message="This charge does not support refunds.").answer(intent("succeeded", latest_charge=boleto))
    with pytest.raises(ProviderRefused) as refused:
        refunding(gateway)
    assert refused.value.code == "refund_not_supported"
    assert "transfer" in refused.value.message


def test_another_refusal_of_a_refund_stays_what_it_is(wire: Wire, gateway: StripeGateway) -> None:
    wire.error(400, param="amount").answer(intent("succeeded"))
    with pytest.raises(ProviderRefused) as refused:
        refunding(gateway)
    assert (refused.value.code, refused.value.details) == ("provider_refused", {"param": "amount"})


@pytest.mark.invariant("PAY-04")
def test_a_capture_whose_dispute_cannot_be_read_has_happened_all_the_same(wire: Wire, gateway: StripeGateway) -> None:
    wire.answer(intent("succeeded", latest_charge=charge(disputed=True))).error(503)
    with pytest.raises(ProviderAmbiguous):
        gateway.capture(at_stripe(), PRICE, key="k", deadline=soon())
