"""Any order of deliveries, crashes, provider faults and pauses: the provider's own books show one mail at most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.messaging.status import DONE, MOVES, MessageStatus
from commerce.platform.errors import IntegrationError
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.faults.message_rig import TABLE, Killed, Rig, rig
from tests.unit.messaging.samples import CONFIRMATION

S = MessageStatus

faults = st.one_of(
    st.none(),
    st.sampled_from([FaultKind.UNREACHABLE, FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER, FaultKind.HANG_AFTER]).map(
        Fault
    ),
    st.builds(
        lambda status, stage: Fault(FaultKind.STATUS, status=status, stage=stage),
        st.sampled_from([400, 401, 429, 500, 503]),
        st.just(FaultStage.BEFORE),
    ),
)
deliveries = st.tuples(faults, st.one_of(st.none(), st.integers(0, 7)), st.sampled_from([0, 10, 60, 1000]))
"""What the provider does, at which step the worker dies, and how long it is until the next delivery."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Rig]:
    with rig() as built:
        yield built


@contextmanager
def fresh(stage: Rig) -> Iterator[None]:
    """The same table and provider, with nothing in them: a new table for every story would be most of the time."""
    stage.sandbox.state.clear()
    stage.reports.clear()
    try:
        yield
    finally:
        stage.killer.arm(None)
        stage.client.delete_item(TableName=TABLE, Key={"pk": {"S": CONFIRMATION.request().message_id}})


@pytest.mark.invariant("MSG-01")
@pytest.mark.invariant("MSG-02")
@settings(max_examples=60, deadline=None)
@given(st.lists(deliveries, min_size=1, max_size=6))
def test_whatever_happens_there_is_one_mail_at_most(
    stage: Rig, story: list[tuple[Fault | None, int | None, int]]
) -> None:
    with fresh(stage):
        states: list[MessageStatus] = []
        for fault, dies_at, pause in story:
            stage.sandbox.faults.clear()
            if fault is not None:
                stage.sandbox.faults.add(fault)
            stage.killer.arm(dies_at)
            with suppress(IntegrationError, Killed):
                stage.deliver()
            stage.clock.advance(pause)
            states.extend(_state(stage))
            assert stage.mails <= 1
        stage.killer.arm(None)
        stage.sandbox.faults.clear()
        stage.clock.advance(1000)
        final = stage.deliver().status
        assert final in DONE
        assert stage.mails <= 1
        if final is S.ACCEPTED:
            assert stage.mails == 1
        _assert_forward([*states, final])


def _state(stage: Rig) -> list[MessageStatus]:
    with suppress(IntegrationError):
        return [stage.row().status]
    return []


def _assert_forward(states: list[MessageStatus]) -> None:
    """Between two looks several moves may lie, but none that leads out of what is done."""
    for before, after in pairwise(states):
        assert before == after or before not in DONE or after in MOVES[before]
