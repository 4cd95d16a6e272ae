"""What Pix and boleto have in common: they move reais and nothing else."""

from __future__ import annotations

from commerce.orders.model import Order
from commerce.platform.errors import Unprocessable


def ensure_reais(order: Order) -> None:
    """Raises Unprocessable: `unsupported_currency`."""
    if order.money.currency != "BRL":
        raise Unprocessable(
            f"Pix and boleto move BRL only; order {order.order_id} is in {order.money.currency}. Use another method.",
            code="unsupported_currency",
            details={"field": "currency"},
        )
