"""What the demo reads out of the providers' books, and how it says where news came from."""

from __future__ import annotations

from typing import Any

import pytest

from local.demo.providers import BANK, STRIPE, accounts, told_by


def books(**sums: Any) -> dict[str, Any]:
    return {"order-1": {"currency": "brl", "charges": ["c1"], "captured": 100, "refunded": 0} | sums}


@pytest.mark.parametrize(
    ("sums", "verdict"),
    [
        ({}, "charged once"),
        ({"refunded": 40}, "charged once"),
        ({"refunded": 100}, "charged once, all given back"),
        ({"charges": ["c1", "c2"], "captured": 200}, "NOT CHARGED ONCE"),
        ({"charges": ["c1", "c2"], "captured": 200, "refunded": 200}, "NOT CHARGED ONCE"),
    ],
)
def test_an_order_is_charged_once_or_it_is_said(sums: dict[str, Any], verdict: str) -> None:
    (account,) = accounts(STRIPE, books(**sums))
    assert (account.verdict, account.currency) == (verdict, "BRL")


def test_an_order_that_nobody_paid_is_in_no_books() -> None:
    assert list(accounts(BANK, books(charges=[], captured=0))) == []


def test_money_that_is_only_held_is_in_the_books() -> None:
    (account,) = accounts(STRIPE, books(charges=[], captured=0, authorized=100))
    assert (account.held, account.kept, account.verdict) == (100, 0, "NOT CHARGED ONCE")


def test_news_name_the_provider_as_people_call_it() -> None:
    timeline = [{"source": "call"}, {"source": "poll"}]
    assert told_by({"provider": "bacen", "timeline": timeline}) == "found by asking the bank"
