from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.messaging.status import DONE, MessageStatus
from commerce.platform.errors import VersionConflict
from tests.faults.message_rig import LEASE, Killed, Rig, rig

S = MessageStatus

WALK = {
    "before put_item": (S.ACCEPTED, 1),
    "after put_item": (S.ACCEPTED, 1),
    "before update_item": (S.ACCEPTED, 1),
    "after update_item": (S.UNKNOWN, 0),
    "before call": (S.UNKNOWN, 0),
    "after call": (S.UNKNOWN, 1),
    "before the record": (S.UNKNOWN, 1),
    "after the record": (S.ACCEPTED, 1),
}
"""Where the worker dies -> the state that the message ends in, and how many mails the provider has."""


@pytest.fixture
def stage() -> Iterator[Rig]:
    with rig() as built:
        yield built


@pytest.mark.invariant("MSG-02")
@pytest.mark.invariant("PLT-03")
@pytest.mark.parametrize(("step", "place"), list(enumerate(WALK)))
def test_a_worker_that_dies_at_any_step_never_sends_twice(stage: Rig, step: int, place: str) -> None:
    stage.killer.arm(step)
    with pytest.raises(Killed):
        stage.deliver()
    stage.killer.arm(None)
    stage.clock.advance(LEASE.total_seconds())
    finals = [stage.deliver().status for _ in range(3)]
    status, mails = WALK[place]
    assert finals == [status] * 3
    assert stage.mails == mails
    assert stage.calls == mails


@pytest.mark.invariant("PLT-03")
def test_the_walk_above_names_every_step(stage: Rig) -> None:
    stage.deliver()
    named = [name.replace("the record", "update_item") for name in WALK]
    assert stage.killer.steps == named


@pytest.mark.invariant("MSG-02")
def test_while_the_lease_runs_a_second_delivery_waits_and_says_how_long(stage: Rig) -> None:
    stage.killer.arm(5)
    with pytest.raises(Killed):
        stage.deliver(seconds=20)
    stage.killer.arm(None)
    with pytest.raises(VersionConflict) as waiting:
        stage.deliver()
    assert waiting.value.code == "message_in_flight"
    assert 45 <= (waiting.value.retry_after or 0) <= 50
    assert stage.row().status is S.SENDING
    stage.clock.advance(waiting.value.retry_after or 0)
    assert stage.deliver().status is S.UNKNOWN


@pytest.mark.invariant("MSG-02")
def test_dying_again_while_giving_up_changes_nothing(stage: Rig) -> None:
    stage.killer.arm(5)
    with pytest.raises(Killed):
        stage.deliver()
    stage.clock.advance(LEASE.total_seconds())
    for step in range(3):
        stage.killer.arm(step)
        with pytest.raises(Killed):
            stage.deliver()
    stage.killer.arm(None)
    assert stage.deliver().status is S.UNKNOWN
    assert stage.mails == 1


@pytest.mark.invariant("MSG-02")
def test_an_unknown_message_is_told_once_and_names_the_lost_worker(stage: Rig) -> None:
    stage.killer.arm(5)
    with pytest.raises(Killed):
        stage.deliver()
    stage.killer.arm(None)
    stage.clock.advance(LEASE.total_seconds())
    for _ in range(3):
        stage.deliver()
    assert [(told.status, told.failure) for told in stage.reports] == [(S.UNKNOWN, "worker_lost")]
    assert stage.row().status in DONE
