"""Pix and boleto on the stateful sandbox, in this process: from the open payment to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commerce.payments.boleto.codes import parse_line
from commerce.payments.brazil import end_of_day, local_date
from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.model import CommandStatus, Payment
from commerce.payments.observation import Snapshot
from commerce.payments.pix.brcode import parse_brcode
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderAmbiguous, ProviderConflict, ProviderRefused
from local.sandboxes.kernel.faults import FaultKind
from tests.builders import PRICE, payment
from tests.unit.payments.stripe.rig import Rig
from tests.unit.payments.stripe.slips import boleto_payment, pix_payment
from tests.unit.payments.stripe.wire import TERMS, at_stripe, soon

S = PaymentStatus
DAY = 24 * 3600


def request_for(rig: Rig, method: str, **changes: Any) -> StartPayment:
    now = rig.box.clock.now()
    made = pix_payment(opened_at=now) if method == "pix" else boleto_payment(opened_at=now)
    return replace(made, **changes)


def start(rig: Rig, method: str, **changes: Any) -> Reading:
    return rig.gateway.start(request_for(rig, method, **changes), TERMS, key="pay_1:create", deadline=soon())


def open_ref(rig: Rig, method: str) -> str:
    return start(rig, method).snapshot.provider_ref


def cancel(rig: Rig, ref: str, method: str) -> Snapshot:
    ours: Payment = payment(S.ACTION_REQUIRED, payment_id="pay_1", method=method, provider_ref=ref)
    return rig.gateway.cancel(ours, reason="abandoned", key="x", deadline=soon()).snapshot


def test_a_pix_is_paid_at_once(rig: Rig) -> None:
    opened = start(rig, "pix").snapshot
    assert opened.status is S.ACTION_REQUIRED
    assert opened.expires_at == rig.box.clock.now() + timedelta(seconds=1800)
    assert opened.instructions is not None
    code = parse_brcode(opened.instructions.pix_code or "")
    assert code.amount == PRICE
    rig.box.world.pay(opened.provider_ref)
    paid = rig.read(opened.provider_ref)
    assert (paid.status, paid.captured, paid.details) == (S.PAID, PRICE.amount, None)


def test_a_boleto_is_confirmed_on_the_next_business_day(rig: Rig) -> None:
    opened = start(rig, "boleto").snapshot
    assert opened.instructions is not None
    slip = parse_line(opened.instructions.digitable_line or "")
    today = local_date(rig.box.clock.now())
    assert (slip.amount, slip.due_date(reference=today)) == (PRICE, today + timedelta(days=3))
    assert slip.barcode == opened.instructions.barcode
    rig.box.world.pay(opened.provider_ref)
    assert rig.read(opened.provider_ref).status is S.PROCESSING
    rig.box.advance(4 * DAY)
    paid = rig.read(opened.provider_ref)
    assert (paid.status, paid.captured, paid.details) == (S.PAID, PRICE.amount, None)


def test_an_expired_pix_can_be_ended(rig: Rig) -> None:
    ref = open_ref(rig, "pix")
    rig.box.advance(1801)
    failed = rig.read(ref)
    assert (failed.status, failed.failure.buyer_code) == (S.FAILED, "payment_expired")
    assert cancel(rig, ref, "pix").status is S.CANCELED


@pytest.mark.invariant("PAY-18")
def test_a_boleto_can_be_ended_once_stripe_says_that_nobody_paid(rig: Rig) -> None:
    ref = open_ref(rig, "boleto")
    with pytest.raises(ProviderRefused) as refused:
        cancel(rig, ref, "boleto")
    assert refused.value.code == "cancel_not_supported"
    rig.box.advance(7 * DAY)
    assert rig.read(ref).status is S.FAILED
    assert cancel(rig, ref, "boleto").status is S.CANCELED


@pytest.mark.invariant("PAY-19")
def test_what_is_paid_after_a_refused_cancellation_arrives(rig: Rig) -> None:
    ref = open_ref(rig, "boleto")
    with pytest.raises(ProviderRefused):
        cancel(rig, ref, "boleto")
    rig.box.world.pay(ref)
    rig.box.world.complete(ref)
    assert rig.read(ref).captured == PRICE.amount


def test_an_open_pix_is_cancelled_and_can_no_longer_be_paid(rig: Rig) -> None:
    ref = open_ref(rig, "pix")
    assert cancel(rig, ref, "pix").status is S.CANCELED
    with pytest.raises(ValueError, match="shows no Pix code"):
        rig.box.world.pay(ref)


@pytest.mark.invariant("PAY-09")
def test_a_pix_that_was_paid_first_is_not_cancelled(rig: Rig) -> None:
    ref = open_ref(rig, "pix")
    rig.box.world.pay(ref)
    with pytest.raises(ProviderConflict):
        cancel(rig, ref, "pix")


@pytest.mark.invariant("PAY-08")
def test_a_pix_goes_back_in_part_and_for_ninety_days(rig: Rig) -> None:
    ref = open_ref(rig, "pix")
    rig.box.world.pay(ref)
    (entry,) = rig.refund(ref, 1000).snapshot.refunds
    assert (entry.amount, entry.status) == (1000, CommandStatus.SUCCEEDED)
    rig.box.advance(91 * DAY)
    with pytest.raises(ProviderRefused):
        rig.refund(ref, 1000, "r2")


@pytest.mark.invariant("PAY-10")
def test_a_boleto_does_not_go_back_through_stripe(rig: Rig) -> None:
    ref = open_ref(rig, "boleto")
    rig.box.world.pay(ref)
    rig.box.world.complete(ref)
    with pytest.raises(ProviderRefused) as refused:
        rig.refund(ref, 1000, method="boleto")
    assert refused.value.code == "refund_not_supported"
    assert rig.read(ref).refunds == ()


@pytest.mark.parametrize("method", ["pix", "boleto"])
@pytest.mark.invariant("PAY-04")
def test_a_lost_answer_is_found_again(rig: Rig, method: str) -> None:
    rig.fault(FaultKind.CUT_AFTER)
    request = request_for(rig, method)
    with pytest.raises(ProviderAmbiguous):
        rig.gateway.start(request, TERMS, key="pay_1:create", deadline=soon())
    now = rig.box.clock.now()
    around = {"since": now - timedelta(minutes=5), "until": now + timedelta(minutes=5)}
    found = rig.gateway.find(request, **around, deadline=soon())
    assert found is not None
    assert found.snapshot.payment_id == "pay_1"
    assert found.snapshot.instructions is not None
    assert rig.intents == 1


@pytest.mark.parametrize("method", ["pix", "boleto"])
@pytest.mark.invariant("PAY-01")
def test_the_same_key_issues_once(rig: Rig, method: str) -> None:
    request = request_for(rig, method)
    first, second = (rig.gateway.start(request, TERMS, key="pay_1:create", deadline=soon()).snapshot for _ in range(2))
    assert first.provider_ref == second.provider_ref
    assert first.instructions == second.instructions
    assert rig.intents == 1


def test_completing_is_looking(rig: Rig) -> None:
    ref = open_ref(rig, "pix")
    rig.box.world.pay(ref)
    assert rig.gateway.complete(at_stripe(ref), key="k", deadline=soon()).snapshot.status is S.PAID


def test_the_due_day_is_the_end_of_the_day_that_was_asked(rig: Rig) -> None:
    today = local_date(rig.box.clock.now())
    opened = start(rig, "boleto", expires_at=end_of_day(today)).snapshot
    assert opened.instructions is not None
    slip = parse_line(opened.instructions.digitable_line or "")
    assert slip.due_date(reference=today) == today
