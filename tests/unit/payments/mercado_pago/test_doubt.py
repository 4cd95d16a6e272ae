"""What the wire may do to a call to Mercado Pago; whatever it does, nobody is charged twice and nothing is guessed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderAmbiguous, ProviderConflict, ProviderUnavailable
from commerce.platform.money import Money
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.builders import PRICE
from tests.unit.payments.mercado_pago.rig import KEY, TERMS, Rig, soon

S = PaymentStatus


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.CUT_AFTER},
        {"kind": FaultKind.HANG_AFTER, "seconds": 60},
        {"kind": FaultKind.GARBAGE},
        {"kind": FaultKind.STATUS, "status": 500, "stage": FaultStage.AFTER},
        {"kind": FaultKind.STATUS, "status": 408, "stage": FaultStage.AFTER, "body": {}},
        {"kind": FaultKind.HTML, "stage": FaultStage.AFTER},
    ],
)
def test_it_acted_and_we_do_not_know(pix: Rig, fault: dict[str, Any]) -> None:
    pix.fault(**fault, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.start()
    found = pix.find()
    assert found is not None
    assert (found.snapshot.payment_id, len(pix.box.state.payments)) == ("pay_1", 1)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.CUT_BEFORE},
        {"kind": FaultKind.HANG, "seconds": 60},
        {"kind": FaultKind.STATUS, "status": 423},
        {"kind": FaultKind.STATUS, "status": 424},
        {"kind": FaultKind.STATUS, "status": 503},
        {"kind": FaultKind.HTML},
    ],
)
def test_it_did_not_act_and_we_do_not_know(pix: Rig, fault: dict[str, Any]) -> None:
    pix.fault(**fault, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.start()
    assert (pix.find(), len(pix.box.state.payments)) == (None, 0)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault", [{"kind": FaultKind.UNREACHABLE}, {"kind": FaultKind.STATUS, "status": 429}], ids=["unreachable", "429"]
)
def test_provably_nothing_happened(pix: Rig, fault: dict[str, Any]) -> None:
    pix.fault(**fault, method="POST")
    with pytest.raises(ProviderUnavailable):
        pix.start()
    assert len(pix.box.state.payments) == 0


@pytest.mark.invariant("PAY-01")
def test_the_same_key_finds_the_same_payment_for_as_long_as_it_lives(pix: Rig) -> None:
    pix.fault(FaultKind.CUT_AFTER, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.start()
    pix.clock.advance((pix.gateway.key_life - timedelta(minutes=1)).total_seconds())
    assert pix.start().snapshot.payment_id == "pay_1"
    assert len(pix.box.state.payments) == 1


@pytest.mark.invariant("PAY-14")
def test_an_answer_given_again_is_not_believed_but_read(pix: Rig) -> None:
    ref = pix.opened()
    pix.world.pay(ref)
    pix.clock.advance(120)
    again = pix.start().snapshot
    assert (again.status, again.observed_at) == (S.PAID, pix.clock.now())


@pytest.mark.invariant("PAY-04")
def test_an_answer_given_again_that_cannot_be_read_back_is_a_doubt(pix: Rig) -> None:
    pix.opened()
    pix.clock.advance(120)
    pix.fault(FaultKind.STATUS, status=500, method="GET")
    with pytest.raises(ProviderAmbiguous):
        pix.start()


@pytest.mark.invariant("PAY-02")
def test_the_key_with_another_request_is_a_conflict(pix: Rig) -> None:
    pix.opened()
    with pytest.raises(ProviderConflict) as conflict:
        pix.start(KEY, money=Money(1, "BRL"))
    assert conflict.value.code == "idempotency_mismatch"
    assert len(pix.box.state.payments) == 1


@pytest.mark.invariant("PAY-01")
def test_the_search_lags_and_the_key_does_not(pix: Rig) -> None:
    pix.world.behave(search_lag=600)
    pix.fault(FaultKind.CUT_AFTER, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.start()
    assert pix.find() is None
    pix.start()
    assert len(pix.box.state.payments) == 1
    pix.clock.advance(601)
    assert pix.find() is not None


@pytest.mark.invariant("PAY-01")
def test_of_two_with_our_reference_the_one_with_money_is_the_truth(pix: Rig) -> None:
    paid = pix.opened()
    pix.world.pay(paid)
    pix.clock.advance(25 * 3_600)
    pix.start(expires_at=pix.clock.now() + timedelta(hours=1))
    found = pix.find()
    assert len(pix.box.state.payments) == 2
    assert found is not None
    assert found.snapshot.provider_ref == paid


def test_another_application_s_reference_is_not_found(pix: Rig) -> None:
    pix.world.alter(pix.opened(), {"metadata": {}})
    assert pix.find() is None


@pytest.mark.invariant("PAY-06")
def test_out_of_time_means_not_sent(pix: Rig) -> None:
    with pytest.raises(ProviderUnavailable):
        pix.gateway.start(pix.request, TERMS, key=KEY, deadline=Deadline.after(0.01))
    assert len(pix.box.state.payments) == 0


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.HTML},
        {"kind": FaultKind.GARBAGE},
        {"kind": FaultKind.STATUS, "status": 500},
        {"kind": FaultKind.STATUS, "status": 429, "times": 5},
        {"kind": FaultKind.CUT_BEFORE, "times": 5},
    ],
)
@pytest.mark.parametrize("call", ["read", "find"])
def test_a_failed_read_says_nothing_of_the_payment(pix: Rig, fault: dict[str, Any], call: str) -> None:
    pix.opened()
    pix.fault(**fault, method="GET")
    with pytest.raises((ProviderUnavailable, ProviderAmbiguous)):
        if call == "read":
            pix.read()
        else:
            pix.find()


@pytest.mark.invariant("PAY-04")
def test_a_lost_answer_to_a_cancel_is_a_doubt_that_a_read_ends(pix: Rig) -> None:
    pix.opened()
    pix.fault(FaultKind.CUT_AFTER, method="PUT")
    with pytest.raises(ProviderAmbiguous):
        pix.cancel()
    assert pix.look().status is S.EXPIRED


@pytest.mark.invariant("PAY-01")
def test_one_order_is_one_payment_whatever_is_lost(pix: Rig) -> None:
    for kind in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER, FaultKind.HANG_AFTER, FaultKind.GARBAGE):
        pix.fault(kind, method="POST", seconds=60)
        with pytest.raises(ProviderAmbiguous):
            pix.start()
    ref = pix.opened()
    pix.world.pay(ref)
    assert pix.look().status is S.PAID
    assert (pix.order["payments"], pix.order["captured"]) == (1, 12_990)


def test_a_late_payment_read_needs_no_ledger(pix: Rig) -> None:
    """The checkout reads without one; it passes the payment that it has."""
    ref = pix.paid()
    pix.gateway._recall = None
    seen = pix.gateway.read(ref, deadline=soon(), payment=pix.kept.payment).snapshot
    assert (seen.status, seen.received_total and seen.received_total.amount) == (S.PAID, PRICE.amount)
