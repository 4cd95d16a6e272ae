"""Queue of the generic gateway's work: commands, and looks that are due. It sends no webhooks: it has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway
from commerce.payments.work import Hint
from commerce.payments.worker import ProviderWorker
from commerce.platform import aws
from commerce.platform.batch import process_batch
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed

PROVIDER = "brazil_payments"

sqs = aws.client("sqs")


def locate(_message: Mapping[str, Any], _deadline: Deadline) -> Hint | None:
    """No event leads to a payment here."""
    return None


worker = ProviderWorker.from_settings(aws.client("dynamodb"), BrazilPaymentsGateway.from_settings(), locate=locate)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, worker.handle, context, client=sqs, queue=PROVIDER)
