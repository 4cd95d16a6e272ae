"""Money that arrives piece by piece: counted once, confirmed by the exact amount alone, sent back if it is surplus."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.acceptance import accept_amount
from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.receipts import Receipt
from commerce.payments.refund_request import request_refund
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID, OrderEffect, Transition
from commerce.platform.errors import Conflict, Unprocessable
from tests.builders import NOW, PRICE, later, payment, seen_refund, snapshot

S = PaymentStatus


def arrival(amount: int = PRICE.amount, ref: str = "E1", at: datetime | None = None) -> Receipt:
    return Receipt(ref, amount, received_at=at or later(5))


def pix(status: PaymentStatus = S.ACTION_REQUIRED, **changes: Any) -> Payment:
    return payment(status, **{"method": "pix", "expires_at": later(1800), **changes})


def seeing(before: Payment, *arrivals: Receipt, status: PaymentStatus = S.PAID, **rules: Any) -> Transition:
    seen = snapshot(status, captured=0, authorized=0, receipts=arrivals, refunds=rules.pop("refunds", ()))
    return fold(before, seen, **{"livemode": False, "now": later(60), "late_policy": LatePolicy.REFUND, **rules})


def kinds(payment: Payment) -> list[tuple[str, str | None]]:
    return [(one.kind.value, one.resolution) for one in payment.discrepancies.values()]


def facts(transition: Transition) -> list[str]:
    return [fact.type for fact in transition.facts]


@pytest.mark.invariant("PAY-20", "PAY-21")
def test_the_exact_amount_confirms_by_itself() -> None:
    transition = seeing(pix(), arrival())

    assert (transition.after.status, transition.after.captured, transition.after.accepted) == (S.PAID, 12_990, True)
    assert facts(transition) == ["payment.paid"]
    assert transition.order_effect is OrderEffect.PAID


@pytest.mark.invariant("PAY-20")
def test_each_arrival_counts_once_however_often_it_is_seen() -> None:
    once = seeing(pix(), arrival()).after

    assert not seeing(once, arrival()).changed
    assert not seeing(once, arrival(amount=1)).changed, "what was counted stays as it was"


@pytest.mark.invariant("PAY-20")
def test_paid_without_any_arrival_is_not_paid() -> None:
    transition = seeing(pix(), status=S.PROCESSING)

    assert transition.after.status is S.PROCESSING
    assert transition.order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-21")
@pytest.mark.parametrize(("amount", "kind"), [(12_989, "underpaid"), (12_991, "overpaid"), (1, "underpaid")])
def test_another_amount_waits_for_a_person(amount: int, kind: str) -> None:
    transition = seeing(pix(), arrival(amount))

    after = transition.after
    assert (after.status, after.review_reason, after.captured) == (S.REVIEW, kind, amount)
    assert kinds(after) == [(kind, None)]
    assert facts(transition) == ["payment.review", "payment.discrepancy"]
    assert transition.facts[1].data == {
        "discrepancy": kind,
        "receipt_ref": "E1",
        "expected_amount": 12_990,
        "received_amount": amount,
    }
    assert transition.order_effect is OrderEffect.NONE, "the order is neither paid nor free"
    assert not seeing(after, arrival(amount)).changed


@pytest.mark.invariant("PAY-21")
def test_the_store_s_tolerance_confirms_a_small_difference() -> None:
    assert seeing(pix(), arrival(12_985), tolerance=5).after.status is S.PAID
    assert seeing(pix(), arrival(12_984), tolerance=5).after.status is S.REVIEW


@pytest.mark.invariant("PAY-21")
def test_the_missing_rest_makes_it_whole() -> None:
    short = seeing(pix(), arrival(10_000)).after
    transition = seeing(short, arrival(10_000), arrival(2_990, "E2", later(20)))

    assert (transition.after.status, transition.after.captured) == (S.PAID, PRICE.amount)
    assert kinds(transition.after) == [("underpaid", "accepted")]
    assert transition.order_effect is OrderEffect.PAID


@pytest.mark.invariant("PAY-20", "PAY-21")
def test_a_second_payment_is_surplus_and_goes_back_once() -> None:
    done = seeing(pix(), arrival()).after
    transition = seeing(done, arrival(), arrival(ref="E2", at=later(30)))
    after = transition.after

    assert (after.status, after.captured, after.refundable) == (S.PAID, PRICE.amount, PRICE.amount)
    assert kinds(after) == [("second_payment", "noted")]
    assert [(r.refund_id, r.amount, r.receipt_ref) for r in after.refunds.values()] == [("surplus-E2", 12_990, "E2")]
    assert "payment.surplus" in facts(transition)
    assert transition.order_effect is OrderEffect.NONE
    assert not seeing(after, arrival(), arrival(ref="E2", at=later(30))).changed


@pytest.mark.invariant("PAY-20")
def test_the_surplus_that_went_back_leaves_the_order_paid() -> None:
    both = (arrival(), arrival(ref="E2", at=later(30)))
    surplus = seeing(seeing(pix(), arrival()).after, *both).after
    seen = replace(seen_refund(PRICE.amount, refund_id="surplus-E2"), receipt_ref="E2")
    transition = seeing(surplus, *both, refunds=(seen,))

    assert (transition.after.status, transition.after.refunded) == (S.PAID, 0)
    assert transition.order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-21")
def test_late_and_exact_is_paid_and_noted() -> None:
    transition = seeing(pix(), arrival(at=later(1801)))

    assert transition.after.status is S.PAID
    assert kinds(transition.after) == [("late", "noted")]
    assert "payment.discrepancy" in facts(transition)


@pytest.mark.invariant("PAY-19")
@pytest.mark.parametrize("amount", [PRICE.amount, 5])
def test_money_for_an_attempt_that_is_over_goes_back_whatever_its_amount(amount: int) -> None:
    transition = seeing(pix(S.EXPIRED), arrival(amount))
    after = transition.after

    assert (after.status, after.returned) == (S.PAID, True)
    refund = after.refunds[LATE_REFUND_ID]
    assert (refund.amount, refund.receipt_ref) == (amount, "E1")
    assert transition.order_effect is OrderEffect.NONE
    assert not seeing(after, arrival(amount)).changed


@pytest.mark.invariant("PAY-19")
def test_reopening_takes_the_exact_amount_and_no_other() -> None:
    reopened = seeing(pix(S.EXPIRED), arrival(), late_policy=LatePolicy.REOPEN)
    short = seeing(pix(S.EXPIRED), arrival(5), late_policy=LatePolicy.REOPEN)

    assert (reopened.after.returned, reopened.order_effect) == (False, OrderEffect.PAID)
    assert (short.after.returned, short.order_effect) == (True, OrderEffect.NONE)


@pytest.mark.invariant("PAY-01")
def test_money_for_an_order_that_another_payment_paid_goes_back() -> None:
    transition = seeing(pix(), arrival(7), paid_elsewhere=True)

    assert transition.after.returned
    assert "payment.surplus" in facts(transition)


@pytest.mark.invariant("PAY-21")
def test_a_person_may_accept_another_amount() -> None:
    short = seeing(pix(), arrival(12_000)).after
    transition = accept_amount(short)

    assert (transition.after.status, transition.after.captured) == (S.PAID, 12_000)
    assert kinds(transition.after) == [("underpaid", "accepted")]
    assert facts(transition) == ["payment.paid", "payment.discrepancy_resolved"]
    assert transition.order_effect is OrderEffect.PAID
    assert not accept_amount(transition.after).changed
    assert not seeing(transition.after, arrival(12_000)).changed


@pytest.mark.invariant("PAY-21")
def test_a_person_may_send_it_back_and_the_order_is_free_again() -> None:
    over = seeing(pix(), arrival(15_000)).after
    asked = request_refund(over, refund_id="r1", amount=None, reason=None, now=NOW).after
    assert asked.refunds["r1"].receipt_ref == "E1"
    seen = replace(seen_refund(15_000), receipt_ref="E1")
    transition = seeing(asked, arrival(15_000), refunds=(seen,))

    assert (transition.after.status, transition.after.returned) == (S.REFUNDED, True)
    assert kinds(transition.after) == [("overpaid", "returned")]
    assert transition.order_effect is OrderEffect.RELEASED


def test_what_is_on_its_way_back_cannot_be_accepted() -> None:
    short = seeing(pix(), arrival(12_000)).after
    asked = request_refund(short, refund_id="r1", amount=1, reason=None, now=NOW).after

    with pytest.raises(Conflict) as refused:
        accept_amount(asked)

    assert refused.value.code == "refund_in_progress"


@pytest.mark.parametrize("before", [pix(), pix(S.PAID, captured=PRICE.amount)])
def test_without_another_amount_there_is_nothing_to_accept(before: Payment) -> None:
    with pytest.raises(Conflict) as refused:
        accept_amount(before)
    assert refused.value.code == "nothing_to_accept"


def test_a_refund_names_the_piece_that_has_enough() -> None:
    two = (arrival(4_000), arrival(8_990, "E2", later(9)))
    whole = seeing(pix(), *two).after

    assert request_refund(whole, refund_id="a", amount=5_000, reason=None, now=NOW).after.refunds["a"].receipt_ref == (
        "E2"
    )
    with pytest.raises(Unprocessable) as refused:
        request_refund(whole, refund_id="a", amount=9_000, reason=None, now=NOW)
    assert (refused.value.code, refused.value.details) == ("refund_exceeds_receipt", {"largest": 8_990})
    with pytest.raises(Unprocessable) as unknown:
        request_refund(whole, refund_id="a", amount=1, reason=None, now=NOW, receipt_ref="E9")
    assert unknown.value.code == "unknown_receipt"


@pytest.mark.invariant("PAY-07")
def test_no_piece_is_sent_back_twice() -> None:
    done = seeing(pix(), arrival()).after
    half = request_refund(done, refund_id="a", amount=12_000, reason=None, now=NOW).after

    with pytest.raises(Unprocessable):
        request_refund(half, refund_id="b", amount=1_000, reason=None, now=NOW, receipt_ref="E1")


@pytest.mark.invariant("PAY-10")
def test_money_given_back_by_hand_is_recorded_and_nothing_is_sent() -> None:
    done = seeing(pix(), arrival()).after
    transition = request_refund(done, refund_id="a", amount=None, reason=None, now=NOW, by_hand=True)

    assert transition.after.status is S.REFUNDED
    assert not transition.after.open_commands
    assert facts(transition) == ["payment.refund_succeeded", "payment.refunded"]
    assert transition.order_effect is OrderEffect.REFUNDED


@pytest.mark.invariant("PAY-14", "PAY-20")
@given(
    amounts=st.lists(st.sampled_from([12_990, 12_000, 990, 5]), min_size=1, max_size=4),
)
def test_arrivals_seen_in_any_portions_end_in_the_same_money(amounts: list[int]) -> None:
    arrivals = [arrival(amount, f"E{n}", later(n)) for n, amount in enumerate(amounts)]
    at_once = seeing(pix(), *arrivals).after
    bit_by_bit = pix()
    for upto in range(1, len(arrivals) + 1):
        bit_by_bit = seeing(bit_by_bit, *arrivals[:upto]).after

    assert (at_once.status, at_once.captured) == (bit_by_bit.status, bit_by_bit.captured)
    assert at_once.refunds.keys() == bit_by_bit.refunds.keys()
    received = sum(amounts)
    surplus = sum(one.amount for one in at_once.receipts.values() if one.surplus)
    assert at_once.captured + surplus == received, "no piece is lost or counted twice"
    assert all(at_once.left_of(one) >= 0 for one in at_once.receipts.values())
    assert at_once.confirmed == (PRICE.amount in itertools.accumulate(amounts))


def test_a_refund_of_nothing_known_keeps_its_piece() -> None:
    done = seeing(pix(), arrival()).after
    seen = replace(seen_refund(500, refund_id=None, ref="dev9"), receipt_ref="E1")
    after = seeing(done, arrival(), refunds=(seen,)).after

    assert after.refunds["dev9"].receipt_ref == "E1"
    assert isinstance(after.refunds["dev9"], Refund)
    assert after.refunds["dev9"].status is CommandStatus.SUCCEEDED


@pytest.mark.invariant("PAY-19", "PAY-20")
@pytest.mark.parametrize("elsewhere", [False, True])
def test_late_money_in_pieces_goes_back_piece_by_piece(elsewhere: bool) -> None:
    before = pix() if elsewhere else pix(S.EXPIRED)
    after = seeing(before, arrival(6_000), arrival(6_990, "E2", later(9)), paid_elsewhere=elsewhere).after

    assert after.returned
    back = [(one.refund_id, one.amount, one.receipt_ref) for one in after.refunds.values()]
    assert back == [(LATE_REFUND_ID, 6_000, "E1"), (f"{LATE_REFUND_ID}-2", 6_990, "E2")]


@pytest.mark.invariant("PAY-01", "PAY-10")
def test_money_that_went_back_undecided_and_returns_never_becomes_the_order_s() -> None:
    short = seeing(pix(), arrival(5_000)).after
    asked = request_refund(short, refund_id="r1", amount=None, reason=None, now=NOW).after
    seen = replace(seen_refund(5_000), receipt_ref="E1")
    back = seeing(asked, arrival(5_000), refunds=(seen,))
    assert "payment.paid" not in facts(back), "nobody took it for a payment"

    failed = seeing(back.after, arrival(5_000), refunds=(replace(seen, status=CommandStatus.FAILED),))
    assert (failed.after.status, failed.order_effect) == (S.PAID, OrderEffect.NONE)
    assert failed.after.refundable == 5_000
    with pytest.raises(Conflict) as refused:
        accept_amount(failed.after)
    assert refused.value.code == "already_returned"

    whole = seeing(back.after, arrival(5_000), arrival(ref="E2", at=later(30)), refunds=(seen,))
    assert whole.after.status is S.REFUNDED
    assert whole.after.refunds["surplus-E2"].amount == PRICE.amount
    assert whole.order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-21")
def test_a_sum_of_which_part_goes_back_is_not_the_exact_amount() -> None:
    short = seeing(pix(), arrival(5_000)).after
    asked = request_refund(short, refund_id="r1", amount=None, reason=None, now=NOW).after
    transition = seeing(asked, arrival(5_000), arrival(7_990, "E2", later(30)))

    assert transition.after.status is S.REVIEW
    assert transition.order_effect is OrderEffect.NONE


@pytest.mark.invariant("PAY-20")
def test_two_surpluses_with_long_names_have_refunds_of_their_own() -> None:
    long = "x" * 60
    done = seeing(pix(), arrival()).after
    after = seeing(done, arrival(ref=f"{long}:2", at=later(20)), arrival(ref=f"{long}:3", at=later(30))).after

    assert len(after.refunds) == 2
    assert all(len(name) <= 64 for name in after.refunds)


def test_a_refund_by_hand_under_a_known_name_is_refused() -> None:
    done = seeing(pix(), arrival()).after
    asked = request_refund(done, refund_id="a", amount=500, reason=None, now=NOW).after

    with pytest.raises(Unprocessable) as refused:
        request_refund(asked, refund_id="a", amount=500, reason=None, now=NOW, by_hand=True)
    assert refused.value.code == "refund_id_reused"
