"""The paid order in messaging's words: domains do not import each other, so they meet here."""

from __future__ import annotations

from commerce.messaging.confirmation import Destination, Line, OrderConfirmation
from commerce.messaging.events import OrderPaid
from commerce.orders.model import Order


def confirmation_of(order: Order, paid: OrderPaid) -> OrderConfirmation:
    to = order.shipping_address
    return OrderConfirmation(
        order_id=order.order_id,
        buyer_name=order.buyer.name,
        buyer_email=order.buyer.email,
        locale=order.buyer.locale,
        lines=tuple(Line(item.sku, item.name, item.unit_price, item.quantity) for item in order.items),
        total=order.money,
        paid=paid.money,
        paid_at=paid.occurred_at,
        destination=Destination(
            line1=to.line1,
            number=to.number,
            line2=to.line2,
            district=to.district,
            city=to.city,
            state=to.state,
            postal_code=to.postal_code,
            country=to.country,
        ),
        paid_with=paid.paid_with,
    )
