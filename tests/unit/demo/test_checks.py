"""What the demo expects, and what it says when it is not so; and what its orders amount to."""

from __future__ import annotations

import pytest

from local.demo.checks import WentWrong, expect, until
from local.demo.goods import ANA, CUP, TEA, Order, written


def test_a_difference_names_both_sides() -> None:
    expect("The status", 201, 201)
    with pytest.raises(WentWrong, match=r"The status: expected 201, got 500\."):
        expect("The status", 500, 201)


def test_waiting_ends_with_what_was_found() -> None:
    looks = iter([None, None, "paid"])
    assert until("A payment", lambda: next(looks)) == "paid"


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(WentWrong, match=r"A payment: not within 0 s\."):
        until("A payment", lambda: None, patience=0)


def test_an_order_is_worth_its_items_and_their_way() -> None:
    order = Order("order-1", ANA, (CUP.times(2), TEA), shipping=1590)
    assert order.body()["amount"] == 2 * CUP.unit_price + TEA.unit_price + 1590
    assert order.money() == "R$ 173,20"


@pytest.mark.parametrize(("amount", "currency", "text"), [(9400, "USD", "$94.00"), (500, "JPY", "¥500")])
def test_amounts_are_written_as_their_country_does(amount: int, currency: str, text: str) -> None:
    assert written(amount, currency) == text
