"""PayPal's own word on a delivery, asked of the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commerce.payments.gateways.paypal.asking import PaypalsWord
from commerce.payments.gateways.paypal.signature import Transmission, parse
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from local.sandboxes.kernel.faults import FaultKind
from local.sandboxes.paypal.app import WEBHOOK_ID
from tests.unit.payments.paypal.rig import Rig, soon

Delivered = tuple[Transmission, bytes]


@pytest.fixture
def delivered(rig: Rig) -> Delivered:
    rig.approved()
    (delivery,) = rig.box.webhooks.drain()
    headers = {name.lower(): value for name, value in delivery.headers(rig.clock.now()).items()}
    return parse(headers), delivery.body


@pytest.mark.invariant("PAY-12")
def test_paypal_knows_its_own_delivery(rig: Rig, delivered: Delivered) -> None:
    assert PaypalsWord(rig.client)(delivered[0], WEBHOOK_ID, delivered[1], soon())


@pytest.mark.invariant("PAY-12")
def test_paypal_knows_nothing_of_a_forged_one(rig: Rig, delivered: Delivered) -> None:
    transmission, raw = delivered
    word = PaypalsWord(rig.client)
    assert not word(transmission, WEBHOOK_ID, raw.replace(b"129.90", b"999.90"), soon())
    assert not word(transmission, "SOMEBODYELSES", raw, soon())
    assert not word(replace(transmission, time="2026-11-24T12:00:01Z"), WEBHOOK_ID, raw, soon())


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("status", [400, 422])
def test_a_question_that_paypal_does_not_take_is_about_no_delivery_of_its_own(
    rig: Rig, delivered: Delivered, status: int
) -> None:
    rig.fault(FaultKind.STATUS, path="/verify-webhook-signature$", status=status)
    assert not PaypalsWord(rig.client)(delivered[0], WEBHOOK_ID, delivered[1], soon())


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize("kind", [FaultKind.GARBAGE, FaultKind.HTML, FaultKind.CUT_BEFORE, FaultKind.UNREACHABLE])
def test_a_paypal_that_cannot_be_asked_says_nothing(rig: Rig, delivered: Delivered, kind: FaultKind) -> None:
    rig.fault(kind, path="/verify-webhook-signature$", times=3)
    with pytest.raises(ProviderUnavailable):
        PaypalsWord(rig.client)(delivered[0], WEBHOOK_ID, delivered[1], soon())


def test_without_the_permission_nobody_is_asked(rig: Rig, delivered: Delivered) -> None:
    rig.world.allow(["openid"])
    with pytest.raises(ConfigurationError):
        PaypalsWord(rig.client)(delivered[0], WEBHOOK_ID, delivered[1], soon())
