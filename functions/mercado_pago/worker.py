"""Queue of Mercado Pago's work: webhook hints, commands, looks that are due; each is read back before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway
from commerce.payments.ledger import Ledger
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

PROVIDER = "mercado_pago"

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
clock = SystemClock()
ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())


def locate(message: Mapping[str, Any], _deadline: Deadline) -> Hint | None:
    """The payment that the address of a webhook named."""
    return Hint(message["event_id"], message["object_id"])


worker = ProviderWorker.from_settings(
    dynamodb, MercadoPagoGateway.from_settings(recall=ledger.load), locate=locate, clock=clock
)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, worker.handle, context, client=sqs, queue=PROVIDER)
