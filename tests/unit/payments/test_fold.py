"""What the provider says, folded into the ledger's payment."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import Cancellation, Capture, CommandStatus, Dispute, Failure, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.status import DEAD, LIVE, SETTLED, PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID, OrderEffect, Transition
from commerce.platform.money import Money
from tests.builders import NOW, PRICE, later, paid, payment, seen_refund, snapshot

S = PaymentStatus


def folded(before: Payment, seen: Snapshot, **changes: Any) -> Transition:
    rules: dict[str, Any] = {"livemode": False, "now": later(60), "late_policy": LatePolicy.REFUND, **changes}
    return fold(before, seen, **rules)


def fact_types(transition: Transition) -> list[str]:
    return [fact.type for fact in transition.facts]


def test_a_payment_that_succeeds_is_paid_and_says_so_once() -> None:
    transition = folded(payment(S.ACTION_REQUIRED), snapshot(S.PAID))

    assert transition.after.status is S.PAID
    assert transition.after.captured == PRICE.amount
    assert fact_types(transition) == ["payment.paid"]
    assert transition.order_effect is OrderEffect.PAID


def test_the_same_snapshot_again_changes_nothing() -> None:
    once = folded(payment(S.ACTION_REQUIRED), snapshot(S.PAID)).after

    assert not folded(once, snapshot(S.PAID)).changed


@pytest.mark.invariant("PAY-14")
@pytest.mark.parametrize("late", [S.FAILED, S.PROCESSING, S.ACTION_REQUIRED, S.CANCELED, S.AUTHORIZED])
def test_nothing_late_lowers_a_paid_payment(late: PaymentStatus) -> None:
    transition = folded(paid(), snapshot(late, observed_at=later(99), captured=0))

    assert transition.after.status is S.PAID
    assert transition.after.captured == PRICE.amount


@pytest.mark.invariant("PAY-14")
def test_success_after_a_decline_is_accepted() -> None:
    declined = folded(payment(S.ACTION_REQUIRED), snapshot(S.FAILED, failure=Failure("card_declined", "x"))).after

    assert folded(declined, snapshot(S.PAID, observed_at=later(20))).after.status is S.PAID


@pytest.mark.invariant("PAY-14")
def test_every_order_of_arrival_ends_in_the_same_state() -> None:
    seen = [
        snapshot(S.ACTION_REQUIRED, observed_at=later(1)),
        snapshot(S.FAILED, observed_at=later(2), failure=Failure("card_declined", "contact_bank")),
        snapshot(S.PROCESSING, observed_at=later(3)),
        snapshot(S.PAID, observed_at=later(4)),
        snapshot(S.PAID, observed_at=later(5), refunds=(seen_refund(500),)),
    ]
    ends = set()
    for order in itertools.permutations(seen):
        after = payment()
        for one in order:
            after = folded(after, one).after
        ends.add((after.status, after.captured, after.refunded, after.failure))

    assert ends == {(S.PARTIALLY_REFUNDED, PRICE.amount, 500, None)}


@pytest.mark.invariant("PAY-14")
def test_a_look_from_before_never_overwrites_a_newer_one() -> None:
    newest = folded(payment(), snapshot(S.PROCESSING, observed_at=later(30))).after

    assert folded(newest, snapshot(S.ACTION_REQUIRED, observed_at=later(20))).after.status is S.PROCESSING


@pytest.mark.invariant("PAY-05")
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("amount", {"money": Money(1, "BRL")}),
        ("currency", {"money": Money(PRICE.amount, "USD")}),
        ("order_id", {"order_id": "order-2"}),
        ("order_id", {"order_id": None}),
        ("payment_id", {"payment_id": "pay_other"}),
        ("livemode", {"livemode": True}),
        ("provider_ref", {"provider_ref": "pi_other"}),
    ],
)
def test_an_object_that_differs_from_the_order_is_held_and_never_believed(name: str, changes: dict[str, Any]) -> None:
    transition = folded(payment(S.ACTION_REQUIRED), snapshot(S.PAID, **changes))

    assert transition.after.status is S.REVIEW
    assert transition.after.captured == 0
    assert transition.after.review_reason == f"mismatch:{name}"
    assert fact_types(transition) == ["payment.quarantined"]
    assert transition.order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-05")
def test_a_foreign_object_does_not_take_a_paid_payment_out_of_paid() -> None:
    transition = folded(paid(), snapshot(S.CANCELED, provider_ref="pi_other"))

    assert transition.after.status is S.PAID
    assert transition.after.review_reason == "mismatch:provider_ref"


@pytest.mark.invariant("PAY-23")
@pytest.mark.parametrize("before", sorted(LIVE - {S.REVIEW}))
def test_a_status_nobody_knows_holds_the_payment(before: PaymentStatus) -> None:
    transition = folded(payment(before), snapshot(None))

    assert transition.after.status is S.REVIEW
    assert transition.after.review_reason == "unknown_status:a_word_nobody_knows"
    assert fact_types(transition) == ["payment.review"]
    assert not folded(transition.after, snapshot(None)).changed, "the alarm rings once"


def test_a_held_payment_goes_on_when_the_provider_speaks_clearly() -> None:
    held = folded(payment(S.PROCESSING), snapshot(None)).after

    resolved = folded(held, snapshot(S.PAID, observed_at=later(20))).after

    assert (resolved.status, resolved.review_reason) == (S.PAID, None)


@pytest.mark.invariant("PAY-10")
def test_a_refund_that_fails_after_it_succeeded_gives_the_balance_back() -> None:
    done = folded(paid(), snapshot(S.PAID, refunds=(seen_refund(PRICE.amount),))).after
    assert (done.status, done.refundable) == (S.REFUNDED, 0)

    failed = folded(done, snapshot(S.PAID, refunds=(seen_refund(PRICE.amount, CommandStatus.FAILED),)))

    assert failed.after.status is S.PAID
    assert failed.after.refundable == PRICE.amount
    assert fact_types(failed) == ["payment.refund_failed"]


@pytest.mark.invariant("PAY-10")
def test_a_failed_refund_never_comes_back_to_life() -> None:
    failed = folded(paid(), snapshot(S.PAID, refunds=(seen_refund(500, CommandStatus.FAILED),))).after

    again = folded(failed, snapshot(S.PAID, refunds=(seen_refund(500, CommandStatus.SUCCEEDED),)))

    assert again.after.refunded == 0


def test_a_refund_made_in_the_providers_dashboard_counts() -> None:
    transition = folded(paid(), snapshot(S.PAID, refunds=(seen_refund(700, refund_id=None, ref="re_dash"),)))

    assert transition.after.status is S.PARTIALLY_REFUNDED
    assert transition.after.refundable == PRICE.amount - 700
    assert fact_types(transition) == ["payment.partially_refunded", "payment.refund_succeeded"]


def test_the_webhook_of_a_refund_and_its_answer_are_one_refund() -> None:
    asked = replace(paid(), refunds={"r1": Refund("r1", 500, CommandStatus.SENT, requested_at=NOW)})

    seen = folded(asked, snapshot(S.PAID, refunds=(seen_refund(500, CommandStatus.PENDING),))).after
    done = folded(seen, snapshot(S.PAID, refunds=(seen_refund(500),))).after

    assert list(done.refunds) == ["r1"]
    assert done.refunded == 500


@pytest.mark.invariant("PAY-25")
@pytest.mark.parametrize(("status", "frozen"), [("needs_response", True), ("lost", True), ("won", False)])
def test_a_dispute_freezes_refunds_until_it_is_won(status: str, frozen: bool) -> None:
    opened = folded(paid(), snapshot(S.PAID, dispute=Dispute("dp_1", "needs_response", PRICE.amount, "fraudulent")))
    assert opened.after.status is S.DISPUTED
    assert fact_types(opened) == ["payment.disputed"]

    seen = folded(opened.after, snapshot(S.PAID, dispute=Dispute("dp_1", status, PRICE.amount, "fraudulent"))).after

    assert seen.refunds_frozen is frozen
    assert (seen.status is S.DISPUTED) is frozen


@pytest.mark.invariant("PAY-25")
def test_a_closed_dispute_is_not_reopened_by_an_old_look() -> None:
    won = folded(paid(), snapshot(S.PAID, dispute=Dispute("dp_1", "won", PRICE.amount))).after

    stale = folded(won, snapshot(S.PAID, dispute=Dispute("dp_1", "needs_response", PRICE.amount)))

    assert not stale.after.refunds_frozen


def test_a_first_sight_of_a_disputed_payment_still_tells_that_it_was_paid() -> None:
    transition = folded(
        payment(S.ACTION_REQUIRED), snapshot(S.PAID, dispute=Dispute("dp_1", "needs_response", PRICE.amount))
    )

    assert fact_types(transition) == ["payment.paid", "payment.disputed"]
    assert transition.order_effect is OrderEffect.PAID


@pytest.mark.invariant("PAY-11")
def test_a_capture_of_an_authorisation_that_expired_fails_with_an_event() -> None:
    authorized = payment(S.AUTHORIZED, authorized=PRICE.amount)
    waiting = replace(authorized, captures={"c1": Capture("c1", PRICE.amount, CommandStatus.SENT, requested_at=NOW)})

    transition = folded(waiting, snapshot(S.EXPIRED))

    assert transition.after.status is S.EXPIRED
    assert transition.after.captures["c1"].status is CommandStatus.FAILED
    assert fact_types(transition) == ["payment.expired", "payment.capture_failed"]
    assert transition.order_effect is OrderEffect.RELEASED


@pytest.mark.invariant("PAY-11", "PAY-19")
def test_a_cancel_that_comes_too_late_fails_and_the_money_goes_back_once() -> None:
    wish = Cancellation(CommandStatus.SENT, requested_at=NOW)
    transition = folded(payment(S.ACTION_REQUIRED, cancellation=wish), snapshot(S.PAID))

    assert transition.after.refunds[LATE_REFUND_ID].amount == PRICE.amount
    assert fact_types(transition) == [
        "payment.paid",
        "payment.cancel_failed",
        "payment.late",
        "payment.refund_requested",
    ]
    assert transition.order_effect is OrderEffect.RELEASED
    assert not folded(transition.after, snapshot(S.PAID)).changed, "once"


@pytest.mark.invariant("PAY-19")
@pytest.mark.parametrize("dead", sorted(DEAD))
def test_money_after_the_end_is_refunded_by_default_and_kept_on_reopen(dead: PaymentStatus) -> None:
    refunded = folded(payment(dead), snapshot(S.PAID))
    reopened = folded(payment(dead), snapshot(S.PAID), late_policy=LatePolicy.REOPEN)

    assert LATE_REFUND_ID in refunded.after.refunds
    assert refunded.order_effect is OrderEffect.NONE
    assert not reopened.after.refunds
    assert "payment.reopened" in fact_types(reopened)
    assert reopened.order_effect is OrderEffect.PAID


@pytest.mark.invariant("PAY-01", "PAY-19")
@pytest.mark.parametrize("policy", list(LatePolicy))
def test_a_second_payment_of_an_order_is_sent_back_whatever_the_policy(policy: LatePolicy) -> None:
    transition = folded(payment(S.ACTION_REQUIRED), snapshot(S.PAID), late_policy=policy, paid_elsewhere=True)

    assert transition.after.refunds[LATE_REFUND_ID].amount == PRICE.amount
    assert "payment.surplus" in fact_types(transition)
    assert transition.order_effect is OrderEffect.RELEASED


@pytest.mark.invariant("PAY-02")
def test_an_abandoned_attempt_that_shows_up_alive_is_cancelled_at_the_provider() -> None:
    ghost = payment(S.FAILED, abandoned=True, provider_ref=None)

    transition = folded(ghost, snapshot(S.ACTION_REQUIRED))

    assert transition.after.status is S.FAILED, "the order has gone on without it"
    assert not transition.after.holds_order
    assert transition.after.cancellation is not None
    assert transition.after.cancellation.status is CommandStatus.REQUESTED
    assert folded(transition.after, snapshot(S.CANCELED, observed_at=later(20))).after.status is S.CANCELED


def test_the_clocks_own_cancel_ends_as_expired() -> None:
    wish = Cancellation(CommandStatus.SENT, requested_at=NOW, expiry=True)

    assert folded(payment(S.ACTION_REQUIRED, cancellation=wish), snapshot(S.CANCELED)).after.status is S.EXPIRED


statuses = st.sampled_from([s for s in S if s not in (S.CREATED, S.UNKNOWN, S.REVIEW)])


@given(st.lists(st.tuples(statuses, st.integers(1, 50)), max_size=12))
def test_a_change_always_has_a_fact_and_money_only_grows(looks: list[tuple[PaymentStatus, int]]) -> None:
    after = payment()
    for status, at in looks:
        captured = PRICE.amount if status in SETTLED else 0
        seen = snapshot(S.PAID if status in SETTLED else status, observed_at=later(at), captured=captured)
        transition = folded(after, seen)
        assert bool(transition.facts) is transition.changed
        assert transition.after.captured >= after.captured
        assert not (after.status in SETTLED and transition.after.status not in SETTLED)
        after = transition.after


@pytest.mark.invariant("PAY-07")
def test_a_refund_given_up_unseen_that_shows_up_after_all_counts() -> None:
    given_up = replace(paid(), refunds={"r1": Refund("r1", 500, CommandStatus.FAILED, requested_at=NOW)})

    seen = folded(given_up, snapshot(S.PAID, refunds=(seen_refund(500),))).after

    assert seen.refunded == 500
    assert seen.refundable == PRICE.amount - 500


@pytest.mark.invariant("PAY-10", "PAY-14")
def test_a_first_sight_of_a_refunded_payment_tells_that_it_was_paid_and_that_it_went_back() -> None:
    transition = folded(payment(S.ACTION_REQUIRED), snapshot(S.PAID, refunds=(seen_refund(PRICE.amount),)))

    assert transition.order_effect is OrderEffect.PAID_AND_REFUNDED
    assert fact_types(transition)[:2] == ["payment.paid", "payment.refunded"]


@pytest.mark.invariant("PAY-19")
@pytest.mark.parametrize("status", [CommandStatus.SUCCEEDED, CommandStatus.PENDING])
def test_surplus_money_that_somebody_already_sends_back_is_none_of_the_orders(status: CommandStatus) -> None:
    seen = snapshot(S.PAID, refunds=(seen_refund(PRICE.amount, status, refund_id=None),))

    transition = folded(payment(S.ACTION_REQUIRED), seen, paid_elsewhere=True)

    assert transition.after.returned
    assert LATE_REFUND_ID not in transition.after.refunds
    assert transition.order_effect is OrderEffect.RELEASED
    done = snapshot(S.PAID, observed_at=later(50), refunds=(seen_refund(PRICE.amount, refund_id=None),))
    assert folded(transition.after, done).order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-19")
@pytest.mark.parametrize(
    "wish",
    [
        Cancellation(CommandStatus.FAILED, requested_at=NOW),
        Cancellation(CommandStatus.REQUESTED, requested_at=NOW, expiry=True),
        Cancellation(CommandStatus.SENT, requested_at=NOW, expiry=True),
    ],
    ids=["refused before", "the clock's, not sent", "the clock's, sent"],
)
def test_a_cancel_that_took_nothing_from_the_order_makes_no_payment_late(wish: Cancellation) -> None:
    transition = folded(payment(S.PROCESSING, cancellation=wish), snapshot(S.PAID))

    assert not transition.after.refunds
    assert transition.order_effect is OrderEffect.PAID


@pytest.mark.invariant("PAY-02")
@pytest.mark.parametrize(("status", "again"), [(CommandStatus.SUCCEEDED, True), (CommandStatus.FAILED, False)])
def test_an_abandoned_attempt_is_cancelled_when_it_shows_up_whatever_was_wished_before(
    status: CommandStatus, again: bool
) -> None:
    wish = Cancellation(status, requested_at=NOW)
    ghost = payment(S.FAILED, abandoned=True, provider_ref=None, cancellation=wish)

    soon = folded(ghost, snapshot(S.ACTION_REQUIRED)).after.cancellation
    much_later = folded(ghost, snapshot(S.ACTION_REQUIRED), now=later(7200)).after.cancellation

    assert soon is not None
    assert soon.status.is_open is again, "a refusal stands for a while"
    assert much_later is not None
    assert much_later.status.is_open


@pytest.mark.invariant("PAY-10", "PAY-25")
def test_only_money_that_comes_back_reverses_a_refund() -> None:
    gone = folded(paid(), snapshot(S.PAID, refunds=(seen_refund(PRICE.amount),))).after
    disputed = folded(
        gone, snapshot(S.PAID, dispute=Dispute("dp_1", "needs_response", 1), refunds=(seen_refund(PRICE.amount),))
    )
    back = folded(gone, snapshot(S.PAID, refunds=(seen_refund(PRICE.amount, CommandStatus.FAILED),)))

    assert disputed.order_effect is OrderEffect.NONE
    assert back.order_effect is OrderEffect.REFUND_REVERSED
