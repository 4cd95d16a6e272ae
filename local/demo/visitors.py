"""A chapter about requests that are turned away, each with its reason, and that leave no trace."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from urllib.parse import urljoin

from local.demo.checks import expect
from local.demo.connections import Reply
from local.demo.goods import BRUNO, CUP, EMMA, Order
from local.demo.providers import BANK, PAYPAL
from local.demo.shop import PAID, Shop


def turned_away(shop: Shop) -> str:
    order = Order("order-1008", BRUNO, (CUP,))
    _orders(shop, order)
    shop.register(order)
    _checkouts(shop, order)
    _webhooks(shop)
    shop.stack.drain()
    found = shop.api.ask("GET", f"/orders/{order.order_id}", token=shop.store_token)
    expect("Attempts to pay", found.body["payment_ids"], [])
    return "9 refused with a reason, none left a trace"


def _orders(shop: Shop, order: Order) -> None:
    path, body = f"/orders/{order.order_id}", order.body()
    _refused(shop, "no token", shop.api.ask("PUT", path, body=body), 401, "Unauthorized")
    reply = shop.api.ask("PUT", path, token=shop.buyer_token(order), body=body)
    _refused(shop, "a buyer registers an order", reply, 403, "Forbidden")
    reply = shop.api.ask("PUT", path, token=shop.store_token, body={**body, "amount": 0})
    _refused(shop, "an order of nothing", reply, 422, "invalid_request")
    pay = {"order_id": order.order_id}
    reply = shop.api.ask("POST", "/checkout/card", token=shop.buyer_token(order), body=pay, key="visitor-1")
    _refused(shop, "an order nobody registered", reply, 404, "order_not_found")


def _checkouts(shop: Shop, order: Order) -> None:
    pay: dict[str, object] = {"order_id": order.order_id}
    stranger = shop.buyer_token(replace(order, buyer=EMMA))
    reply = shop.api.ask("POST", "/checkout/card", token=stranger, body=pay, key="visitor-2")
    _refused(shop, "Emma pays an order of Bruno's", reply, 403, "foreign_resource")
    pay["amount"] = 1
    reply = shop.api.ask("POST", "/checkout/card", token=shop.buyer_token(order), body=pay, key="visitor-3")
    _refused(shop, "Bruno names his own price", reply, 422, "invalid_request")


def _webhooks(shop: Shop) -> None:
    forged = {"Stripe-Signature": f"t={int(time.time())},v1={'0' * 64}"}
    reply = shop.api.send("POST", shop.webhook_url, data=json.dumps({"type": PAID}), headers=forged)
    _refused(shop, "a forged webhook", reply, 401, "signature_invalid")
    approved = {"event_type": "CHECKOUT.ORDER.APPROVED"}
    reply = shop.api.send("POST", shop.stack.function_url(PAYPAL.webhook), json=approved)
    _refused(shop, "one in PayPal's name, not signed", reply, 401, "signature_missing")
    guessed = urljoin(shop.stack.function_url(BANK.webhook), "guessed/pix")
    reply = shop.api.send("POST", guessed, json={"pix": [{"endToEndId": "E" + "0" * 31}]})
    _refused(shop, "one about a Pix, by a guessed path", reply, 401, "signature_invalid")


def _refused(shop: Shop, what: str, reply: Reply, status: int, code: str) -> None:
    expect(f"The answer to {what}", (reply.status, reply.code), (status, code))
    shop.teller.step("visitor", what, f"{status}  {code}")
