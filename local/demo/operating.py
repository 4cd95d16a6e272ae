"""Chapters about the operator: money that goes back, and money that is held first and taken later."""

from __future__ import annotations

from local.demo.checks import expect
from local.demo.goods import ANA, BRUNO, CUP, POT, TEA, Order
from local.demo.shop import Shop


def partial_refund(shop: Shop) -> str:
    order = Order("order-1004", ANA, (CUP.times(2),))
    purchase = shop.has_paid(order)
    refund = {"refund_id": "return-1", "amount": CUP.unit_price, "reason": "requested_by_customer"}
    price = order.money(CUP.unit_price)

    reply = shop.command(purchase, "refunds", refund)
    shop.teller.step("operator", "POST /payments/.../refunds", f"{reply.status}  {price} as return-1")
    payment = shop.becomes(purchase, "partially_refunded")
    expect("Refunded and refundable", (payment["refunded"], payment["refundable"]), (CUP.unit_price, CUP.unit_price))

    again = shop.command(purchase, "refunds", {**refund, "reason": None}, status=200)
    shop.teller.step("operator", "the same return-1 once more", f"{again.status}  nothing to do")
    more = shop.command(purchase, "refunds", {"refund_id": "return-2", "amount": order.amount}, status=422)
    expect("The refusal", more.code, "refund_exceeds_captured")
    shop.teller.step("operator", f"another {order.money()} as return-2", f"{more.status}  {more.code}")

    shop.stack.drain()
    expect("What Stripe gave back", shop.books(order)["refunded"], CUP.unit_price)
    return f"{price} of {order.money()} back, once"


def partial_capture(shop: Shop) -> str:
    order = Order("order-1005", BRUNO, (POT, TEA.times(2)))
    wanted = POT.unit_price
    shop.register(order)
    purchase = shop.check_out(order, capture_method="manual")
    shop.confirm(purchase, "pm_card_visa", "Visa")
    shop.becomes(purchase, "authorized", f"{order.money()} is held, nothing is taken")
    expect("Mails before anything is paid", shop.mails(order), [])

    reply = shop.command(purchase, "captures", {"capture_id": "parcel-1", "amount": wanted})
    shop.teller.step(
        "operator", "POST /payments/.../captures", f"{reply.status}  {order.money(wanted)}: the tea is sold out"
    )
    payment = shop.becomes(purchase, "paid")
    expect("What was taken", payment["captured"], wanted)
    shop.receipt(purchase)
    books = shop.books(order)
    expect("Taken, and still held, at Stripe", (books["captured"], books["authorized"]), (wanted, 0))
    return f"{order.money(wanted)} of {order.money()} taken"
