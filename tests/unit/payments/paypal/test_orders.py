"""What is asked of PayPal: bodies that add up, carry our references, and are the same for every try."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.orders.model import Address, Item
from commerce.payments.gateways.paypal.orders import (
    capture_body,
    completing_verb,
    order_body,
    refund_body,
    request_id,
)
from commerce.payments.gateways.paypal.settings import Pages
from commerce.payments.gateways.paypal.units import parse_money
from commerce.payments.model import CheckoutChoices, CommandStatus, Refund
from commerce.platform.money import Money
from tests.builders import NOW, PRICE, order_terms
from tests.unit.payments.paypal.rig import MANUAL, PAGES, TERMS, at_paypal, start_payment


def body(**changes: Any) -> dict[str, Any]:
    return order_body(start_payment(), order_terms(**changes), PAGES)


def unit(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = body(**changes)["purchase_units"][0]
    return found


def minor(money: dict[str, str]) -> int:
    return parse_money(money["value"], money["currency_code"]).amount


def test_it_carries_all_our_references() -> None:
    found = unit()
    assert (found["reference_id"], found["custom_id"], found["invoice_id"]) == ("order-1", "pay_1", "pay_1")
    context = body()["payment_source"]["paypal"]["experience_context"]
    for page in ("return_url", "cancel_url"):
        query = parse_qs(urlsplit(context[page]).query)
        assert (query["payment_id"], query["order_id"]) == (["pay_1"], ["order-1"])
    assert context["user_action"] == "PAY_NOW"
    assert context["shipping_preference"] == "SET_PROVIDED_ADDRESS"


def test_a_page_s_own_query_stays_and_ours_is_there_once() -> None:
    pages = Pages("https://store.example/done?a=1&order_id=old#top", "https://store.example/cart")
    context = order_body(start_payment(), TERMS, pages)["payment_source"]["paypal"]["experience_context"]
    assert context["return_url"] == "https://store.example/done?a=1&payment_id=pay_1&order_id=order-1#top"


@pytest.mark.parametrize(("locale", "shown"), [("pt-BR", "pt-BR"), ("en", "en-US")])
def test_the_pages_speak_the_buyer_s_language(locale: str, shown: str) -> None:
    buyer = replace(TERMS.buyer, locale=locale)
    assert body(buyer=buyer)["payment_source"]["paypal"]["experience_context"]["locale"] == shown


def test_the_intent_is_the_capture_method() -> None:
    assert order_body(start_payment(), TERMS, PAGES)["intent"] == "CAPTURE"
    assert order_body(start_payment(capture_method=MANUAL), TERMS, PAGES)["intent"] == "AUTHORIZE"
    assert completing_verb(at_paypal("1")) == "capture"
    assert completing_verb(at_paypal("1", choices=CheckoutChoices(capture_method=MANUAL))) == "authorize"


@pytest.mark.parametrize(
    ("items", "rest"),
    [(12_990, {}), (10_000, {"shipping": 2_990}), (15_000, {"discount": 2_010})],
)
def test_what_the_items_lack_or_exceed_is_shipping_or_discount(items: int, rest: dict[str, int]) -> None:
    breakdown = unit(items=(Item("SKU-1", "Cafeteira", items, 1),))["amount"]["breakdown"]
    assert {name: minor(money) for name, money in breakdown.items()} == {"item_total": items, **rest}


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 50)), max_size=8), st.integers(1, 10**7))
def test_an_order_always_adds_up(lines: list[tuple[int, int]], total: int) -> None:
    items = tuple(Item(f"S{n}", "Item", price, quantity) for n, (price, quantity) in enumerate(lines))
    terms = order_terms(items=items)
    request = replace(start_payment(), money=Money(total, "BRL"))
    found = order_body(request, terms, PAGES)["purchase_units"][0]
    amount = found["amount"]
    parts = {name: minor(money) for name, money in amount.get("breakdown", {"item_total": amount}).items()}
    assert parts["item_total"] + parts.get("shipping", 0) - parts.get("discount", 0) == minor(amount) == total
    listed = sum(minor(item["unit_amount"]) * int(item["quantity"]) for item in found.get("items", []))
    assert not items or listed == parts["item_total"]


def test_prices_finer_than_paypal_s_unit_are_left_out() -> None:
    items = (Item("A", "Half", 9_950, 1), Item("B", "Half", 50, 1))
    request = replace(start_payment(), money=Money(10_000, "HUF"))
    found = order_body(request, order_terms(money=request.money, items=items), PAGES)["purchase_units"][0]
    assert found["amount"] == {"currency_code": "HUF", "value": "100"}
    assert "items" not in found


def test_long_words_are_cut_to_what_paypal_takes() -> None:
    items = (Item("S" * 200, "N" * 255, PRICE.amount, 1),)
    address = Address("L" * 255, "C" * 255, "BR", "01310100", number="9" * 255, line2="X" * 255, district="D" * 255)
    found = unit(items=items, shipping_address=address)
    assert len(found["items"][0]["name"]) == 127
    assert {len(found["shipping"]["address"][f"address_line_{n}"]) for n in (1, 2)} == {300}
    assert len(found["shipping"]["address"]["admin_area_2"]) == 120


def test_the_address_is_the_order_s() -> None:
    shipping = unit()["shipping"]
    assert shipping["name"] == {"full_name": "Ana Souza"}
    assert shipping["address"] == {
        "address_line_1": "Rua das Flores, 100",
        "admin_area_2": "São Paulo",
        "admin_area_1": "SP",
        "postal_code": "01310100",
        "country_code": "BR",
    }


def test_nothing_of_the_buyer_is_sent_but_where_it_goes() -> None:
    sent = str(body())
    for private in (TERMS.buyer.email, TERMS.buyer.phone, TERMS.buyer.tax_id):
        assert private is not None
        assert private not in sent


@pytest.mark.invariant("PAY-02")
def test_every_try_asks_the_same() -> None:
    assert body() == body()


def test_a_refund_always_names_its_amount() -> None:
    refund = Refund("r1", 1000, CommandStatus.SENT, requested_at=NOW)
    assert refund_body(at_paypal("1"), refund, PRICE.with_amount(1000)) == {
        "amount": {"currency_code": "BRL", "value": "10.00"},
        "custom_id": "r1",
        "invoice_id": "pay_1-r1",
    }
    long = replace(refund, refund_id="r" * 200)
    assert len(refund_body(at_paypal("1"), long, PRICE)["invoice_id"]) == 127


def test_a_capture_is_final() -> None:
    assert capture_body(PRICE) == {"amount": {"currency_code": "BRL", "value": "129.90"}, "final_capture": True}


def test_a_key_of_any_length_fits() -> None:
    assert request_id("pay_1:create") == "pay_1:create"
    long = "k" * 109
    assert len(request_id(long)) <= 108
    assert request_id(long) == request_id(long) != request_id("k" * 110)
