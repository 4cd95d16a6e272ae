"""What is asked of PayPal for a payment, as JSON bodies. Pure, and the same for every try of one operation.

Source: Orders v2, `order_request`; Payments v2, `capture_request` and `refund_request`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from commerce.orders.model import Address, Item, OrderTerms
from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.paypal.settings import Pages
from commerce.payments.gateways.paypal.units import money_json
from commerce.payments.model import CaptureMethod, Payment, Refund
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money

NAME_LENGTH = 127
LINE_LENGTH = 300
CITY_LENGTH = 120
KEY_LENGTH = 108
"""Of PayPal-Request-Id (Orders v2)."""

_LOCALES = {"pt-BR": "pt-BR", "en": "en-US"}
"""The buyer's locale as PayPal's pages know it: five characters (Orders v2, `experience_context.locale`)."""


def request_id(key: str) -> str:
    """The key as PayPal-Request-Id; one that is too long is named by its digest, which is as good a name."""
    return key if len(key) <= KEY_LENGTH else f"sha256-{hashlib.sha256(key.encode()).hexdigest()}"


def order_body(request: StartPayment, terms: OrderTerms, pages: Pages) -> dict[str, Any]:
    """An order of one purchase unit that carries all our references.

    Raises:
        Unprocessable: `unsupported_currency`, `amount_too_precise`.
    """
    unit = {
        "reference_id": request.order_id,
        "custom_id": request.payment_id,
        "invoice_id": request.payment_id,
        "description": request.description[:NAME_LENGTH],
        "shipping": {
            "name": {"full_name": terms.buyer.name[:LINE_LENGTH]},
            "address": _address(terms.shipping_address),
        },
        **_amounts(request.money, terms),
    }
    context = {
        "return_url": _with_references(pages.return_url, request),
        "cancel_url": _with_references(pages.cancel_url, request),
        "shipping_preference": "SET_PROVIDED_ADDRESS",
        "user_action": "PAY_NOW",
    }
    if terms.buyer.locale in _LOCALES:
        context["locale"] = _LOCALES[terms.buyer.locale]
    return {
        "intent": "AUTHORIZE" if request.choices.capture_method is CaptureMethod.MANUAL else "CAPTURE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": context}},
    }


def completing_verb(payment: Payment) -> str:
    """What takes, or reserves, what the buyer approved: it has to match the order's intent."""
    return "authorize" if payment.choices.capture_method is CaptureMethod.MANUAL else "capture"


def capture_body(money: Money) -> dict[str, Any]:
    """A capture of an authorisation that releases whatever it leaves."""
    return {"amount": money_json(money), "final_capture": True}


def reauthorize_body(money: Money) -> dict[str, Any]:
    return {"amount": money_json(money)}


def refund_body(payment: Payment, refund: Refund, money: Money) -> dict[str, Any]:
    """The amount is always sent: without it PayPal refunds whatever is left."""
    return {
        "amount": money_json(money),
        "custom_id": refund.refund_id,
        "invoice_id": refund_invoice(payment.payment_id, refund.refund_id),
    }


def refund_invoice(payment_id: str, refund_id: str) -> str:
    return f"{payment_id}-{refund_id}"[:NAME_LENGTH]


def _amounts(total: Money, terms: OrderTerms) -> dict[str, Any]:
    """The amount, with the order's items where PayPal can write them.

    PayPal refuses an order whose items do not sum to its amount, and ours do not when there is freight or a discount.
    What the amount is above the items is shown as shipping, what it is below them as discount.
    """
    amount: dict[str, Any] = money_json(total)
    try:
        items = [_item(item, total) for item in terms.items]
        breakdown = _breakdown(total, sum(item.unit_price * item.quantity for item in terms.items))
    except Unprocessable:
        # Prices finer than PayPal's unit, as HUF 99.50, whose sum is whole all the same: shown without items.
        return {"amount": amount}
    return {"amount": {**amount, "breakdown": breakdown}, "items": items} if items else {"amount": amount}


def _breakdown(total: Money, items: int) -> dict[str, Any]:
    shown = {"item_total": money_json(total.with_amount(items))}
    if items != total.amount:
        rest = "shipping" if items < total.amount else "discount"
        shown[rest] = money_json(total.with_amount(abs(total.amount - items)))
    return shown


def _item(item: Item, total: Money) -> dict[str, Any]:
    return {
        "name": item.name[:NAME_LENGTH],
        "sku": item.sku[:NAME_LENGTH],
        "quantity": str(item.quantity),
        "unit_amount": money_json(total.with_amount(item.unit_price)),
    }


def _address(address: Address) -> Mapping[str, str]:
    """PayPal takes two lines for the street; number and district have no field of their own there."""
    fields = {
        "address_line_1": ", ".join(filter(None, (address.line1, address.number)))[:LINE_LENGTH],
        "address_line_2": ", ".join(filter(None, (address.line2, address.district)))[:LINE_LENGTH],
        "admin_area_2": address.city[:CITY_LENGTH],
        "admin_area_1": address.state or "",
        "postal_code": address.postal_code,
        "country_code": address.country,
    }
    return {name: value for name, value in fields.items() if value}


def _with_references(page: str, request: StartPayment) -> str:
    """The page's own query stays; PayPal adds `token` and `PayerID` to it."""
    parts = urlsplit(page)
    ours = {"payment_id": request.payment_id, "order_id": request.order_id}
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in ours]
    return urlunsplit(parts._replace(query=urlencode([*query, *ours.items()])))
