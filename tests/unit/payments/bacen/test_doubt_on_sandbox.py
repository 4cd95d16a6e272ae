"""What is known and what is not when a call to the bank goes wrong."""

from __future__ import annotations

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from local.sandboxes.kernel.faults import FaultKind, FaultStage
from tests.builders import PRICE
from tests.unit.payments.bacen.rig import Rig, at_bank, sent_refund, start_payment, with_refunds

LOST_ANSWERS = [
    (FaultKind.CUT_AFTER, {}),
    (FaultKind.HANG_AFTER, {}),
    (FaultKind.GARBAGE, {}),
    (FaultKind.STATUS, {"status": 500, "stage": FaultStage.AFTER}),
    (FaultKind.STATUS, {"status": 504, "stage": FaultStage.AFTER}),
    (FaultKind.HTML, {"stage": FaultStage.AFTER}),
]


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(("kind", "options"), LOST_ANSWERS)
def test_a_lost_answer_is_doubt_and_a_look_finds_the_charge(
    rig: Rig, kind: FaultKind, options: dict[str, object]
) -> None:
    rig.fault(kind, method="PUT", path="/cob/", times=5, **options)
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    rig.box.faults.clear()
    found = rig.find()
    assert found is not None
    assert found.snapshot.status is PaymentStatus.ACTION_REQUIRED
    assert rig.start().snapshot.provider_ref == found.snapshot.provider_ref
    assert len(rig.box.state.charges) == 1


@pytest.mark.invariant("PAY-04")
def test_what_never_arrived_is_not_found(rig: Rig) -> None:
    rig.fault(FaultKind.CUT_BEFORE, method="PUT", times=5)
    with pytest.raises(ProviderAmbiguous):
        rig.start()
    assert rig.find() is None


def test_a_bank_that_is_not_reached_did_nothing(rig: Rig) -> None:
    rig.fault(FaultKind.UNREACHABLE, times=10)
    with pytest.raises(ProviderUnavailable):
        rig.start()


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 418, 400])
def test_a_failed_look_says_nothing_about_the_charge(rig: Rig, status: int) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.fault(FaultKind.STATUS, method="GET", status=status, times=10)
    with pytest.raises(ProviderUnavailable):
        rig.read(txid)
    with pytest.raises(ProviderUnavailable):
        rig.find()


def test_a_not_found_page_of_something_in_between_is_not_the_banks_word(rig: Rig) -> None:
    rig.fault(FaultKind.STATUS, method="GET", status=404, times=10, body=[])
    with pytest.raises(ProviderUnavailable):
        rig.find()


def test_the_banks_own_not_found_is_its_word(rig: Rig) -> None:
    assert rig.find() is None


@pytest.mark.invariant("PAY-01")
def test_a_try_that_comes_after_the_charge_was_paid_adopts_it(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.pay(txid)
    seen = rig.start().snapshot
    assert (seen.provider_ref, seen.status) == (txid, PaymentStatus.PAID)


def test_a_refusal_of_what_does_not_exist_is_a_refusal(rig: Rig) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        rig.start(start_payment(money=PRICE.with_amount(0)))
    assert refusal.value.details == {"provider_code": "CobOperacaoInvalida", "param": "cob.valor.original"}


def test_a_refusal_whose_reason_cannot_be_looked_up_is_doubt(rig: Rig) -> None:
    rig.start()
    rig.pay(at_txid(rig))
    rig.fault(FaultKind.STATUS, method="GET", status=500, times=10)
    with pytest.raises(ProviderAmbiguous):
        rig.start()


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(("kind", "options"), LOST_ANSWERS)
def test_a_refund_in_doubt_is_found_and_not_made_twice(rig: Rig, kind: FaultKind, options: dict[str, object]) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.fault(kind, method="PUT", path="devolucao", times=5, **options)
    with pytest.raises(ProviderAmbiguous):
        rig.refund(txid, e2eid, 1000)
    rig.box.faults.clear()
    (seen,) = rig.read(txid, with_refunds(at_bank(txid), sent_refund("r1", 1000, e2eid))).refunds
    assert seen.refund_id == "r1"
    rig.refund(txid, e2eid, 1000)
    assert rig.box.state.pix[e2eid].given_back == 1000


@pytest.mark.invariant("PAY-04")
def test_a_refund_whose_outcome_cannot_be_read_is_doubt(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    e2eid = rig.pay(txid)
    rig.fault(FaultKind.STATUS, method="GET", status=500, times=10)
    with pytest.raises(ProviderAmbiguous):
        rig.refund(txid, e2eid, 1000)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(("kind", "options"), LOST_ANSWERS)
def test_a_cancel_in_doubt_is_doubt(rig: Rig, kind: FaultKind, options: dict[str, object]) -> None:
    txid = rig.start().snapshot.provider_ref
    rig.fault(kind, method="PATCH", times=5, **options)
    with pytest.raises(ProviderAmbiguous):
        rig.cancel(txid)
    rig.box.faults.clear()
    assert rig.read(txid).status is PaymentStatus.CANCELED


@pytest.mark.invariant("AUT-03")
def test_a_revoked_token_is_renewed_and_the_call_repeated(rig: Rig) -> None:
    rig.start()
    rig.box.world.revoke_tokens()
    assert rig.find() is not None
    assert rig.box.state.tokens.calls == 2


def test_wrong_credentials_are_the_deployments_fault() -> None:
    rig = Rig(fields={"client_secret": "wrong"})
    with pytest.raises(ConfigurationError) as error:
        rig.start()
    assert error.value.code == "provider_credentials"


def test_a_right_that_the_bank_did_not_grant_is_the_deployments_fault() -> None:
    rig = Rig(scopes=("cob.write",))
    rig.start()
    with pytest.raises(ConfigurationError) as error:
        rig.find()
    assert error.value.code == "missing_permission"


def test_a_refund_of_a_pix_that_the_bank_does_not_know_is_missing(rig: Rig) -> None:
    txid = rig.start().snapshot.provider_ref
    with pytest.raises(ProviderMissing):
        rig.refund(txid, "E" * 32, 1000)


@pytest.mark.invariant("PAY-06")
def test_a_busy_bank_is_asked_again_while_there_is_time(rig: Rig) -> None:
    rig.fault(FaultKind.STATUS, method="PUT", status=429, times=1)
    assert rig.start().snapshot.status is PaymentStatus.ACTION_REQUIRED


def at_txid(rig: Rig) -> str:
    (txid,) = rig.box.state.charges
    return txid
