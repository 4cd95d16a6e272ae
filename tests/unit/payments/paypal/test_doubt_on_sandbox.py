"""What the wire may do to a call to PayPal; whatever it does, nothing happens twice and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderUnavailable,
)
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.builders import PRICE
from tests.unit.payments.paypal.rig import TERMS, Rig, soon, start_payment

S = PaymentStatus
ACTED: list[dict[str, Any]] = [
    {"kind": FaultKind.CUT_AFTER, "times": 3},
    {"kind": FaultKind.HANG_AFTER, "seconds": 60},
    {"kind": FaultKind.GARBAGE},
    {"kind": FaultKind.STATUS, "status": 500, "stage": FaultStage.STORED},
    {"kind": FaultKind.HTML, "stage": FaultStage.AFTER},
]
DID_NOT: list[dict[str, Any]] = [
    {"kind": FaultKind.CUT_BEFORE, "times": 3},
    {"kind": FaultKind.HANG, "seconds": 60},
    {"kind": FaultKind.STATUS, "status": 500},
    {"kind": FaultKind.HTML},
]


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("fault", [*ACTED, *DID_NOT])
def test_an_order_in_doubt_is_ambiguous(rig: Rig, fault: dict[str, Any]) -> None:
    rig.fault(**fault, method="POST", path="/orders$")
    with pytest.raises(ProviderAmbiguous):
        rig.start()


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("fault", ACTED)
def test_a_capture_in_doubt_is_found_by_reading_and_not_made_twice(rig: Rig, fault: dict[str, Any]) -> None:
    ref = rig.approved()
    rig.fault(**fault, path="/capture$")
    with pytest.raises(ProviderAmbiguous):
        rig.complete(ref)
    assert (rig.read(ref).status, rig.books["captured"]) == (S.PAID, PRICE.amount)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("fault", DID_NOT)
def test_a_capture_that_did_not_happen_is_in_doubt_until_it_is_repeated(rig: Rig, fault: dict[str, Any]) -> None:
    ref = rig.approved()
    rig.fault(**fault, path="/capture$")
    with pytest.raises(ProviderAmbiguous):
        rig.complete(ref)
    assert rig.read(ref).captured == 0
    assert rig.complete(ref).captured == PRICE.amount


@pytest.mark.invariant("PAY-04")
def test_a_capture_that_was_taken_and_cannot_be_read_is_in_doubt(rig: Rig) -> None:
    ref = rig.authorized()
    rig.fault(FaultKind.STATUS, method="GET", path="/orders/", status=500, skip=1)
    with pytest.raises(ProviderAmbiguous):
        rig.capture(ref)
    assert rig.books["captured"] == PRICE.amount


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("fault", ACTED)
def test_a_refund_in_doubt_is_made_once(rig: Rig, fault: dict[str, Any]) -> None:
    ref = rig.paid()
    rig.fault(**fault, path="/refund$")
    with pytest.raises(ProviderAmbiguous):
        rig.refund(ref, 1000)
    assert [entry.refund_id for entry in rig.refund(ref, 1000).refunds] == ["r1"]
    assert rig.books["refunded"] == 1000


@pytest.mark.invariant("PAY-01")
def test_a_connection_that_breaks_is_tried_again_under_the_same_key(rig: Rig) -> None:
    rig.fault(FaultKind.CUT_AFTER, method="POST", path="/orders$")
    assert rig.start().snapshot.status is S.ACTION_REQUIRED
    assert len(rig.box.state.orders) == 1


def test_two_requests_at_once_leave_a_doubt(rig: Rig) -> None:
    ref = rig.authorized()
    busy = {"name": "RESOURCE_CONFLICT", "details": [{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}]}
    rig.fault(FaultKind.STATUS, path="/void$", status=409, body=busy)
    with pytest.raises(ProviderAmbiguous):
        rig.cancel(ref)
    assert rig.cancel(ref).status is S.CANCELED


def test_what_was_voided_meanwhile_is_a_conflict(rig: Rig) -> None:
    ref = rig.authorized()
    rig.fault(FaultKind.CUT_AFTER, path="/void$")
    with pytest.raises(ProviderConflict) as conflict:
        rig.cancel(ref)
    assert conflict.value.code == "already_canceled"
    assert rig.read(ref).status is S.CANCELED


@pytest.mark.invariant("PAY-06")
def test_a_paypal_nobody_can_reach_did_nothing(rig: Rig) -> None:
    rig.fault(FaultKind.UNREACHABLE, times=10)
    with pytest.raises(ProviderUnavailable):
        rig.start()
    assert len(rig.box.state.orders) == 0


@pytest.mark.invariant("PAY-06")
def test_no_call_outlasts_its_deadline(rig: Rig) -> None:
    rig.fault(FaultKind.DELAY, seconds=5, method="POST", path="/orders$")
    with pytest.raises(ProviderAmbiguous):
        rig.gateway.start(start_payment(), TERMS, key="k", deadline=Deadline.after(2))


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": FaultKind.GARBAGE},
        {"kind": FaultKind.STATUS, "status": 500},
        {"kind": FaultKind.CUT_BEFORE, "times": 3},
        {"kind": FaultKind.HANG, "seconds": 60},
    ],
)
def test_a_failed_read_says_nothing_of_the_payment(rig: Rig, fault: dict[str, Any]) -> None:
    ref = rig.paid()
    rig.fault(**fault, method="GET")
    with pytest.raises(ProviderUnavailable):
        rig.read(ref)


def test_too_many_calls_say_when_to_come_back(rig: Rig) -> None:
    rig.fault(FaultKind.STATUS, status=429, times=3, path="/orders$", headers={"Retry-After": "1"})
    with pytest.raises(ProviderUnavailable) as error:
        rig.start()
    assert (error.value.code, error.value.retry_after) == ("provider_rate_limited", 1)


def test_an_unknown_order_is_missing(rig: Rig) -> None:
    with pytest.raises(ProviderMissing):
        rig.read("5O190127TN364715T")


def test_a_missing_permission_says_what_to_switch_on(rig: Rig) -> None:
    rig.world.allow(["openid"])
    with pytest.raises(ConfigurationError) as error:
        rig.start()
    assert error.value.code == "missing_permission"
    assert "developer.paypal.com" in error.value.message


def test_wrong_keys_are_the_deployments_fault(rig: Rig) -> None:
    rig.box.state.settings = type(rig.box.state.settings)(client_secret="rotated")
    with pytest.raises(ConfigurationError) as error:
        rig.start()
    assert error.value.code == "provider_credentials"
    assert "paypal_sandbox_secret" not in error.value.message


@pytest.mark.parametrize("ref", ["", ".", "..", "../../v1/oauth2/token", "A/B", "A?B", "A B", "á"])
def test_no_reference_leaves_its_place_in_the_path(rig: Rig, ref: str) -> None:
    with pytest.raises((ValueError, ProviderMissing, ProviderUnavailable)):
        rig.gateway.read(ref, deadline=soon())
    assert all(call.startswith(("GET /v2/checkout/orders/", "POST /v1/oauth2/token")) for call in rig.calls)
