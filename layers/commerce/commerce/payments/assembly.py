"""The use cases as a checkout function puts them together from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from commerce.orders.store import OrderReader
from commerce.payments.buyer_return import BuyerReturn
from commerce.payments.checkout import Checkout
from commerce.payments.gateway import PaymentGateway
from commerce.payments.ledger import Ledger
from commerce.payments.messages import Enqueue
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.observe import Observer
from commerce.payments.settings import payment_queues, payment_rules
from commerce.platform.clock import Clock
from commerce.platform.config import setting
from commerce.platform.idempotency import IdempotencyRecords
from commerce.platform.ids import RandomIds
from commerce.platform.observability import count
from commerce.platform.queue import send

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient


def provider_queues(sqs: SQSClient) -> Mapping[str, Enqueue]:
    """By provider, how to reach its worker."""
    return {provider: partial(send, sqs, url) for provider, url in payment_queues().items()}


def build_checkout(
    dynamodb: DynamoDBClient, sqs: SQSClient, *, gateway: PaymentGateway, method: CheckoutMethod, clock: Clock
) -> Checkout:
    """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
    table = setting("COMMERCE_TABLE")
    ledger = Ledger(dynamodb, table, clock=clock, ids=RandomIds())
    return Checkout(
        orders=OrderReader(dynamodb, table),
        ledger=ledger,
        observer=Observer(ledger, payment_rules(), clock, count),
        records=IdempotencyRecords(dynamodb, setting("IDEMPOTENCY_TABLE"), clock),
        gateway=gateway,
        method=method,
        table=table,
        clock=clock,
        enqueue=provider_queues(sqs),
    )


def build_buyer_return(
    dynamodb: DynamoDBClient, *, gateway: PaymentGateway, method: CheckoutMethod, clock: Clock
) -> BuyerReturn:
    """Raises ConfigurationError: `missing_setting`, `wrong_setting`."""
    ledger = Ledger(dynamodb, setting("COMMERCE_TABLE"), clock=clock, ids=RandomIds())
    return BuyerReturn(
        ledger=ledger,
        observer=Observer(ledger, payment_rules(), clock, count),
        gateway=gateway,
        method=method,
        clock=clock,
    )
