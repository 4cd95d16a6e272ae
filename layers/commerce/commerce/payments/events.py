"""The payment's domain events (contracts/events/payment.v1.json): ids, amounts and states, nothing personal."""

from __future__ import annotations

from commerce.payments.model import Payment
from commerce.payments.transition import Fact
from commerce.platform.outbox import DomainEvent

SOURCE = "commerce.payments"


def payment_event(fact: Fact, payment: Payment) -> DomainEvent:
    """The fact, told with the payment as it is after it. Amounts in minor units of `currency`."""
    data: dict[str, object] = {
        "payment_id": payment.payment_id,
        "order_id": payment.order_id,
        "user_id": payment.user_id,
        "provider": payment.provider,
        "method": payment.method,
        "attempt": payment.attempt,
        "status": payment.status.value,
        "amount": payment.money.amount,
        "currency": payment.money.currency,
        "authorized": payment.authorized,
        "captured": payment.captured,
        "refunded": payment.refunded,
        **fact.data,
    }
    if payment.failure is not None and fact.type == "payment.failed":
        data["failure_code"] = payment.failure.code
    return DomainEvent(fact.type, SOURCE, data)
