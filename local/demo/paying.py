"""Chapters about buyers who pay: a card, a declined one, one whose bank asks back."""

from __future__ import annotations

from local.demo.checks import expect
from local.demo.goods import ANA, BRUNO, CUP, EMMA, LAMP, POT, TEA, Order
from local.demo.shop import Shop

_THANKS = "https://store.example/thanks"


def by_card(shop: Shop) -> str:
    order = Order("order-1001", ANA, (CUP.times(2), TEA), shipping=1590)
    shop.register(order)
    purchase = shop.check_out(order)
    shop.confirm(purchase, "pm_card_visa", "Visa")
    shop.acknowledged(purchase)
    payment = shop.becomes(purchase, "paid")
    expect("What was taken", payment["captured"], order.amount)
    shop.receipt(purchase)
    return f"paid {order.money()}, receipt sent"


def declined(shop: Shop) -> str:
    order = Order("order-1002", BRUNO, (POT,))
    shop.register(order)
    purchase = shop.check_out(order)
    shop.confirm(purchase, "pm_card_visa_chargeDeclinedInsufficientFunds", "an empty card", status=402)
    payment = shop.becomes(purchase, "failed")
    told = payment["failure"]["messages"]
    for locale in ("pt-BR", "en"):
        shop.teller.note(f"{locale + ':':<7}{told[locale]}")
    expect("Charges at Stripe", shop.books(order)["charges"], [])

    shop.confirm(purchase, "pm_card_mastercard", "Mastercard")
    paid = shop.becomes(purchase, "paid")
    expect("The payment", (paid["payment_id"], paid["attempt"], paid["failure"]), (purchase.payment_id, 1, None))
    expect("The card", paid["card"]["brand"], "mastercard")
    shop.receipt(purchase)
    return f"paid {order.money()} with another card"


def asked_by_the_bank(shop: Shop) -> str:
    order = Order("order-1003", EMMA, (LAMP,), currency="USD", shipping=500)
    shop.register(order)
    purchase = shop.check_out(order)
    reply = shop.browser.confirm(purchase.checkout, "pm_card_threeDSecure2Required", _THANKS)
    expect("The PaymentIntent", reply.body["status"], "requires_action")
    shop.teller.step("browser", "Stripe.js: pay with Visa", "200  requires_action: the bank asks first")

    page = reply.body["next_action"]["redirect_to_url"]["url"]
    expect("The bank's page", shop.browser.open(page).status, 200)
    expect("What was taken before the bank agreed", shop.payment(purchase)["captured"], 0)
    back = shop.browser.submit(page, outcome="succeeded")
    expect("The way back to the store", (back.status, (back.location or "").startswith(_THANKS)), (303, True))
    shop.teller.step("emma", "on her bank's page: yes, it is me", f"303  back to {_THANKS}")

    shop.acknowledged(purchase)
    shop.becomes(purchase, "paid")
    shop.receipt(purchase)
    return f"paid {order.money()} after she said yes"
