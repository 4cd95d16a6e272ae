"""The gateway on the stateful sandbox, in this process: a payment's life, and every way in which a call can fail."""

from __future__ import annotations

import json

import pytest

from commerce.payments.gateways.stripe.events import EventTranslator
from commerce.payments.gateways.stripe.signature import HEADER, StripeSignature
from commerce.payments.model import CaptureMethod, CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import (
    ProviderConflict,
    ProviderRefused,
)
from commerce.platform.webhooks import WebhookCall
from tests.builders import PRICE
from tests.unit.payments.stripe.rig import Rig
from tests.unit.payments.stripe.wire import at_stripe, soon

S = PaymentStatus
MANUAL = CaptureMethod.MANUAL


def test_from_the_open_payment_to_the_paid_one(rig: Rig) -> None:
    opened = rig.start()
    assert (opened.snapshot.status, opened.snapshot.payment_id) == (S.ACTION_REQUIRED, "pay_1")
    assert opened.client_secret
    rig.confirm(opened)
    paid = rig.read(opened.snapshot.provider_ref)
    assert (paid.status, paid.captured, paid.money) == (S.PAID, PRICE.amount, PRICE)
    assert (paid.details.brand, paid.details.last4) == ("visa", "4242")


@pytest.mark.parametrize(
    ("card", "buyer_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined"),
        ("pm_card_chargeDeclinedExpiredCard", "card_expired"),
        ("pm_card_chargeDeclinedIncorrectCvc", "wrong_details"),
        ("pm_card_chargeDeclinedProcessingError", "try_again_later"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "limit_exceeded"),
    ],
)
@pytest.mark.invariant("PAY-14")
def test_a_declined_card_fails_and_another_one_pays(rig: Rig, card: str, buyer_code: str) -> None:
    opened = rig.start()
    rig.confirm(opened, card)
    failed = rig.read(opened.snapshot.provider_ref)
    assert (failed.status, failed.failure.buyer_code) == (S.FAILED, buyer_code)
    rig.confirm(opened)
    assert rig.read(opened.snapshot.provider_ref).status is S.PAID


def test_three_d_secure_waits_for_the_buyer(rig: Rig) -> None:
    ref = rig.pay("pm_card_authenticationRequired")
    assert rig.read(ref).status is S.ACTION_REQUIRED
    rig.box.world.authenticate(ref)
    assert rig.read(ref).status is S.PAID


def test_a_wallet_shows_on_the_receipt(rig: Rig) -> None:
    assert rig.read(rig.pay("pm_card_sandboxApplePay")).details.wallet == "apple_pay"


def test_part_of_an_authorisation_is_captured_and_the_rest_is_no_refund(rig: Rig) -> None:
    ref = rig.pay(capture_method=MANUAL)
    held = rig.read(ref)
    assert (held.status, held.authorized, held.captured) == (S.AUTHORIZED, PRICE.amount, 0)
    assert held.capture_before is not None
    seen = rig.gateway.capture(at_stripe(ref), PRICE.with_amount(10_000), key="c1", deadline=soon()).snapshot
    assert (seen.status, seen.captured, seen.refunds) == (S.PAID, 10_000, ())
    (entry,) = rig.refund(ref, 2_990).snapshot.refunds
    assert (entry.refund_id, entry.amount) == ("r1", 2_990)


@pytest.mark.invariant("PAY-11")
def test_a_lapsed_authorisation_is_a_conflict_and_reads_as_expired(rig: Rig) -> None:
    ref = rig.pay(capture_method=MANUAL)
    rig.box.world.expire(ref)
    assert rig.read(ref).status is S.EXPIRED
    with pytest.raises(ProviderConflict):
        rig.gateway.capture(at_stripe(ref), PRICE, key="c1", deadline=soon())


@pytest.mark.invariant("PAY-09")
def test_what_is_done_already_is_a_conflict(rig: Rig) -> None:
    ref = rig.pay()
    with pytest.raises(ProviderConflict):
        rig.gateway.capture(at_stripe(ref), PRICE, key="c1", deadline=soon())
    with pytest.raises(ProviderConflict):
        rig.gateway.cancel(at_stripe(ref), reason="abandoned", key="x1", deadline=soon())
    rig.refund(ref, PRICE.amount)
    with pytest.raises(ProviderConflict):
        rig.refund(ref, PRICE.amount, "r2")


@pytest.mark.invariant("PAY-09")
def test_more_than_was_paid_is_refused(rig: Rig) -> None:
    ref = rig.pay()
    with pytest.raises(ProviderRefused):
        rig.refund(ref, PRICE.amount + 1)
    assert rig.read(ref).refunds == ()


def test_an_open_payment_is_cancelled(rig: Rig) -> None:
    opened = rig.start()
    ended = rig.gateway.cancel(at_stripe(opened.snapshot.provider_ref), reason="expired", key="x1", deadline=soon())
    assert ended.snapshot.status is S.CANCELED


@pytest.mark.invariant("PAY-08")
def test_one_refund_id_is_one_refund_and_two_are_two(rig: Rig) -> None:
    ref = rig.pay()
    rig.refund(ref, 1000)
    assert len(rig.refund(ref, 1000).snapshot.refunds) == 1
    assert len(rig.refund(ref, 1000, "r2").snapshot.refunds) == 2


def test_many_refunds_are_all_seen(rig: Rig) -> None:
    ref = rig.pay()
    for number in range(12):
        rig.refund(ref, 10, f"r{number}")
    assert {entry.refund_id for entry in rig.read(ref).refunds} == {f"r{number}" for number in range(12)}


@pytest.mark.invariant("PAY-10")
def test_a_refund_that_fails_later_is_seen_as_failed(rig: Rig) -> None:
    ref = rig.pay()
    (entry,) = rig.refund(ref, 1000).snapshot.refunds
    assert entry.status is CommandStatus.SUCCEEDED
    rig.box.world.fail_refund(entry.provider_ref)
    (failed,) = rig.read(ref).refunds
    assert (failed.status, failed.failure) == (CommandStatus.FAILED, "expired_or_canceled_card")


@pytest.mark.invariant("PAY-25")
def test_a_dispute_is_seen_and_blocks_refunds_at_stripe(rig: Rig) -> None:
    ref = rig.pay()
    opened = rig.box.world.dispute(rig.read(ref).charge_ref)
    assert rig.read(ref).dispute.status == "needs_response"
    with pytest.raises(ProviderConflict):
        rig.refund(ref, 1000)
    rig.box.world.close_dispute(opened["id"], "won")
    assert rig.read(ref).dispute.frees_refunds


@pytest.mark.invariant("PAY-12")
def test_the_sandbox_s_webhooks_pass_our_door(rig: Rig) -> None:
    rig.pay()
    deliveries = rig.box.webhooks.drain()
    translate = EventTranslator(live_mode=False)
    verifier = StripeSignature(lambda: ("whsec_sandbox",))
    assert deliveries
    for delivery in deliveries:
        headers = {name.lower(): value for name, value in delivery.headers(rig.box.clock.now()).items()}
        assert HEADER in headers
        call = WebhookCall(delivery.body, headers)
        verifier.verify(call, rig.box.clock.now())
        assert translate(call, json.loads(delivery.body))
