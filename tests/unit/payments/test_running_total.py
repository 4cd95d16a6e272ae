"""Arrivals of money out of a provider's sum: whatever is seen when, each cent counts once."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import Payment
from commerce.payments.receipts import Receipt
from commerce.payments.running_total import RunningTotal, pieces_of
from commerce.payments.status import PaymentStatus
from tests.builders import NOW, later, payment, snapshot

PRICE = 12_990


def told(total: int, known: dict[str, Receipt] | None = None, newest_at: datetime = NOW) -> dict[str, Receipt]:
    """The ledger's receipts after this sum was seen: those it knows stay as they are."""
    seen = pieces_of(payment(receipts=known or {}), RunningTotal("b1", total, NOW, newest_at))
    return {**{receipt.ref: receipt for receipt in seen}, **(known or {})}


def amounts(receipts: dict[str, Receipt]) -> dict[str, int]:
    return {ref: receipt.amount for ref, receipt in receipts.items()}


@pytest.mark.parametrize("total", [1, PRICE - 1, PRICE, PRICE + 1, 2 * PRICE - 1])
def test_less_than_twice_the_amount_is_one_arrival(total: int) -> None:
    assert amounts(told(total)) == {"b1": total}


@pytest.mark.parametrize("total", [2 * PRICE, 2 * PRICE + 5, 3 * PRICE])
def test_twice_the_amount_at_first_sight_is_the_payment_and_a_second_one(total: int) -> None:
    assert amounts(told(total)) == {"b1": PRICE, "b1:2": total - PRICE}


def test_what_the_sum_grew_by_has_arrived_since() -> None:
    first = told(5_000)
    second = told(12_990, first, later(60))
    third = told(20_000, second, later(120))
    assert amounts(third) == {"b1": 5_000, "b1:2": 7_990, "b1:3": 7_010}
    assert [receipt.received_at for receipt in third.values()] == [NOW, later(60), later(120)]


def test_an_older_sum_adds_nothing_and_takes_nothing() -> None:
    known = told(12_990, told(5_000))
    assert told(5_000, known) == known
    assert told(0, known) == known


def test_no_money_is_no_arrival() -> None:
    assert told(0) == {}


@pytest.mark.invariant("PAY-21")
@given(st.lists(st.integers(1, 3 * PRICE), min_size=1, max_size=8), st.data())
def test_each_cent_counts_once_whatever_is_seen_and_how_often(payments: list[int], data: st.DataObject) -> None:
    known: dict[str, Receipt] = {}
    total = seen = 0
    for amount in payments:
        total += amount
        if data.draw(st.booleans()):
            seen = total
            for _ in range(data.draw(st.integers(1, 3))):
                known = told(total, known)
        stale = data.draw(st.integers(0, seen))
        assert told(stale, known) == known
        assert sum(amounts(known).values()) == seen


def after_seeing(before: Payment, *totals: int) -> Payment:
    """Each sum folded into the version that the one before it left."""
    for total in totals:
        seen = snapshot(
            PaymentStatus.PAID, captured=0, authorized=0, received_total=RunningTotal("b1", total, NOW, later(60))
        )
        before = fold(before, seen, livemode=False, now=later(60), late_policy=LatePolicy.REFUND).after
    return before


def boleto() -> Payment:
    return payment(PaymentStatus.ACTION_REQUIRED, method="boleto")


@pytest.mark.invariant("PAY-17", "PAY-20")
def test_two_readers_of_different_sums_lose_no_money_whoever_writes_first() -> None:
    """Both asked before anything was counted, one before and one after the last ten reais came."""
    first_smaller = after_seeing(boleto(), PRICE - 1_000, PRICE)
    first_larger = after_seeing(boleto(), PRICE, PRICE - 1_000)

    for one in (first_smaller, first_larger):
        assert (one.status, one.captured) == (PaymentStatus.PAID, PRICE)
    assert amounts(dict(first_smaller.receipts)) == {"b1": PRICE - 1_000, "b1:2": 1_000}
    assert amounts(dict(first_larger.receipts)) == {"b1": PRICE}


@pytest.mark.invariant("PAY-17", "PAY-20")
@given(st.lists(st.integers(1, 3 * PRICE), min_size=1, max_size=6))
def test_in_whatever_order_sums_are_folded_the_largest_is_what_came(totals: list[int]) -> None:
    paid = after_seeing(boleto(), *totals)
    assert sum(receipt.amount for receipt in paid.receipts.values()) == max(totals)
