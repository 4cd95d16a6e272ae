"""Queue of Stripe's work: webhook hints, commands, looks that are due; each is read back before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.events import SOURCE
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.notices import METHOD_NOTICES, PAYMENT_NOTICES
from commerce.payments.ledger import Cause, Ledger
from commerce.payments.observation import Source
from commerce.payments.work import Hint
from commerce.payments.worker import ProviderWorker
from commerce.platform import aws
from commerce.platform.batch import process_batch
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed
from commerce.platform.outbox import DomainEvent

PROVIDER = "stripe"

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
clock = SystemClock()
ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())


def locate(message: Mapping[str, Any], _deadline: Deadline) -> Hint | None:
    """The PaymentIntent of an event; what tells of a saved method is published here, and moves no payment."""
    event_type, event_id = message["type"], message["event_id"]
    if message["payment_intent"] is not None:
        return Hint(event_id, message["payment_intent"], PAYMENT_NOTICES.get(event_type))
    if event_type in METHOD_NOTICES:
        data = {"provider": PROVIDER, "provider_ref": message["object_id"]}
        notice = DomainEvent(METHOD_NOTICES[event_type], SOURCE, data)
        ledger.publish_once(notice, PROVIDER, Cause(Source.WEBHOOK, event_id, event_id))
    return None


worker = ProviderWorker.from_settings(dynamodb, StripeGateway.from_settings(), locate=locate, clock=clock)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, worker.handle, context, client=sqs, queue=PROVIDER)
