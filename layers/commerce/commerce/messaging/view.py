"""A confirmation as the templates show it: figures formatted, foreign texts on one line, nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass

from commerce.messaging.catalog import Words
from commerce.messaging.confirmation import Line, OrderConfirmation, PaidWith
from commerce.messaging.formats import format_address, format_moment, format_money
from commerce.messaging.text import one_line

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
    "mastercard": "Mastercard",
    "visa": "Visa",
    "elo": "Elo",
    "hipercard": "Hipercard",
    "discover": "Discover",
}


@dataclass(frozen=True, slots=True)
class LineView:
    name: str
    sku: str
    quantity: str
    total: str


@dataclass(frozen=True, slots=True)
class SumView:
    """A line under the items; `strong` for what the buyer paid."""

    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptView:
    words: Words
    store: str
    subject: str
    preheader: str
    greeting: str
    order: str
    date: str
    lines: tuple[LineView, ...]
    sums: tuple[SumView, ...]
    address: tuple[str, ...]
    payment: str | None
    footer: str


def receipt_of(confirmation: OrderConfirmation, words: Words, store: str) -> ReceiptView:
    order, store = one_line(confirmation.order_id, 80), one_line(store, 80)
    name = _first_name(confirmation.buyer_name)
    return ReceiptView(
        words=words,
        store=store,
        subject=one_line(words.subject.format(order=order)),
        preheader=words.preheader.format(total=format_money(confirmation.paid, words.locale)),
        greeting=words.greeting.format(name=name) if name else words.greeting_nameless,
        order=order,
        date=format_moment(confirmation.paid_at, words.locale),
        lines=tuple(_line(line, confirmation, words) for line in confirmation.lines),
        sums=_sums(confirmation, words),
        address=format_address(confirmation.destination, words.locale),
        payment=_payment(confirmation.paid_with, words),
        footer=words.footer.format(store=store),
    )


def _first_name(name: str) -> str:
    """A greeting says the first name; a name that opens with a long word is cut rather than breaking the layout."""
    return one_line(one_line(name).split(" ")[0], 40)


def _line(line: Line, confirmation: OrderConfirmation, words: Words) -> LineView:
    def money(amount: int) -> str:
        return format_money(confirmation.total.with_amount(amount), words.locale)

    return LineView(
        name=one_line(line.name),
        sku=words.sku.format(sku=one_line(line.sku, 60)) if line.sku else "",
        quantity=words.each.format(quantity=line.quantity, price=money(line.unit_price)),
        total=money(line.total),
    )


def _sums(confirmation: OrderConfirmation, words: Words) -> tuple[SumView, ...]:
    def money(amount: int) -> str:
        return format_money(confirmation.total.with_amount(amount), words.locale)

    rows: list[SumView] = []
    if confirmation.adjustments:
        rows.append(SumView(words.subtotal, money(confirmation.items_total)))
        label = words.shipping if confirmation.adjustments > 0 else words.discount
        rows.append(SumView(label, money(confirmation.adjustments)))
    paid_in_full = confirmation.paid == confirmation.total
    rows.append(SumView(words.total, money(confirmation.total.amount), strong=paid_in_full))
    if not paid_in_full:
        rows.append(SumView(words.paid, money(confirmation.paid.amount), strong=True))
    return tuple(rows)


def _payment(paid_with: PaidWith | None, words: Words) -> str | None:
    if paid_with is None:
        return None
    kind = words.kind(one_line(paid_with.kind, 40))
    brand = one_line(paid_with.brand or "", 40)
    last4 = paid_with.last4 or ""
    if not (last4.isascii() and last4.isdigit() and len(last4) == 4):
        return _BRANDS.get(brand, brand.capitalize()) or kind
    return words.card_ending.format(brand=_BRANDS.get(brand, brand.capitalize()) or kind, last4=last4)
