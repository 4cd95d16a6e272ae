"""Every minute: which payments are due, handed to their provider's queue."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from commerce.payments.poller import DuePoller, EnqueueMany
from commerce.payments.settings import payment_queues
from commerce.platform import aws
from commerce.platform.breaker import ProviderBreaker
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import Context, Event
from commerce.platform.observability import count, observed
from commerce.platform.queue import send_many

BUDGET = 500
"""Payments per provider and minute, far below what any of them allows (Stripe: 100 reads a second)."""

dynamodb = aws.client("dynamodb")
sqs = aws.client("sqs")
queues = payment_queues()
breakers = {
    provider: ProviderBreaker(provider, table=setting("BREAKERS_TABLE"), client=dynamodb) for provider in queues
}


def enqueue_to(queue_url: str) -> EnqueueMany:
    def enqueue(messages: Sequence[Mapping[str, object]]) -> None:
        send_many(sqs, queue_url, messages)

    return enqueue


poller = DuePoller(
    dynamodb,
    setting("COMMERCE_TABLE"),
    clock=SystemClock(),
    enqueue={provider: enqueue_to(queue_url) for provider, queue_url in queues.items()},
    budget=BUDGET,
    is_open=lambda provider: breakers[provider].is_open(),
    jitter=random.random,
)


@observed
def handler(_event: Event, context: Context) -> Mapping[str, object]:
    report = poller.run(context.aws_request_id, Deadline.of(context))
    for provider, claimed in report.claimed.items():
        count("LooksDue", claimed, provider=provider)
    return {"claimed": dict(report.claimed), "lost": report.lost}
