"""Chapters about Pix: a code paid at once, one that nobody pays, one paid too late, one whose webhook is lost."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from pathlib import Path

from local.demo.checks import expect
from local.demo.goods import ANA, BRUNO, CUP, POT, TEA, Order
from local.demo.providers import BANK
from local.demo.shop import Json, Purchase, Shop, times_paid
from local.demo.time_passing import made_earlier, make_due, tick
from local.pictures import read_codes
from local.stack.options import ROOT

PICTURES = ROOT / ".local" / "demo" / "pix"
_OVER = timedelta(minutes=41)
"""A code lives half an hour; banks may take ten minutes more to tell of a Pix that began in time."""


def by_pix(shop: Shop) -> str:
    order = Order("order-1010", ANA, (CUP, TEA.times(2)), shipping=1590)
    shop.register(order)
    purchase = shop.check_out(order, by="pix")
    pix = purchase.checkout["pix"]
    path = _picture(order, pix)
    shop.teller.step("store", "shows the QR code", f"until {pix['expires_at'][11:16]} UTC")
    shop.teller.plain(f"{'':21}{path}")
    seen = read_codes(path.read_bytes())
    expect("What a phone reads off the picture", seen, [pix["code"]])
    shop.teller.step("ana", "holds her phone in front of it", f"{seen[0][:20]}...{seen[0][-8:]}: as the text to copy")
    _pay(shop, purchase)
    shop.acknowledged_all(BANK)
    shop.teller.step("bank", "webhook", "let in by its secret path, queued, acknowledged")
    payment = shop.becomes(purchase, "paid")
    expect("What came in", [receipt["amount"] for receipt in payment["receipts"]], [order.amount])
    shop.receipt(purchase)
    return f"paid {order.money()}; the picture says what the text says"


def expired(shop: Shop) -> str:
    order = Order("order-1011", BRUNO, (POT,))
    shop.register(order)
    purchase = _run_out(shop, order)
    expect("Who is paid", (shop.order(order)["status"], shop.order(order)["open_payment_id"]), ("open", None))
    again = shop.check_out(order, by="pix", key="click-2", told="another code, as the order is free")
    expect("The attempt", again.checkout["payment"]["attempt"], 2)
    _pay(shop, again)
    shop.becomes(again, "paid")
    shop.receipt(again)
    expect("The first code", shop.payment(purchase)["status"], "expired")
    return f"nothing, then paid {order.money()} with another code"


def late(shop: Shop) -> str:
    order = Order("order-1012", ANA, (TEA.times(3),))
    with shop.teller.silence():
        shop.register(order)
        purchase = _run_out(shop, order)
    shop.teller.step("ana", "lets a code run out, as before", "expired")
    _pay(shop, purchase, late=True)
    payment = shop.becomes(purchase, "refunded", "nobody waited for it: all of it goes back by itself")
    expect("What came, and went back", (payment["captured"], payment["refunded"]), (order.amount, order.amount))
    facts = [fact for entry in payment["timeline"] for fact in entry["facts"]]
    shop.teller.note(" > ".join(fact.removeprefix("payment.") for fact in facts if fact.startswith("payment.")))
    shop.stack.drain()
    books = shop.books(order, BANK)
    expect("The bank's books", (books["captured"], books["refunded"]), (order.amount, order.amount))
    expect("The order", shop.order(order)["status"], "open")
    expect("Mails about an order that is not paid", shop.mails(order), [])
    return f"{order.money()} came too late, and went back once"


def webhook_lost(shop: Shop) -> str:
    order = Order("order-1013", BRUNO, (CUP.times(3),))
    shop.register(order)
    purchase = shop.check_out(order, by="pix")
    shop.bank.tell("webhooks", mode="drop")
    _pay(shop, purchase)
    shop.bank.tell("webhooks", mode="deliver")
    shop.teller.step("bank", "webhook", "lost on its way")
    shop.stack.drain()
    expect("What we know without it", shop.payment(purchase)["status"], "action_required")
    make_due(shop, purchase)
    shop.teller.step("clock", "the next look is due in 50 s", "the demo brings it forward, in the table")
    tick(shop, purchase, told="this Pix is; the bank is asked for it")
    payment = shop.becomes(purchase, "paid")
    expect("Who found out, how often", (payment["timeline"][-1]["source"], times_paid(payment)), ("poll", 1))
    shop.receipt(purchase)
    return f"paid {order.money()}, found without a webhook"


def _picture(order: Order, pix: Json) -> Path:
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{order.order_id}.png"
    path.write_bytes(b64decode(pix["qr_png_base64"], validate=True))
    return path


def _run_out(shop: Shop, order: Order) -> Purchase:
    """A code that nobody pays in time."""
    with made_earlier(shop, BANK, _OVER):
        shop.teller.step("bank", "sets its clock back by 41 minutes", "the demo cannot wait until a code runs out")
        purchase = shop.check_out(order, by="pix")
    shop.teller.step("bank", "sets its clock right", "the code is 41 minutes old, and nobody paid it")
    tick(shop, purchase, told="this Pix is; the bank knows of no money and takes it off")
    shop.becomes(purchase, "expired")
    return purchase


def _pay(shop: Shop, purchase: Purchase, *, late: bool = False) -> None:
    """The buyer pays the newest code of the order in their bank's app."""
    order = purchase.order
    txid = shop.books(order, BANK)["txids"][-1]
    paid = shop.bank.tell(f"charges/{txid}/pay", late=late)
    expect("The amount of the Pix", paid.get("valor"), f"{order.amount // 100}.{order.amount % 100:02}")
    when = "too late" if late else "in the bank's app"
    shop.teller.step(order.buyer.id, f"pays the code, {when}", f"{order.money()}: {paid['endToEndId'][:12]}...")
