"""A chapter about webhooks in disorder: repeated, and the newest first."""

from __future__ import annotations

import json

from local.demo.checks import expect, until
from local.demo.goods import EMMA, LAMP, Order
from local.demo.shop import PAID, Shop, times_paid

_DECLINED = "payment_intent.payment_failed"
_KEPT_SECONDS = 600.0
"""Webhooks are kept that long at most, newest first; they are let go before."""


def disorder(shop: Shop) -> str:
    order = Order("order-1007", EMMA, (LAMP.times(2),), currency="USD")
    shop.register(order)
    purchase = shop.check_out(order)
    shop.stripe.tell("webhooks", mode="reorder", seconds=_KEPT_SECONDS)
    shop.confirm(purchase, "pm_card_visa_chargeDeclined", "a stopped card", status=402)
    shop.confirm(purchase, "pm_card_visa", "Visa")
    received = len(shop.stack.outcomes("StripeWebhookFunction"))
    events = shop.dashboard.events(purchase.intent, [PAID, _DECLINED])
    expect("Stripe's events", [event["type"] for event in events], [PAID, _DECLINED])
    for event in [*reversed(events)] * 2:
        shop.stripe.tell(f"events/{event['id']}/resend")
    shop.stripe.tell("webhooks/flush")
    shop.stripe.tell("webhooks", mode="deliver")

    expect("Our answers", until("Six webhooks", lambda: _answers(shop, received)), [200] * 6)
    shop.teller.step("stripe", "webhooks: succeeded, failed, again", "6 come, the newest first; 6 acknowledged")
    shop.becomes(purchase, "paid")
    shop.stack.drain()
    payment = shop.payment(purchase)
    expect("Status, and how often it became paid", (payment["status"], times_paid(payment)), ("paid", 1))
    shop.receipt(purchase)
    expect("Mails", len(shop.mails(order)), 1)
    return f"paid {order.money()} once, one receipt"


def _answers(shop: Shop, received: int) -> list[int] | None:
    outcomes = shop.stack.outcomes("StripeWebhookFunction")[received:]
    return [json.loads(outcome.payload)["statusCode"] for outcome in outcomes] if len(outcomes) >= 6 else None
