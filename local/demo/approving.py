"""A chapter about PayPal: the buyer agrees there; her return and a webhook both tell of it, and one takes the money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from local.demo.checks import expect
from local.demo.goods import EMMA, LAMP, Order
from local.demo.providers import PAYPAL
from local.demo.shop import Purchase, Shop, expect_status, times_paid

_APPROVED = "CHECKOUT.ORDER.APPROVED"
_RETURN = "https://store.example/checkout/paypal/return"


def by_paypal(shop: Shop) -> str:
    order = Order("order-1009", EMMA, (LAMP.times(3),), currency="USD", shipping=500)
    shop.register(order)
    purchase = shop.check_out(order, by="paypal")
    shop.paypal.tell("webhooks", mode="hold")
    _agree(shop, purchase)
    payment = shop.payment(purchase)
    expect("What is taken when she has only agreed", (payment["status"], payment["captured"]), ("action_required", 0))

    _both_at_once(shop, purchase)
    payment = shop.payment(purchase)
    expect("What was taken, and how often", (payment["captured"], times_paid(payment)), (order.amount, 1))
    expect("Captures asked for", _captures(shop), 1)
    shop.teller.step("paypal", "in its books", f"one capture of {order.money()}, asked for once")
    shop.receipt(purchase)
    return f"paid {order.money()} by one capture"


def _agree(shop: Shop, purchase: Purchase) -> None:
    """The buyer follows the link, agrees, and is sent back to the store."""
    page = str(purchase.checkout["approve_url"])
    expect("PayPal's page", shop.browser.open(page).status, 200)
    (token,) = parse_qs(urlsplit(page).query)["token"]
    back = shop.browser.submit(page, token=token, choice="ok", funding="paypal")
    expect("The way back to the store", (back.status, (back.location or "").startswith(_RETURN)), (303, True))
    shop.teller.step("emma", "on PayPal's page: agrees", f"303  back to {_RETURN}")


def _both_at_once(shop: Shop, purchase: Purchase) -> None:
    """The store's page asks for the money while the webhook makes the worker ask for it."""
    path = f"/checkout/paypal/{purchase.payment_id}/capture"
    token = shop.buyer_token(purchase.order)
    with ThreadPoolExecutor(1) as page:
        asked = page.submit(lambda: shop.api.ask("POST", path, token=token, key="return-1"))
        shop.paypal.tell("webhooks", mode="deliver")
        shop.paypal.tell("webhooks/flush")
        reply = asked.result()
    expect_status("The return", reply, 200)
    status = reply.body["payment"]["status"]
    shop.teller.step("emma", "POST /checkout/paypal/.../capture", f"{reply.status}  payment is {status}")
    expect("The payment on her return", status, "paid")
    shop.acknowledged_all(PAYPAL)
    shop.teller.step("paypal", f"webhook {_APPROVED}", "at the same moment; verified, queued, acknowledged")
    shop.stack.drain()
    expect("PayPal's charges", len(shop.books(purchase.order, PAYPAL)["charges"]), 1)


def _captures(shop: Shop) -> int:
    return sum(e["method"] == "POST" and e["path"].endswith("/capture") for e in shop.paypal.look("log"))
