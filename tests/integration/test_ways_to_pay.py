"""The ways to pay beside cards, each told once at the front door: opened, paid at the provider, known to the store."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests

from local.sandboxes.kernel.webhooks import WebhookMode
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.buyers import approve, pay
from tests.shop import BUYER, Shop, wait_for

CHARGED = 5000


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    options = StackOptions(sandboxes=all_sandboxes(mail_folder=None), redelivery=1)
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)


def book(shop: Shop, provider: str, order_id: str) -> dict[str, Any]:
    """What the provider's own books say of the order."""
    books = shop.stack.sandbox(provider).books()
    assert books["violations"] == []
    found: dict[str, Any] = books["orders"][order_id]
    return found


def payment(shop: Shop, payment_id: str) -> dict[str, Any]:
    found: dict[str, Any] = shop.ask("operator", "GET", f"/payments/{payment_id}", expect=200)["payment"]
    return found


def facts(shop: Shop, payment_id: str) -> Counter[str]:
    return Counter(fact for entry in payment(shop, payment_id)["timeline"] for fact in entry["facts"])


def status(shop: Shop, order_id: str) -> str:
    found: str = shop.ask("store", "GET", f"/orders/{order_id}", expect=200)["status"]
    return found


def mails(shop: Shop, order_id: str) -> int:
    return len(shop.stack.sandbox("sendgrid").state.for_order(order_id))


def check_out(shop: Shop, method: str, order_id: str, **choices: object) -> Any:
    shop.order(order_id)
    body = {"order_id": order_id, **choices}
    return shop.ask("buyer", "POST", f"/checkout/{method}", body, expect=201, key=f"{method}-{order_id}")


@pytest.mark.invariant("PAY-01", "PAY-17")
def test_paypal_is_taken_once_by_the_return_and_the_webhook(shop: Shop) -> None:
    """The approval's webhook is on its way while the browser comes back, twice."""
    opened = check_out(shop, "paypal", "paypal-return", funding_source="paylater")
    payment_id = opened["payment"]["payment_id"]
    approve(shop, payment_id)

    def come_back(number: int) -> requests.Response:
        path = f"/checkout/paypal/{payment_id}/capture"
        with requests.Session() as http:
            http.trust_env = False
            return Shop(shop.stack, http).request("buyer", BUYER, "POST", path, key=f"return-{number}")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(come_back, range(2)))
    shop.stack.drain()

    assert {answer.status_code for answer in answers} <= {200, 202}, [answer.text for answer in answers]
    again = shop.ask("buyer", "POST", f"/checkout/paypal/{payment_id}/capture", expect=200)
    assert again["payment"]["status"] == "paid"
    assert facts(shop, payment_id)["payment.paid"] == 1
    assert len(book(shop, "paypal", "paypal-return")["charges"]) == 1
    assert (status(shop, "paypal-return"), mails(shop, "paypal-return")) == ("paid", 1)


@pytest.mark.invariant("PAY-17")
def test_paypal_is_taken_by_the_webhook_when_the_buyer_does_not_come_back(shop: Shop) -> None:
    opened = check_out(shop, "paypal", "paypal-gone")
    approve(shop, opened["payment"]["payment_id"])
    shop.stack.drain()
    assert payment(shop, opened["payment"]["payment_id"])["status"] == "paid"
    assert book(shop, "paypal", "paypal-gone")["captured"] == CHARGED


def test_the_buyer_who_comes_back_without_approving_is_sent_there_again(shop: Shop) -> None:
    opened = check_out(shop, "paypal", "paypal-early")
    path = f"/checkout/paypal/{opened['payment']['payment_id']}/capture"
    error = shop.ask("buyer", "POST", path, expect=409)["error"]
    assert error["code"] == "payment_not_approved"
    assert error["details"]["approve_url"] == opened["approve_url"]


@pytest.mark.invariant("PAY-13", "PAY-20")
def test_a_pix_is_paid_and_half_of_it_goes_back(shop: Shop) -> None:
    opened = check_out(shop, "pix", "pix-paid")
    payment_id, pix = opened["payment"]["payment_id"], opened["pix"]
    assert base64.b64decode(pix["qr_png_base64"]).startswith(b"\x89PNG")
    assert (pix["qr_svg"][:4], pix["needs_confirmation"]) == ("<svg", False)
    bank = shop.stack.sandbox("pix_bank")
    bank.sandbox.webhooks.set_mode(WebhookMode.DUPLICATE)
    pay(shop, payment_id)
    shop.stack.drain()
    bank.sandbox.webhooks.set_mode(WebhookMode.DELIVER)

    assert (status(shop, "pix-paid"), mails(shop, "pix-paid")) == ("paid", 1)
    assert facts(shop, payment_id)["payment.paid"] == 1
    refund = {"refund_id": "half", "amount": CHARGED // 2}
    shop.ask("operator", "POST", f"/payments/{payment_id}/refunds", refund, expect=202)
    shop.stack.drain()
    assert payment(shop, payment_id)["status"] == "partially_refunded"
    assert book(shop, "pix_bank", "pix-paid")["refunded"] == CHARGED // 2


@pytest.mark.invariant("PAY-20", "PAY-21")
def test_a_pix_over_too_little_waits_for_a_person_who_takes_it(shop: Shop) -> None:
    payment_id = check_out(shop, "pix", "pix-little")["payment"]["payment_id"]
    pay(shop, payment_id, amount=CHARGED - 1)
    shop.stack.drain()
    held = payment(shop, payment_id)
    assert (held["status"], held["review_reason"], status(shop, "pix-little")) == ("review", "underpaid", "open")
    (difference,) = held["discrepancies"]
    assert (difference["expected"], difference["received"], difference["resolution"]) == (CHARGED, CHARGED - 1, None)

    shop.ask("operator", "POST", f"/payments/{payment_id}/confirmations", {}, expect=202)
    shop.stack.drain()
    taken = payment(shop, payment_id)
    assert (taken["status"], taken["discrepancies"][0]["resolution"]) == ("paid", "accepted")
    assert (status(shop, "pix-little"), mails(shop, "pix-little")) == ("paid", 1)


@pytest.mark.invariant("PAY-20")
def test_a_second_pix_goes_back_by_itself(shop: Shop) -> None:
    payment_id = check_out(shop, "pix", "pix-twice")["payment"]["payment_id"]
    pay(shop, payment_id)
    pay(shop, payment_id, again=True)
    shop.stack.drain()
    seen = payment(shop, payment_id)
    assert (seen["status"], seen["captured"], [one["status"] for one in seen["refunds"]]) == (
        "paid",
        CHARGED,
        ["succeeded"],
    )
    assert facts(shop, payment_id)["payment.surplus"] == 1
    books = book(shop, "pix_bank", "pix-twice")
    assert (books["captured"], books["refunded"]) == (2 * CHARGED, CHARGED)


@pytest.mark.invariant("PAY-01", "PAY-02", "PAY-19")
def test_an_open_pix_is_ended_at_the_bank_before_the_card_is_charged(shop: Shop) -> None:
    """The buyer changes their mind: the bank's worker ends the code, and the card's checkout comes through then."""
    pix = check_out(shop, "pix", "pix-then-card")["payment"]["payment_id"]
    body = {"order_id": "pix-then-card"}
    first = shop.request("buyer", BUYER, "POST", "/checkout/card", body, key="then-card")
    assert first.status_code == 409, first.text
    assert (first.json()["error"]["code"], first.json()["error"]["retryable"]) == ("cancel_in_progress", True)
    shop.stack.drain()
    wait_for(lambda: payment(shop, pix)["status"] in ("canceled", "expired"))

    opened = shop.ask("buyer", "POST", "/checkout/card", body, expect=201, key="then-card")
    shop.confirm(opened["client_secret"])
    assert payment(shop, opened["payment"]["payment_id"])["status"] == "paid"
    assert status(shop, "pix-then-card") == "paid"
    assert book(shop, "pix_bank", "pix-then-card")["captured"] == 0
    assert book(shop, "stripe", "pix-then-card")["captured"] == CHARGED


@pytest.mark.invariant("PAY-13", "PAY-21")
def test_a_boleto_is_due_on_a_business_day_and_paid_by_its_bars(shop: Shop) -> None:
    asked = next_sunday()
    opened = check_out(shop, "boleto", "boleto-paid", due_date=asked.isoformat())
    payment_id, boleto = opened["payment"]["payment_id"], opened["boleto"]
    due = date.fromisoformat(boleto["due_date"])
    assert boleto["due_date_moved_from"] == asked.isoformat()
    assert asked < due < asked + timedelta(days=7)
    assert due.isoweekday() <= 5
    assert [len(boleto[name]) for name in ("barcode", "digitable_line")] == [44, 47]
    assert boleto["barcode_svg"].startswith("<svg")
    assert requests.get(boleto["pdf_url"], timeout=10).content.startswith(b"%PDF")
    pay(shop, payment_id)
    shop.stack.drain()

    assert (payment(shop, payment_id)["status"], status(shop, "boleto-paid")) == ("paid", "paid")
    assert (facts(shop, payment_id)["payment.paid"], mails(shop, "boleto-paid")) == (1, 1)


@pytest.mark.invariant("PAY-21")
def test_a_boleto_over_too_much_waits_for_a_person_who_sends_it_back(shop: Shop) -> None:
    payment_id = check_out(shop, "boleto", "boleto-much")["payment"]["payment_id"]
    pay(shop, payment_id, amount=CHARGED + 1)
    shop.stack.drain()
    held = payment(shop, payment_id)
    assert (held["status"], held["review_reason"], status(shop, "boleto-much")) == ("review", "overpaid", "open")

    shop.ask("operator", "POST", f"/payments/{payment_id}/refunds", {"refund_id": "all"}, expect=202)
    shop.stack.drain()
    returned = payment(shop, payment_id)
    assert (returned["status"], returned["discrepancies"][0]["resolution"]) == ("refunded", "returned")
    assert (status(shop, "boleto-much"), mails(shop, "boleto-much")) == ("open", 0)
    assert book(shop, "mercado_pago", "boleto-much")["refunded"] == CHARGED + 1


def test_who_pays_by_card_what_is_paid_by_pix_is_told_so(shop: Shop) -> None:
    pay(shop, check_out(shop, "pix", "pix-first")["payment"]["payment_id"])
    shop.stack.drain()
    answer = shop.ask("buyer", "POST", "/checkout/card", {"order_id": "pix-first"}, expect=409)
    assert answer["error"]["code"] == "order_already_paid"


def next_sunday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.isoweekday() % 7)
