"""What the wire may do to a call to Stripe; whatever it does, nothing happens twice and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.model import CaptureMethod
from commerce.payments.status import PaymentStatus
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ProviderAmbiguous,
    ProviderConflict,
    ProviderUnavailable,
)
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.unit.payments.stripe.rig import Rig
from tests.unit.payments.stripe.wire import TERMS, start_payment

S = PaymentStatus
MANUAL = CaptureMethod.MANUAL


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.CUT_AFTER},
        {"kind": FaultKind.HANG_AFTER, "seconds": 60},
        {"kind": FaultKind.GARBAGE},
        {"kind": FaultKind.STATUS, "status": 500, "stage": FaultStage.STORED},
        {"kind": FaultKind.HTML, "stage": FaultStage.AFTER},
    ],
)
def test_it_acted_and_we_do_not_know(rig: Rig, fault: dict[str, Any]) -> None:
    rig.fault(**fault, method="POST")
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    found = rig.find()
    assert found is not None
    assert (found.snapshot.payment_id, rig.intents) == ("pay_1", 1)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.CUT_BEFORE},
        {"kind": FaultKind.HANG, "seconds": 60},
        {"kind": FaultKind.STATUS, "status": 503},
        {"kind": FaultKind.HTML},
    ],
)
def test_it_did_not_act_and_we_do_not_know(rig: Rig, fault: dict[str, Any]) -> None:
    rig.fault(**fault, method="POST")
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    assert (rig.find(), rig.intents) == (None, 0)


@pytest.mark.invariant("PAY-01")
def test_a_repeat_under_the_same_key_finds_the_same_payment(rig: Rig) -> None:
    rig.fault(FaultKind.CUT_AFTER, method="POST")
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    again = rig.start()
    rig.confirm(again)
    assert rig.start().snapshot.status is S.PAID
    assert rig.intents == 1


@pytest.mark.invariant("PAY-04")
def test_a_remembered_500_stays_a_doubt_until_it_is_read(rig: Rig) -> None:
    rig.fault(FaultKind.STATUS, status=500, stage=FaultStage.STORED, method="POST")
    for _ in range(2):
        with pytest.raises(ProviderAmbiguous):
            rig.start()
    assert rig.find() is not None


@pytest.mark.invariant("PAY-06")
def test_a_stripe_nobody_can_reach_did_nothing(rig: Rig) -> None:
    rig.fault(FaultKind.UNREACHABLE, times=10)
    with pytest.raises(ProviderUnavailable):
        rig.start()
    assert rig.intents == 0


def test_a_short_trouble_goes_unnoticed(rig: Rig) -> None:
    rig.fault(FaultKind.UNREACHABLE)
    rig.fault(FaultKind.STATUS, status=429)
    assert rig.start().snapshot.status is S.ACTION_REQUIRED


@pytest.mark.invariant("PAY-06")
def test_no_call_outlasts_its_deadline(rig: Rig) -> None:
    rig.fault(FaultKind.DELAY, seconds=5, method="POST")
    with pytest.raises(ProviderAmbiguous):
        rig.gateway.start(start_payment(), TERMS, key="k", deadline=Deadline.after(2))


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("kind", [FaultKind.CUT_AFTER, FaultKind.GARBAGE])
def test_a_refund_in_doubt_is_found_by_its_id_and_not_made_twice(rig: Rig, kind: FaultKind) -> None:
    ref = rig.pay()
    rig.fault(kind, method="POST", path="refunds")
    with pytest.raises(ProviderAmbiguous):
        rig.refund(ref, 1000)
    assert [entry.refund_id for entry in rig.read(ref).refunds] == ["r1"]
    assert len(rig.refund(ref, 1000).snapshot.refunds) == 1


@pytest.mark.invariant("PAY-03")
def test_a_key_with_other_parameters_is_a_conflict(rig: Rig) -> None:
    rig.start()
    with pytest.raises(ProviderConflict) as conflict:
        rig.start(capture_method=MANUAL)
    assert conflict.value.code == "idempotency_mismatch"
