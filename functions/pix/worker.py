"""Queue of Pix: webhook hints, commands, looks that are due, for the bank's Pix API and for Pix without a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.bacen.gateway import BacenGateway
from commerce.payments.gateways.static_pix.gateway import StaticPixGateway
from commerce.payments.work import Hint
from commerce.payments.worker import ProviderWorker
from commerce.platform import aws
from commerce.platform.batch import process_batch
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed
from commerce.platform.secrets import SecretsManagerSecrets

QUEUE = "pix"

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
secrets = SecretsManagerSecrets()
clock = SystemClock()


def locate(message: Mapping[str, Any], _deadline: Deadline) -> Hint:
    """The charge of a Pix; its txid is the payment's reference at the bank."""
    return Hint(message["event_id"], message["txid"])


worker = ProviderWorker.from_settings(
    dynamodb,
    BacenGateway.from_settings(dynamodb, secrets, clock),
    StaticPixGateway.from_settings(secrets, clock),
    locate=locate,
    clock=clock,
)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, worker.handle, context, client=sqs, queue=QUEUE)
