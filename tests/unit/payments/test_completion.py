"""Approved by the buyer, finished by us: asked for once, ended by what the payment becomes, begun anew by the buyer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commerce.payments.commands import fail_command, mark_sent, request_cancel, request_capture, request_completion
from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus, Payment
from commerce.payments.schedule import PollSchedule
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import Transition
from commerce.platform.errors import Conflict
from tests.builders import NOW, later, payment, snapshot

S = PaymentStatus
C = CommandStatus


def seeing(before: Payment, status: PaymentStatus, *, approved: bool = False, **changes: Any) -> Transition:
    seen = snapshot(status, approved=approved, **changes)
    return fold(before, seen, livemode=False, now=later(60), late_policy=LatePolicy.REFUND)


def approved() -> Payment:
    return seeing(payment(S.ACTION_REQUIRED), S.PROCESSING, approved=True).after


def declined() -> Payment:
    waiting = approved()
    assert waiting.completion is not None
    return fail_command(waiting, waiting.completion, "instrument_declined", "card_declined").after


def state(of: Payment) -> tuple[PaymentStatus, CommandStatus | None]:
    return of.status, of.completion.status if of.completion else None


@pytest.mark.invariant("PAY-13")
def test_the_first_approval_asks_for_our_part_once() -> None:
    transition = seeing(payment(S.ACTION_REQUIRED), S.PROCESSING, approved=True)

    assert state(transition.after) == (S.PROCESSING, C.REQUESTED)
    assert [fact.type for fact in transition.facts] == ["payment.processing", "payment.approved"]
    assert transition.after.open_commands == (transition.after.completion,)
    assert not seeing(transition.after, S.PROCESSING, approved=True).changed


@pytest.mark.parametrize("outcome", [S.PAID, S.AUTHORIZED, S.PENDING])
def test_what_it_becomes_ends_it(outcome: PaymentStatus) -> None:
    assert state(seeing(approved(), outcome).after) == (outcome, C.SUCCEEDED)


@pytest.mark.parametrize("outcome", [S.CANCELED, S.EXPIRED, S.FAILED])
def test_an_approval_that_is_gone_ends_it_as_well(outcome: PaymentStatus) -> None:
    assert state(seeing(approved(), outcome).after) == (outcome, C.FAILED)


def test_a_decline_sends_the_buyer_back_and_the_old_approval_begins_nothing() -> None:
    after = declined()
    assert state(after) == (S.FAILED, C.FAILED)
    assert after.failure is not None
    assert after.failure.buyer_code == "card_declined"

    assert state(seeing(after, S.PROCESSING, approved=True).after) == (S.FAILED, C.FAILED)


def test_the_buyer_s_next_approval_begins_anew_under_another_time() -> None:
    before = declined()
    transition = request_completion(before, later(90))

    assert state(transition.after)[1] is C.REQUESTED
    assert transition.after.completion != before.completion
    assert not request_completion(transition.after, later(91)).changed, "one is enough"
    assert not request_completion(payment(S.ACTION_REQUIRED), NOW).changed, "nobody approved"


@pytest.mark.invariant("PAY-01", "PAY-11")
def test_an_attempt_that_is_being_ended_is_not_completed() -> None:
    ending = request_cancel(payment(S.ACTION_REQUIRED), reason=None, now=NOW).after

    assert seeing(ending, S.PROCESSING, approved=True).after.completion is None


@pytest.mark.invariant("PAY-01")
def test_an_attempt_that_the_order_went_on_without_is_never_completed() -> None:
    abandoned = payment(S.FAILED, abandoned=True)

    assert seeing(abandoned, S.PROCESSING, approved=True).after.completion is None
    over = replace(payment(S.EXPIRED), completion=declined().completion)
    assert not request_completion(over, NOW).changed


@pytest.mark.invariant("PAY-11")
def test_what_is_being_completed_cannot_be_cancelled() -> None:
    waiting = approved()
    assert waiting.completion is not None
    sent = mark_sent(waiting, waiting.completion, NOW).after

    with pytest.raises(Conflict) as refused:
        request_cancel(sent, reason=None, now=NOW)

    assert refused.value.code == "capture_in_progress"


def test_a_refusal_that_is_no_decline_leaves_the_payment_as_it_is() -> None:
    waiting = approved()
    assert waiting.completion is not None
    transition = fail_command(waiting, waiting.completion, "order_not_approved")

    assert state(transition.after) == (S.PROCESSING, C.FAILED)
    assert [fact.type for fact in transition.facts] == ["payment.completion_failed"]


def test_a_decline_stands_while_the_old_approval_is_all_that_is_seen() -> None:
    after = seeing(declined(), S.PROCESSING, approved=True, observed_at=later(70)).after
    assert after.failure == declined().failure


def test_a_second_decline_is_told_like_the_first() -> None:
    again = request_completion(declined(), later(90)).after
    assert again.completion is not None
    transition = fail_command(again, again.completion, "instrument_declined", "insufficient_funds")

    assert [fact.type for fact in transition.facts] == ["payment.failed"]
    assert transition.after.failure is not None
    assert transition.after.failure.buyer_code == "insufficient_funds"


@pytest.mark.invariant("PAY-09", "PAY-18")
def test_a_capture_under_review_keeps_waiting_until_it_is_decided() -> None:
    held = payment(S.AUTHORIZED, authorized=12_990)
    asked = request_capture(held, capture_id="c1", amount=None, now=NOW).after
    sent = mark_sent(asked, asked.captures["c1"], NOW).after
    pending = seeing(sent, S.PENDING).after
    assert (pending.status, pending.captures["c1"].status) == (S.PENDING, C.PENDING)
    assert PollSchedule().next_due(pending, NOW) is not None

    done = seeing(pending, S.PAID, observed_at=later(70))
    assert done.after.captures["c1"].status is C.SUCCEEDED
    assert "payment.captured" in [fact.type for fact in done.facts]
    denied = seeing(pending, S.FAILED, observed_at=later(70)).after
    assert denied.captures["c1"].status is C.FAILED
