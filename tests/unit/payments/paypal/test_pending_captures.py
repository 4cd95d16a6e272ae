"""A capture of an authorisation whose money is still under way at PayPal: neither taken twice nor given up."""

from __future__ import annotations

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderConflict, ProviderRefused
from tests.builders import PRICE
from tests.unit.payments.paypal.rig import Rig

S = PaymentStatus


def waiting(rig: Rig, reason: str = "ECHECK") -> str:
    """An order whose authorisation was captured, and whose money has not arrived."""
    ref = rig.authorized()
    rig.world.next_captures(next(iter(rig.box.state.authorizations))["id"], reason)
    seen = rig.capture(ref)
    assert (seen.status, seen.pending_reason, seen.authorized) == (S.PENDING, reason, PRICE.amount)
    return ref


def the_capture(rig: Rig) -> str:
    (found,) = rig.box.state.captures
    identity: str = found["id"]
    return identity


@pytest.mark.invariant("PAY-07")
@pytest.mark.parametrize("reason", ["ECHECK", "PENDING_REVIEW"])
def test_asking_again_while_the_money_is_under_way_tells_what_it_waits_for(rig: Rig, reason: str) -> None:
    ref = waiting(rig, reason)
    again = rig.capture(ref)
    assert (again.status, again.pending_reason, again.authorized) == (S.PENDING, reason, PRICE.amount)
    assert again.charge_ref == the_capture(rig)
    assert len(rig.box.state.captures) == 1


@pytest.mark.invariant("PAY-07")
def test_money_under_way_is_not_asked_for_again_from_what_is_left_of_the_hold(rig: Rig) -> None:
    ref = rig.authorized()
    (held,) = rig.box.state.authorizations
    rig.world.next_captures(held["id"], "ECHECK")
    rig.capture(ref, 10_000)
    # As PayPal shows it where the release of the rest lags behind, long after it forgot the key of the capture.
    held["status"] = "PARTIALLY_CAPTURED"
    rig.capture(ref, 10_000, key="pay_1:capture:forgotten")
    assert len(rig.box.state.captures) == 1


def test_when_it_arrives_the_payment_is_paid(rig: Rig) -> None:
    ref = waiting(rig)
    rig.world.complete_capture(the_capture(rig))
    assert rig.read(ref).status is S.PAID
    with pytest.raises(ProviderConflict) as conflict:
        rig.capture(ref)
    assert conflict.value.code == "already_captured"


def test_when_it_is_denied_the_capture_is_declined(rig: Rig) -> None:
    ref = waiting(rig)
    rig.world.deny_capture(the_capture(rig))
    assert (rig.read(ref).status, rig.read(ref).captured) == (S.FAILED, 0)
    with pytest.raises(ProviderRefused) as refused:
        rig.capture(ref)
    assert refused.value.code == "capture_declined"
