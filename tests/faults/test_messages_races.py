from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from commerce.messaging.model import Mail
from commerce.messaging.rendering import render_confirmation
from commerce.messaging.status import MessageStatus
from commerce.platform.errors import IntegrationError, StoreUnavailable, VersionConflict
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.faults.message_rig import LEASE, Rig, rig
from tests.unit.messaging.samples import CONFIRMATION

S = MessageStatus


@pytest.fixture
def stage() -> Iterator[Rig]:
    with rig() as built:
        yield built


def compose_after(first: Callable[[], object]) -> Callable[[], Mail]:
    def compose() -> Mail:
        first()
        return render_confirmation(CONFIRMATION, "Casa do Café")

    return compose


@pytest.mark.invariant("MSG-01")
def test_a_second_worker_during_the_call_keeps_its_hands_off(stage: Rig) -> None:
    met: list[str] = []

    def second() -> None:
        with pytest.raises(VersionConflict) as busy:
            stage.deliver()
        met.append(busy.value.code)

    stage.mailer.during = second
    assert stage.deliver().status is S.ACCEPTED
    assert met == ["message_in_flight"]
    assert stage.mails == 1


@pytest.mark.invariant("MSG-01")
def test_a_worker_that_was_overtaken_before_its_claim_sends_nothing(stage: Rig) -> None:
    with pytest.raises(VersionConflict):
        stage.deliver(compose=compose_after(stage.deliver))
    assert stage.mails == 1
    assert stage.deliver().status is S.ACCEPTED


@pytest.mark.invariant("MSG-02")
def test_the_claim_is_fenced_by_the_attempt_and_not_only_by_the_state(stage: Rig) -> None:
    """The overtaker failed and left RETRY: the state is open again, but this claim belongs to an older attempt."""

    def overtake() -> None:
        stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=503))
        with pytest.raises(IntegrationError):
            stage.deliver()

    with pytest.raises(VersionConflict):
        stage.deliver(compose=compose_after(overtake))
    assert stage.row().status is S.RETRY
    assert stage.mails == 0


@pytest.mark.invariant("MSG-02")
def test_an_answer_that_comes_after_the_lease_still_counts(stage: Rig) -> None:
    def give_up() -> None:
        stage.clock.advance(LEASE.total_seconds())
        assert stage.deliver().status is S.UNKNOWN

    stage.mailer.during = give_up
    assert stage.deliver().status is S.ACCEPTED
    assert stage.row().status is S.ACCEPTED
    assert [told.status for told in stage.reports] == [S.UNKNOWN, S.ACCEPTED]
    assert stage.mails == 1


@pytest.mark.invariant("MSG-02")
def test_a_late_retry_does_not_reopen_what_was_given_up(stage: Rig) -> None:
    def give_up() -> None:
        stage.clock.advance(LEASE.total_seconds())
        stage.deliver()

    stage.mailer.during = give_up
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=503))
    with pytest.raises(VersionConflict):
        stage.deliver()
    assert stage.row().status is S.UNKNOWN


@pytest.mark.invariant("MSG-01")
def test_eight_workers_at_once_send_one_mail(stage: Rig) -> None:
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def worker() -> None:
        start.wait(timeout=10)
        try:
            outcomes.append(stage.deliver().status)
        except VersionConflict as busy:
            outcomes.append(busy.code)

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(outcomes) == 8
    assert stage.mails == 1
    assert stage.calls == 1
    assert set(outcomes) <= {"accepted", "message_in_flight", "version_conflict"}
    assert stage.deliver().status is S.ACCEPTED


class LostAnswer:
    """A client whose n-th write is done, whose answer is lost, and which then repeats it as botocore does."""

    def __init__(self, client: Any, at: int) -> None:
        self._client = client
        self._left = at

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            if name == "update_item":
                self._left -= 1
                if self._left == 0:
                    self._client.update_item(**arguments)
            return getattr(self._client, name)(**arguments)

        return call


@pytest.mark.invariant("MSG-02")
@pytest.mark.parametrize(("at", "write"), [(1, "claim"), (2, "record")])
def test_a_write_repeated_by_the_aws_client_is_recognised_as_our_own(stage: Rig, at: int, write: str) -> None:
    stage.store._client = LostAnswer(stage.client, at)  # type: ignore[assignment]  # a proxy of the client
    assert stage.deliver().status is S.ACCEPTED, write
    assert stage.mails == 1


def test_a_row_that_expired_between_two_reads_is_asked_for_again(stage: Rig) -> None:
    with pytest.raises(StoreUnavailable):
        stage.store.read("msg_gone")


def test_the_lease_outlives_the_call(stage: Rig) -> None:
    leases: list[timedelta | None] = []

    def look() -> None:
        lease = stage.row().lease_until
        leases.append(None if lease is None else lease - stage.clock.now())

    stage.mailer.during = look
    stage.deliver(seconds=20)
    assert leases[0] is not None
    assert leases[0] > timedelta(seconds=20 + 29)
    assert stage.row().lease_until is None
