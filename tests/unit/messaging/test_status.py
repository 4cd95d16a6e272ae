from __future__ import annotations

import pytest

from commerce.messaging.status import DONE, MOVES, MessageStatus, sources

S = MessageStatus


@pytest.mark.invariant("MSG-02")
def test_only_a_claim_leads_to_sending() -> None:
    assert sources(S.SENDING) == (S.PENDING, S.RETRY)


@pytest.mark.invariant("MSG-02")
def test_nothing_that_may_have_gone_out_is_ever_sent_again() -> None:
    reachable, seen = set(DONE), set[MessageStatus]()
    while reachable:
        state = reachable.pop()
        seen.add(state)
        reachable |= MOVES[state] - seen
    assert S.SENDING not in seen
    assert S.RETRY not in seen


@pytest.mark.invariant("MSG-02")
def test_a_late_answer_may_end_the_doubt_but_no_fact_becomes_doubt() -> None:
    assert MOVES[S.UNKNOWN] == {S.ACCEPTED, S.REJECTED}
    assert sources(S.UNKNOWN) == (S.SENDING,)
    assert MOVES[S.ACCEPTED] == MOVES[S.REJECTED] == frozenset()
