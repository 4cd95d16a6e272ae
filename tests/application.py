"""The whole API in one process: the gateway of the local stack in front of the real handlers, no worker processes.

What is real: routes, authorizer and CORS of template.yaml, HTTP over a socket, the handlers with their own clients, the
Stripe SDK against the strict sandbox. What is not: AWS is moto in this process, and nothing runs in the background;
`work` does what Stripe's queue holds.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import boto3
import requests

from local.build.blueprint import SAMPLE_PARAMETERS, FunctionBlueprint, read_blueprint
from local.handlers import environment_of, import_handler
from local.sandboxes.kernel.server import serve
from local.sandboxes.stripe.app import StripeSandbox
from local.stack.http_api import HttpApi
from local.stack.httpd import Server
from local.stack.pool import FunctionPool
from local.stack.tokens import Issuer
from local.stack.worker import Outcome
from local.template_api import template_api
from tests.conftest import FakeContext
from tests.tables import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

ACCOUNT = "123456789012"
STRIPE_KEYS = {
    "api_key": "sk_test_sandbox",
    "publishable_key": "pk_test_sandbox",
    "webhook_secret": "whsec_sandbox",
}
_WORKER = "StripeWorkerFunction"
_AUDIENCE = "commerce"


class Hands:
    """A function's handler where the gateway expects its worker processes."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def submit(self, payload: bytes, *, trace_id: str | None = None) -> Future[Outcome]:  # noqa: ARG002  as the pool
        future: Future[Outcome] = Future()
        request_id = str(uuid.uuid4())
        answer = self._module.handler(json.loads(payload), FakeContext(aws_request_id=request_id))
        future.set_result(Outcome(request_id, json.dumps(answer).encode(), failed=False, seconds=0.0))
        return future


class Application:
    """A running API; made by `application`."""

    def __init__(self, stripe: StripeSandbox, stripe_url: str, dynamodb: DynamoDBClient, sqs: SQSClient) -> None:
        self.stripe = stripe
        self.stripe_url = stripe_url
        self.dynamodb = dynamodb
        self._sqs = sqs
        self._queue_url = sqs.create_queue(QueueName="stripe")["QueueUrl"]
        self._issuer = Issuer(SAMPLE_PARAMETERS["JwtIssuer"])
        self._changes = {"STRIPE_API_BASE": stripe_url, "STRIPE_QUEUE_URL": self._queue_url}
        self._functions = {function.logical_id: function for function in read_blueprint().functions}
        spec = template_api()
        self._modules = {name: self._import(name) for name in (*{route.function for route in spec.routes}, _WORKER)}
        hands = cast("Mapping[str, FunctionPool]", {name: Hands(module) for name, module in self._modules.items()})
        self._server = Server(HttpApi(spec, hands, self._issuer.keys, ACCOUNT), name="application")
        self.url = f"http://{self._server.address}"

    def _import(self, name: str) -> ModuleType:
        return import_handler(self._functions[name], **self._changes)

    @property
    def blueprints(self) -> list[tuple[FunctionBlueprint, Mapping[str, str]]]:
        """Each function with what this application sets over the template's environment."""
        return [(self._functions[name], self._changes) for name in self._modules]

    def token(self, *scopes: str, sub: str = "buyer-1", **claims: Any) -> str:
        return self._issuer.token(sub=sub, scopes=scopes, audience=_AUDIENCE, claims=claims)

    def work(self) -> list[Any]:
        """Hand everything on Stripe's queue to its worker; what failed is in the answers, and gone."""
        answers = []
        while received := self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages", []):
            records = [
                {
                    "messageId": message["MessageId"],
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:stripe",
                    "awsRegion": "us-east-1",
                }
                for message in received
            ]
            answers.append(self._modules[_WORKER].handler({"Records": records}, FakeContext()))
            for message in received:
                self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        return answers

    def queue(self, message: Mapping[str, object]) -> None:
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=json.dumps(message))

    def confirm(self, client_secret: str, method: str = "pm_card_visa") -> None:
        """What Stripe.js does in the buyer's browser."""
        intent = client_secret.partition("_secret_")[0]
        form = {"client_secret": client_secret, "payment_method": method, "return_url": "https://store.example"}
        answer = requests.post(
            f"{self.stripe_url}/v1/payment_intents/{intent}/confirm",
            data=form,
            auth=("pk_test_sandbox", ""),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def application() -> Iterator[Application]:
    """A fresh one: empty tables, a Stripe account without history."""
    with ExitStack() as closing:
        dynamodb = closing.enter_context(tables())
        secrets = boto3.client("secretsmanager")
        secrets.create_secret(Name="commerce-dev/stripe", SecretString=json.dumps(STRIPE_KEYS))
        stripe = serve(StripeSandbox())
        closing.callback(stripe.stop)
        sandbox = cast("StripeSandbox", stripe.sandbox)
        running = Application(sandbox, stripe.url, dynamodb, boto3.client("sqs"))
        closing.callback(running.stop)
        for function, changes in running.blueprints:
            closing.enter_context(environment_of(function, **changes))
        yield running
