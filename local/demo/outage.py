"""A chapter about doubt: the provider charges, cuts the line and falls silent, and nobody pays twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.demo.checks import expect
from local.demo.goods import ANA, CUP, POT, Order
from local.demo.shop import Purchase, Shop, expect_status, times_paid
from local.demo.time_passing import tick

POLL_SECONDS = "1,2,4,8,3600"
"""When a payment without an answer is asked for again: the demo has no minutes to wait (CardPollSeconds)."""

_CREATE = "^/v1/payment_intents$"


def outage(shop: Shop) -> str:
    order = Order("order-1006", ANA, (POT, CUP))
    card = _save_card(shop, order)
    shop.register(order)
    with _stripe_down(shop):
        purchase = shop.check_out(order, status=202, by_store=True, payment_method_id=card)
        charges = shop.books(order)["charges"]
        expect("Charges at Stripe", len(charges), 1)
        shop.teller.step("stripe", "in its books, out of our sight", f"one charge of {order.money()}")
        again = shop.check_out(
            order,
            key="click-2",
            status=202,
            told="the same payment, still unknown",
            by_store=True,
            payment_method_id=card,
        )
        expect("The second click's payment", again.payment_id, purchase.payment_id)
        expect("The payment's status", shop.payment(purchase)["status"], "unknown")
    shop.teller.step("stripe", "is back", "its webhooks are still missing")
    tick(shop, purchase, told="this payment is; Stripe is asked for it")
    payment = shop.becomes(purchase, "paid")
    expect("Who found out", payment["timeline"][-1]["source"], "poll")
    _late_webhooks(shop, purchase)
    expect("Charges at Stripe", shop.books(order)["charges"], charges)
    shop.receipt(purchase)
    return f"unknown, then found: {order.money()}, charged once"


def _save_card(shop: Shop, order: Order) -> str:
    """The buyer becomes a customer with a saved card; gives the card's id."""
    buyer, token = order.buyer, shop.buyer_token(order)
    profile = {"user_id": buyer.id, "email": buyer.email, "name": buyer.name}
    expect_status("The customer", shop.api.ask("POST", "/customers", token=token, body=profile, key="customer"), 201)
    path = f"/customers/{buyer.id}/payment-methods"
    setup = shop.api.ask("POST", path, token=token, body={}, key="method")
    expect_status("Saving a card", setup, 201)
    expect("Stripe's answer to the browser", shop.browser.confirm(setup.body, "pm_card_visa").status, 200)
    saved = shop.api.ask("GET", path, token=token)
    expect_status("The saved cards", saved, 200)
    (method,) = saved.body["payment_methods"]
    shop.teller.step(buyer.id, "saves a card; the store may charge it", f"{setup.status}  ending in {method['last4']}")
    return str(method["payment_method_id"])


@contextmanager
def _stripe_down(shop: Shop) -> Iterator[None]:
    shop.stripe.tell("faults", kind="cut_after", method="POST", path=_CREATE)
    shop.stripe.tell("faults", kind="status", status=503, method="POST", path=_CREATE, times=10)
    shop.stripe.tell("webhooks", mode="hold")
    shop.teller.step("stripe", "goes down", "it will act, cut the line, and tell nobody")
    yield
    shop.stripe.clear("faults")


def _late_webhooks(shop: Shop, purchase: Purchase) -> None:
    shop.stripe.tell("webhooks", mode="deliver")
    late = shop.stripe.tell("webhooks/flush")["flushed"]
    shop.stack.drain()
    expect("How often it became paid", times_paid(shop.payment(purchase)), 1)
    shop.teller.step("stripe", "delivers its late webhooks", f"{late} came, nothing changed")
