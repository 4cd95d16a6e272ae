"""Queue of PayPal's work: webhook hints, commands, looks that are due; each is read back before it counts."""

from __future__ import annotations

from commerce.payments.gateways.paypal.client import PaypalClient
from commerce.payments.gateways.paypal.gateway import PaypalGateway
from commerce.payments.gateways.paypal.locating import OrderLocator
from commerce.payments.ledger import Ledger
from commerce.payments.worker import ProviderWorker
from commerce.platform import aws
from commerce.platform.batch import process_batch
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import BatchAnswer, Context, Event
from commerce.platform.observability import observed

PROVIDER = "paypal"

sqs = aws.client("sqs")
dynamodb = aws.client("dynamodb")
clock = SystemClock()
client = PaypalClient.from_settings(dynamodb, clock=clock)
ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())
gateway = PaypalGateway.from_settings(client, clock, known=ledger.load)
worker = ProviderWorker.from_settings(dynamodb, gateway, locate=OrderLocator(client), clock=clock)


@observed
def handler(event: Event, context: Context) -> BatchAnswer:
    return process_batch(event, worker.handle, context, client=sqs, queue=PROVIDER)
