from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from commerce.messaging.confirmation import OrderConfirmation
from commerce.messaging.delivery import BACKOFF_SECONDS
from commerce.messaging.status import MessageStatus
from commerce.platform.errors import ConfigurationError, Conflict, ProviderUnavailable
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.faults.message_rig import TABLE, Rig, rig
from tests.unit.messaging.samples import CONFIRMATION, confirmation

S = MessageStatus
DAY = 86_400


@pytest.fixture
def stage() -> Iterator[Rig]:
    with rig() as built:
        yield built


@pytest.mark.invariant("MSG-01")
def test_one_event_delivered_ten_times_is_one_mail(stage: Rig) -> None:
    states = {stage.deliver().status for _ in range(10)}
    assert states == {S.ACCEPTED}
    assert (stage.mails, stage.calls) == (1, 1)
    row = stage.row()
    assert row.provider_ref == stage.sandbox.state.sent[0].message_id
    assert row.attempt == 1
    assert stage.sandbox.state.copies()[row.message_id] == 1


@pytest.mark.invariant("MSG-01")
@pytest.mark.parametrize("done", [True, False])
def test_another_body_under_the_same_key_is_refused(stage: Rig, done: bool) -> None:
    if not done:
        stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=429))
        with pytest.raises(ProviderUnavailable):
            stage.deliver()
    else:
        stage.deliver()
    mails = stage.mails
    stage.clock.advance(DAY)
    with pytest.raises(Conflict) as refused:
        stage.deliver(confirmation(buyer_email="eve@example.com"))
    assert refused.value.code == "message_changed"
    assert stage.mails == mails
    assert "example.com" not in refused.value.message
    assert stage.deliver().status is S.ACCEPTED


@pytest.mark.invariant("MSG-03")
@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.HANG),
        Fault(FaultKind.HANG_AFTER),
        Fault(FaultKind.CUT_BEFORE),
        Fault(FaultKind.CUT_AFTER),
        Fault(FaultKind.HTML),
        Fault(FaultKind.HTML, stage=FaultStage.AFTER),
        Fault(FaultKind.STATUS, status=500),
        Fault(FaultKind.STATUS, status=500, stage=FaultStage.AFTER),
        Fault(FaultKind.STATUS, status=504),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.stage}",
)
def test_a_doubtful_outcome_is_unknown_and_never_sent_again(stage: Rig, fault: Fault) -> None:
    stage.sandbox.faults.add(fault)
    assert stage.deliver().status is S.UNKNOWN
    stage.clock.advance(DAY)
    assert stage.deliver().status is S.UNKNOWN
    assert stage.calls == 1
    assert [told.status for told in stage.reports] == [S.UNKNOWN]


@pytest.mark.invariant("MSG-03")
@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.UNREACHABLE),
        Fault(FaultKind.STATUS, status=429),
        Fault(FaultKind.STATUS, status=503),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_what_provably_was_not_accepted_is_sent_when_it_is_due(stage: Rig, fault: Fault) -> None:
    stage.sandbox.faults.add(fault)
    with pytest.raises(ProviderUnavailable) as failed:
        stage.deliver()
    assert failed.value.retry_after == BACKOFF_SECONDS[0] or fault.status == 429
    assert stage.row().status is S.RETRY
    calls = stage.calls
    with pytest.raises(ProviderUnavailable) as early:
        stage.deliver()
    assert early.value.code == "message_not_due"
    assert stage.calls == calls
    stage.clock.advance(early.value.retry_after or 0)
    assert stage.deliver().status is S.ACCEPTED
    assert stage.mails == 1
    assert stage.row().attempt == 2


def test_the_pauses_grow_and_end_at_a_quarter_of_an_hour(stage: Rig) -> None:
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=503, times=7))
    pauses: list[int] = []
    for _ in range(7):
        with pytest.raises(ProviderUnavailable) as failed:
            stage.deliver()
        pauses.append(failed.value.retry_after or 0)
        stage.clock.advance(pauses[-1])
    assert pauses == [30, 120, 300, 600, 900, 900, 900]
    assert stage.deliver().status is S.ACCEPTED


def test_the_providers_own_pause_is_kept(stage: Rig) -> None:
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "77"}))
    with pytest.raises(ProviderUnavailable) as limited:
        stage.deliver()
    assert limited.value.retry_after == 77


def test_a_wrong_key_is_mended_and_the_mail_goes_out(stage: Rig) -> None:
    key, stage.sandbox.api_key = stage.sandbox.api_key, "SG.another"
    with pytest.raises(ConfigurationError) as refused:
        stage.deliver()
    assert refused.value.code == "sendgrid_401"
    assert stage.row().status is S.RETRY
    stage.sandbox.api_key = key
    stage.clock.advance(refused.value.retry_after or 0)
    assert stage.deliver().status is S.ACCEPTED


def test_a_refused_mail_is_rejected_for_good(stage: Rig) -> None:
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=400))
    assert stage.deliver().status is S.REJECTED
    assert stage.deliver().failure == "sendgrid_400"
    assert stage.calls == 1
    assert [told.status for told in stage.reports] == [S.REJECTED]


@pytest.mark.invariant("MSG-07")
def test_an_address_that_would_forge_a_header_costs_no_call(stage: Rig) -> None:
    hostile = confirmation(buyer_email="ana@example.com\r\nBcc: all@example.com")
    assert stage.deliver(hostile).failure == "invalid_recipient"
    assert stage.row(hostile).status is S.REJECTED
    assert stage.calls == 0


@pytest.mark.invariant("PAY-06")
def test_with_too_little_time_left_nothing_is_begun(stage: Rig) -> None:
    with pytest.raises(ProviderUnavailable) as short:
        stage.deliver(seconds=2)
    assert short.value.code == "out_of_time"
    assert stage.row().status is S.PENDING
    assert stage.calls == 0
    assert stage.deliver().status is S.ACCEPTED


def test_a_bug_while_composing_leaves_the_message_to_the_next_delivery(stage: Rig) -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stage.deliver(compose=broken)
    assert stage.row().status is S.PENDING
    assert stage.deliver().status is S.ACCEPTED


@pytest.mark.invariant("AUT-04")
def test_the_row_holds_nothing_of_the_buyer_and_nothing_of_the_mail(stage: Rig) -> None:
    stage.deliver()
    text = str(stage.client.scan(TableName=TABLE)["Items"])
    facts: OrderConfirmation = CONFIRMATION
    for private in (facts.buyer_email, "Ana", "Souza", "Augusta", "Café", "01305", "4242", "confirmado"):
        assert private not in text
    assert facts.request().fingerprint in text
