"""When a payment is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.payments.model import Dispute
from commerce.payments.refund_request import request_refund
from commerce.payments.schedule import PollSchedule
from commerce.payments.status import DEAD, PaymentStatus
from tests.builders import NOW, later, paid, payment

S = PaymentStatus
SCHEDULE = PollSchedule()


@pytest.mark.invariant("PAY-18")
@pytest.mark.parametrize("status", [S.CREATED, S.ACTION_REQUIRED, S.PROCESSING, S.PENDING, S.FAILED, S.UNKNOWN])
def test_a_waiting_card_is_looked_at_after_1_2_5_15_and_60_minutes(status: PaymentStatus) -> None:
    waiting = payment(status, waiting_since=NOW)
    looks = []
    now = NOW
    while not SCHEDULE.is_over(waiting, now):
        waiting = SCHEDULE.reschedule(waiting, now)
        assert waiting.due_at is not None
        now = waiting.due_at
        looks.append((now - NOW).total_seconds() / 60)

    assert looks == [1, 2, 5, 15, 60]


@pytest.mark.invariant("PAY-18")
def test_the_last_look_stays_owed_until_it_is_taken() -> None:
    assert SCHEDULE.next_due(payment(S.PROCESSING, waiting_since=NOW), later(7200)) == later(3600)


@pytest.mark.parametrize("status", sorted(DEAD | {S.PAID, S.REFUNDED, S.REVIEW}))
def test_nothing_is_due_when_there_is_nothing_to_wait_for(status: PaymentStatus) -> None:
    assert SCHEDULE.next_due(payment(status), NOW) is None


@pytest.mark.invariant("PAY-11")
def test_an_authorisation_is_looked_at_when_it_lapses() -> None:
    lapse = NOW + timedelta(days=6)

    due = SCHEDULE.next_due(payment(S.AUTHORIZED, capture_before=lapse), NOW)

    assert due == lapse + timedelta(minutes=5)


def test_an_unfinished_refund_is_looked_at_soon_then_daily_then_by_a_person() -> None:
    waiting = request_refund(paid(), refund_id="r1", amount=500, reason=None, now=NOW).after

    assert SCHEDULE.next_due(waiting, NOW) == later(60)
    assert SCHEDULE.next_due(waiting, later(7200)) == later(7200) + timedelta(days=1)
    assert not SCHEDULE.command_is_overdue(waiting, NOW + timedelta(days=29))
    assert SCHEDULE.command_is_overdue(waiting, NOW + timedelta(days=31))
    held = replace(waiting, review_reason="command_overdue")
    assert SCHEDULE.next_due(held, NOW + timedelta(days=31)) is None


def test_an_open_dispute_is_looked_at_daily_and_a_closed_one_never() -> None:
    disputed = paid(status=S.DISPUTED, dispute=Dispute("dp_1", "needs_response", 1))

    assert SCHEDULE.next_due(disputed, NOW) == NOW + timedelta(days=1)
    assert SCHEDULE.next_due(replace(disputed, dispute=Dispute("dp_1", "lost", 1)), NOW) is None


def test_a_change_of_state_begins_the_wait_anew() -> None:
    waiting = payment(S.PROCESSING, waiting_since=NOW)

    assert SCHEDULE.reschedule(waiting, later(3000), restart=True).due_at == later(3060)
    assert SCHEDULE.reschedule(waiting, later(3000)).due_at == later(3600)
