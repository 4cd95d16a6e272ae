"""The checkouts' functions on moto and the providers' sandboxes, and the hands of whoever calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks import events
from benchmarks.functions import (
    CHECKOUT,
    ORDERS,
    PAYPAL_CHECKOUT,
    PAYPAL_WEBHOOK,
    PAYPAL_WORKER,
    PIX_CHECKOUT,
    PIX_WEBHOOK,
    PIX_WORKER,
    POLLER,
    WEBHOOK,
    WORKER,
    Handler,
    answered_by,
    load,
)
from benchmarks.recording import Recorder, Scene
from benchmarks.sandboxes import SECRETS, Sandboxes
from commerce.platform import aws
from local.build.blueprint import Blueprint
from tests.tables import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

FUNCTIONS = (
    ORDERS, CHECKOUT, WEBHOOK, WORKER, PAYPAL_CHECKOUT, PAYPAL_WEBHOOK, PAYPAL_WORKER,
    PIX_CHECKOUT, PIX_WEBHOOK, PIX_WORKER, POLLER,
)  # fmt: skip
CHECKOUTS = {"card": CHECKOUT, "paypal": PAYPAL_CHECKOUT, "pix": PIX_CHECKOUT}
ORDER = {
    "amount": 32_970,
    "currency": "BRL",
    "items": [
        {"sku": "CAF-001", "name": "Cafeteira italiana", "unit_price": 12_990, "quantity": 1},
        {"sku": "MOE-104", "name": "Moedor manual", "unit_price": 15_990, "quantity": 1},
        {"sku": "CAN-020", "name": "Caneca esmaltada", "unit_price": 1_995, "quantity": 2},
    ],
    "buyer": {
        "id": "user-1",
        "name": "Ana Souza",
        "email": "ana@example.com",
        "phone": "+5511987654321",
        "tax_id": "39053344705",
        "locale": "pt-BR",
    },
    "shipping_address": {
        "line1": "Rua das Flores",
        "number": "100",
        "city": "São Paulo",
        "state": "SP",
        "country": "BR",
        "postal_code": "01310-100",
    },
}
LONG_AGO = "2020-01-01T00:00:00.000Z"


class WentWrong(Exception):
    """An operation did not go as it goes on a good day; its numbers would mean nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One invocation of one function: what went in, what came out, what it asked of AWS and of providers."""

    function: str
    event: Mapping[str, Any]
    answer: Mapping[str, Any]
    scene: Scene


class Shop:
    """Every `invoke` is kept in `steps` under its name; everything else here is not recorded."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        recorder: Recorder,
        sandboxes: Sandboxes,
        aws: _Aws,
        queues: Mapping[str, str],
    ) -> None:
        self.steps: dict[str, Step] = {}
        self.sandboxes = sandboxes
        self._handlers = handlers
        self._recorder = recorder
        self._aws = aws
        self._queues = queues

    def invoke(self, name: str, function: str, event: Mapping[str, Any], *, status: int = 200) -> Mapping[str, Any]:
        """Raises WentWrong for another status, or for a message that failed."""
        with self._recorder.scene(name) as scene:
            answer = self._handlers[function](event)
        if answer.get("statusCode", status) != status or answer.get("batchItemFailures"):
            raise WentWrong(f"{name}: {function} answered {answer}")
        self.steps[name] = Step(function, event, answer, scene)
        return answer

    def register(self, order_id: str, name: str) -> None:
        route = "/orders/{order_id}"
        event = events.http_api("PUT", route, ORDER, sub="backend", scope="store", order_id=order_id)
        self.invoke(name, ORDERS, event, status=201)

    def check_out(
        self, order_id: str, key: str, name: str, *, by: str = "card", status: int = 201
    ) -> Mapping[str, Any]:
        """POST /checkout/`by`."""
        event = events.http_api("POST", f"/checkout/{by}", {"order_id": order_id}, sub="user-1", scope="buyer", key=key)
        answer: Mapping[str, Any] = json.loads(self.invoke(name, CHECKOUTS[by], event, status=status)["body"])
        return answer

    def come_back(self, payment_id: str, key: str, name: str) -> Mapping[str, Any]:
        """The buyer returns from PayPal's page."""
        route = "/checkout/paypal/{payment_id}/capture"
        event = events.http_api("POST", route, {}, sub="user-1", scope="buyer", key=key, payment_id=payment_id)
        answer: Mapping[str, Any] = json.loads(self.invoke(name, PAYPAL_CHECKOUT, event)["body"])
        return answer

    def queued(self, provider: str = "stripe") -> dict[str, Any]:
        """The message that waits in a provider's queue, as its event source hands it over."""
        queue = self._queues[provider]
        message = self._aws.sqs.receive_message(QueueUrl=queue)["Messages"][0]
        self._aws.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return events.sqs(message["Body"])

    def make_due(self, payment_id: str) -> None:
        self._aws.dynamodb.update_item(
            TableName="CommerceTable",
            Key={"pk": {"S": f"PAY#{payment_id}"}, "sk": {"S": "STATE"}},
            UpdateExpression="SET due_at = :past",
            ExpressionAttributeValues={":past": {"S": LONG_AGO}},
        )


@contextmanager
def open_shop(blueprint: Blueprint) -> Iterator[Shop]:
    recorder, sandboxes = Recorder(), Sandboxes()
    build: Any = aws.client
    with tables() as dynamodb, answered_by(sandboxes.behind(recorder)):
        own = _Aws(dynamodb, build("sqs"))
        queues = {
            provider: own.sqs.create_queue(QueueName=name)["QueueUrl"]
            for provider, name in payment_queues(blueprint).items()
        }
        for name, secret in SECRETS.items():
            build("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
        handlers = load(
            blueprint,
            FUNCTIONS,
            client=lambda service: recorder.listen(build(service)),
            **settings(queues),
        )
        yield Shop(handlers, recorder, sandboxes, own, queues)


def payment_queues(blueprint: Blueprint) -> dict[str, str]:
    """Logical ids of the queues by provider: of every provider that the template knows."""
    (poller,) = [function for function in blueprint.functions if function.logical_id == POLLER]
    return dict(pair.split("=") for pair in poller.environment["PAYMENT_QUEUES"].split())


def settings(queues: Mapping[str, str]) -> dict[str, str]:
    """What differs from the template's values: the names of what was made here. `queues` are URLs by provider."""
    return {
        "STRIPE_QUEUE_URL": queues["stripe"],
        "PAYPAL_QUEUE_URL": queues["paypal"],
        "PIX_QUEUE_URL": queues["bacen"],
        "PAYMENT_QUEUES": " ".join(f"{provider}={url}" for provider, url in queues.items()),
        "STRIPE_SECRET_NAME": "StripeSecret",
        "PAYPAL_SECRET_NAME": "PaypalSecret",
        "PIX_SECRET_NAME": "PixSecret",
    }


@dataclass(frozen=True, slots=True)
class _Aws:
    """Clients that nobody listens to."""

    dynamodb: DynamoDBClient
    sqs: SQSClient
