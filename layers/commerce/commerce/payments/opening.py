"""The creating call, seen from the ledger: what it asks, and how to find what became of it."""

from __future__ import annotations

from datetime import timedelta

from commerce.payments.gateway import PaymentGateway, Reading, StartPayment
from commerce.payments.model import Payment
from commerce.platform.deadline import Deadline

SEARCH_MARGIN = timedelta(minutes=10)
"""The provider's clock is not ours: how far around our calls it may have dated the object."""

NOT_CREATED_AFTER = timedelta(minutes=5)
NOT_CHARGED_AFTER = timedelta(minutes=60)


def start_request(payment: Payment) -> StartPayment:
    """The same request for every try: all of it was fixed when the attempt was opened."""
    return StartPayment(
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        user_id=payment.user_id,
        method=payment.method,
        money=payment.money,
        choices=payment.choices,
        description=f"Order {payment.order_id}",
        opened_at=payment.created_at,
        expires_at=payment.expires_at,
    )


def find(gateway: PaymentGateway, payment: Payment, deadline: Deadline) -> Reading | None:
    """Ask the provider for the object of a creating call whose answer never came."""
    first = payment.sent_at or payment.created_at
    last = payment.last_sent_at or first
    return gateway.find(
        start_request(payment), since=first - SEARCH_MARGIN, until=last + SEARCH_MARGIN, deadline=deadline
    )


def patience(payment: Payment) -> timedelta:
    """How long a call may stay unfound before it counts as never made; longer where it would charge by itself."""
    return NOT_CHARGED_AFTER if payment.choices.off_session else NOT_CREATED_AFTER
