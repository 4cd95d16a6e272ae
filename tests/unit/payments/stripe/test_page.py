"""docs/providers/stripe.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import stripe

from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateways.stripe.client import API_VERSION
from commerce.payments.gateways.stripe.events import KNOWN_TYPES
from commerce.payments.gateways.stripe.signature import WINDOW_SECONDS
from commerce.payments.gateways.stripe.units import STRIPE_UNITS

PAGE = (Path(__file__).resolve().parents[4] / "docs/providers/stripe.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"# {title}\n")[2].partition("\n#")[0]


def test_the_events_to_subscribe_to_are_the_events_we_know() -> None:
    listed = section("Events").split("```")[1].split()
    assert sorted(listed) == sorted(KNOWN_TYPES)


def test_versions_and_window_are_the_pinned_ones() -> None:
    assert f"`{API_VERSION}`" in PAGE
    assert f"`stripe` {stripe.VERSION}" in PAGE
    assert f"within {WINDOW_SECONDS} seconds" in PAGE


def test_every_special_currency_is_in_its_row() -> None:
    rows = {
        frozenset(re.findall(r"\b[A-Z]{3}\b", row.partition("|")[0])): row
        for row in section("Amounts").replace("\n| ", "\n").splitlines()
    }
    for digits in (0, 3):
        special = frozenset(code for code, found in STRIPE_UNITS.exponents.items() if found == digits)
        assert special in rows
    assert frozenset(code for code, step in STRIPE_UNITS.steps.items() if step == 100) in rows


def test_every_buyer_code_is_in_the_table() -> None:
    assert set(re.findall(r"^\| `(\w+)`", section("Declines"), re.MULTILINE)) - {"buyer_code"} == set(BuyerCode)
