"""The card checkout's functions on moto and the Stripe sandbox, and the hands of the buyer, of Stripe and of SQS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from benchmarks import events
from benchmarks.functions import CHECKOUT, ORDERS, POLLER, WEBHOOK, WORKER, Handler, load
from benchmarks.recording import Recorder, RecordingAdapter, Scene
from commerce.platform import aws
from commerce.platform.clock import SystemClock
from local.build.blueprint import Blueprint
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.stripe.app import StripeSandbox
from tests.tables import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - the sandbox's own
SECRET = {
    "api_key": "sk_test_sandbox",
    "publishable_key": "pk_test_sandbox",
    "webhook_secret": WEBHOOK_SECRET,
    "webhook_secret_previous": "",
}
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
    """One invocation of one function: what went in, what came out, what it asked of AWS and of Stripe."""

    function: str
    event: Mapping[str, Any]
    answer: Mapping[str, Any]
    scene: Scene


class Shop:
    """Every `invoke` is kept in `steps` under its name; everything else here is not recorded."""

    def __init__(
        self, handlers: Mapping[str, Handler], recorder: Recorder, stripe: WsgiAdapter, aws: _Aws, queue: str
    ) -> None:
        self.steps: dict[str, Step] = {}
        self._handlers = handlers
        self._recorder = recorder
        self._sandbox = stripe.sandbox
        self._browser = requests.Session()
        self._browser.mount("https://", stripe)
        self._aws = aws
        self._queue = queue

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

    def check_out(self, order_id: str, key: str, name: str, *, status: int = 201) -> Mapping[str, Any]:
        body = {"order_id": order_id}
        event = events.http_api("POST", "/checkout/card", body, sub="user-1", scope="buyer", key=key)
        answer: Mapping[str, Any] = json.loads(self.invoke(name, CHECKOUT, event, status=status)["body"])
        return answer

    def buyer_pays(self, checkout: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """The buyer confirms in the browser; the webhook that Stripe sends then: body and headers."""
        secret: str = checkout["client_secret"]
        intent = secret.partition("_secret_")[0]
        self._browser.post(
            f"https://api.stripe.com/v1/payment_intents/{intent}/confirm",
            data={"client_secret": secret, "payment_method": "pm_card_visa"},
            auth=(checkout["publishable_key"], ""),
            timeout=5,
        ).raise_for_status()
        (paid,) = [d for d in self._sandbox.webhooks.drain() if d.kind == "payment_intent.succeeded"]
        return paid.body, paid.headers(SystemClock().now())

    def queued(self) -> dict[str, Any]:
        """The message that waits in the queue, as its event source hands it over."""
        message = self._aws.sqs.receive_message(QueueUrl=self._queue)["Messages"][0]
        self._aws.sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
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
    recorder = Recorder()
    stripe = WsgiAdapter(StripeSandbox())
    build: Any = aws.client
    with tables() as dynamodb:
        own = _Aws(dynamodb, build("sqs"))
        queue = own.sqs.create_queue(QueueName="StripeQueue")["QueueUrl"]
        build("secretsmanager").create_secret(Name="StripeSecret", SecretString=json.dumps(SECRET))
        handlers = load(
            blueprint,
            (ORDERS, CHECKOUT, WEBHOOK, WORKER, POLLER),
            client=lambda service: recorder.listen(build(service)),
            stripe=RecordingAdapter(stripe, recorder),
            STRIPE_QUEUE_URL=queue,
            PAYMENT_QUEUES=f"stripe={queue}",
            STRIPE_SECRET_NAME="StripeSecret",  # noqa: S106 - its name
        )
        yield Shop(handlers, recorder, stripe, own, queue)


@dataclass(frozen=True, slots=True)
class _Aws:
    """Clients that nobody listens to."""

    dynamodb: DynamoDBClient
    sqs: SQSClient
