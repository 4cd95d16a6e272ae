"""How an attempt begins, and the ends that no provider object tells of: pure transitions of the creating call."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from commerce.orders.model import Order
from commerce.payments.model import CheckoutChoices, CommandStatus, Failure, Payment
from commerce.payments.status import PaymentStatus, may_move
from commerce.payments.transition import Fact, Transition
from commerce.platform.ids import derived_id
from commerce.platform.money import Money

LEASE = timedelta(seconds=32)
"""Longer than an API route may run (29 s): after it nobody can still be inside the call."""


def fingerprint(order_id: str, money: Money, method: str, choices: CheckoutChoices) -> str:
    """What makes two checkouts the same operation; what is kept for display only does not tell them apart."""
    parts = [order_id, money.amount, money.currency, method, asdict(replace(choices, funding_source=None))]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def open_attempt(
    order: Order,
    *,
    store: str,
    provider: str,
    method: str,
    choices: CheckoutChoices,
    now: datetime,
    expires_at: datetime | None = None,
) -> Transition:
    """The row that is written before any provider call; its ids follow from order and attempt number alone.

    The same attempt of the same order has the same payment id and the same provider key, whoever computes them.

    Args:
        store: tells this ledger from every other one that shares the provider's account, such as a second stage whose
            orders have the same ids; the name of the table does.
        expires_at: until when the buyer may pay; None where the provider decides.
    """
    attempt = order.attempts + 1
    payment_id = derived_id("pay", store, provider, order.order_id, attempt)
    payment = Payment(
        payment_id=payment_id,
        order_id=order.order_id,
        user_id=order.buyer.id,
        attempt=attempt,
        provider=provider,
        method=method,
        money=order.money,
        choices=choices,
        fingerprint=fingerprint(order.order_id, order.money, method, choices),
        operation_key=f"{payment_id}:create",
        status=PaymentStatus.CREATED,
        version=0,
        created_at=now,
        updated_at=now,
        waiting_since=now,
        expires_at=expires_at,
        sent_at=now,
        last_sent_at=now,
        lease_until=now + LEASE,
    )
    return Transition(payment, payment, (Fact("payment.created"),), note="attempt opened")


def resend(payment: Payment, now: datetime) -> Transition:
    """Take the lease to repeat the creating call under its one key."""
    after = replace(payment, sent_at=payment.sent_at or now, last_sent_at=now, lease_until=now + LEASE)
    return Transition(payment, after, note="create repeated")


def unknown(payment: Payment, code: str) -> Transition:
    """We asked and do not know the answer; only a read from the provider ends this (PAY-04).

    Whoever has read the provider meanwhile knows more, and is not contradicted.
    """
    if not may_move(payment.status, PaymentStatus.UNKNOWN) or payment.provider_ref is not None:
        return Transition(payment, replace(payment, lease_until=None))
    after = replace(payment, status=PaymentStatus.UNKNOWN, lease_until=None)
    return Transition(payment, after, (Fact("payment.unknown"),), note=code)


def abandon(payment: Payment, failure: Failure) -> Transition:
    """The provider refused to open it, or was read and does not know it: the order is free again.

    An attempt whose object has shown up meanwhile is not abandoned.
    """
    if payment.provider_ref is not None:
        return Transition(payment, replace(payment, lease_until=None))
    wish = payment.cancellation
    if wish is not None and wish.status.is_open:
        wish = replace(wish, status=CommandStatus.SUCCEEDED)
    after = replace(
        payment,
        status=PaymentStatus.FAILED,
        failure=failure,
        abandoned=True,
        cancellation=wish,
        lease_until=None,
        review_reason=None,
    )
    facts = (Fact("payment.failed", {"failure_code": failure.code}),)
    return Transition(payment, after, facts, note=failure.code)
