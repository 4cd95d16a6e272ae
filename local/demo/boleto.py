"""Chapters about boletos: one paid the next day, and one paid with too little, which a person accepts."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

from commerce.payments.boleto.codes import parse_barcode, parse_line
from commerce.platform.clock import SystemClock
from local.demo.checks import expect
from local.demo.goods import ANA, BRUNO, CUP, POT, TEA, Order
from local.demo.providers import MERCADO_PAGO
from local.demo.shop import Purchase, Shop
from local.demo.time_passing import made_earlier

_DAY = timedelta(days=1)


def next_day(shop: Shop) -> str:
    order = Order("order-1014", BRUNO, (POT, CUP), shipping=2190)
    shop.register(order)
    purchase = _yesterday(shop, order)
    _check(shop, purchase)
    _pay(shop, purchase)
    shop.acknowledged_all(MERCADO_PAGO)
    shop.teller.step("mercado", "webhook", "signed, verified, queued, acknowledged")
    shop.becomes(purchase, "paid")
    shop.receipt(purchase)
    return f"paid {order.money()} the next day"


def too_little(shop: Shop) -> str:
    order = Order("order-1015", ANA, (TEA.times(4),))
    shop.register(order)
    with shop.teller.silence():
        purchase = _yesterday(shop, order)
    shop.teller.step("ana", "gets a boleto, as Bruno did", order.money())
    missing = 50
    _pay(shop, purchase, amount=order.amount - missing)
    payment = shop.becomes(purchase, "review", "less than the order's amount: a person decides")
    (found,) = payment["discrepancies"]
    seen = (found["kind"], found["expected"] - found["received"], found["resolution"])
    expect("What does not match", seen, ("underpaid", missing, None))
    expect("Mails before anybody decided", shop.mails(order), [])
    reply = shop.command(purchase, "confirmations", {})
    status = reply.body["payment"]["status"]
    shop.teller.step("operator", "POST /payments/.../confirmations", f"{reply.status}  {order.money(missing)} forgiven")
    expect("The payment that a person accepted", status, "paid")
    shop.receipt(purchase)
    return f"{order.money(order.amount - missing)} taken for {order.money()}"


def _yesterday(shop: Shop, order: Order) -> Purchase:
    """A boleto that was issued a day ago."""
    with made_earlier(shop, MERCADO_PAGO, _DAY):
        shop.teller.step("mercado", "sets its clock back by a day", "the demo cannot wait until tomorrow")
        purchase = shop.check_out(order, by="boleto")
    shop.teller.step("mercado", "sets its clock right", "the boleto is of yesterday")
    return purchase


def _check(shop: Shop, purchase: Purchase) -> None:
    """The bars and the digits say the same, and what the order says."""
    boleto = purchase.checkout["boleto"]
    typed, scanned = parse_line(boleto["digitable_line_formatted"]), parse_barcode(boleto["barcode"])
    expect("The line, and the bars", typed.barcode, boleto["barcode"])
    expect("The bars, and the line", scanned.line, boleto["digitable_line"])
    due = date.fromisoformat(boleto["due_date"])
    asked = (purchase.order.amount, due)
    amount = None if typed.amount is None else typed.amount.amount
    expect("Amount and due date", (amount, typed.due_date(reference=SystemClock().now().date())), asked)
    shop.teller.step("bruno", "reads the line to his bank", boleto["digitable_line_formatted"])
    shop.teller.note(f"As the 44 digits of its bars: {purchase.order.money()}, due on {due:%d/%m/%Y}.")


def _pay(shop: Shop, purchase: Purchase, amount: int | None = None) -> None:
    """The buyer pays at a counter or in a bank's app."""
    order = purchase.order
    # The address of the slip to print names Mercado Pago's payment: .../payments/<id>/...
    slip = str(purchase.checkout["boleto"]["pdf_url"])
    parts = urlsplit(slip).path.split("/")
    number = parts[parts.index("payments") + 1]
    expect("The slip to print", shop.browser.open(slip).status, 200)
    body = {} if amount is None else {"amount": amount}
    paid = shop.mercado_pago.tell(f"payments/{number}/pay", **body)
    expect("The boleto", paid.get("status"), "approved")
    shop.teller.step(order.buyer.id, "pays at the counter", order.money(amount))
