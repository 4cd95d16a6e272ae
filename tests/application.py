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

from local.build.blueprint import SAMPLE_PARAMETERS, read_blueprint
from local.handlers import environment_of, import_handler
from local.sandboxes.brasilapi.sandbox import BrasilApiSandbox
from local.sandboxes.google.access import API_KEY as GOOGLE_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.server import serve
from local.sandboxes.opencep.sandbox import OpenCepSandbox
from local.sandboxes.sendgrid.sandbox import API_KEY, SendGridSandbox
from local.sandboxes.stripe.app import StripeSandbox
from local.sandboxes.viacep.sandbox import ViaCepSandbox
from local.stack.http_api import HttpApi
from local.stack.httpd import Server
from local.stack.plugs import Running
from local.stack.pool import FunctionPool
from local.stack.tokens import Issuer
from local.stack.worker import Outcome
from local.template_api import template_api
from tests.conftest import FakeContext
from tests.tables import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

ACCOUNT = "123456789012"
SECRETS = {
    "commerce-dev/stripe": {
        "api_key": "sk_test_sandbox",
        "publishable_key": "pk_test_sandbox",
        "webhook_secret": "whsec_sandbox",
    },
    "commerce-dev/sendgrid": {"api_key": API_KEY},
    "commerce-dev/google_maps": {"api_key": GOOGLE_KEY},
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
    """A running application; made by `application`. Functions are imported when they are first needed."""

    def __init__(
        self, stripe: Running, sendgrid: Running, google: Running, ceps: Mapping[str, Running], dynamodb: DynamoDBClient
    ) -> None:
        self.stripe = cast("StripeSandbox", stripe.sandbox)
        self.sendgrid = cast("SendGridSandbox", sendgrid.sandbox)
        self.google = cast("GoogleSandbox", google.sandbox)
        self.stripe_url = stripe.url
        self.ceps = {name: source.sandbox for name, source in ceps.items()}
        self.dynamodb = dynamodb
        self._sqs: SQSClient = boto3.client("sqs")
        self._queue_url = self._sqs.create_queue(QueueName="stripe")["QueueUrl"]
        self._issuer = Issuer(SAMPLE_PARAMETERS["JwtIssuer"])
        self.changes = {
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_QUEUE_URL": self._queue_url,
            "PAYMENT_QUEUES": f"stripe={self._queue_url}",
            "SENDGRID_API_BASE": sendgrid.url,
            "GOOGLE_MAPS_API_BASE": google.url,
            "GOOGLE_ROUTES_API_BASE": google.url,
            "GOOGLE_GEOCODE_API_BASE": google.url,
            **{f"{name.upper()}_API_BASE": source.url for name, source in ceps.items()},
        }
        self.functions = {function.logical_id: function for function in read_blueprint().functions}
        self._modules: dict[str, ModuleType] = {}
        spec = template_api()
        hands = {name: Hands(self.module(name)) for name in {route.function for route in spec.routes}}
        pools = cast("Mapping[str, FunctionPool]", hands)
        self._server = Server(HttpApi(spec, pools, self._issuer.keys, ACCOUNT), name="application")
        self.url = f"http://{self._server.address}"

    def module(self, name: str) -> ModuleType:
        """The handler file of a function, by the function's logical id."""
        if name not in self._modules:
            self._modules[name] = import_handler(self.functions[name], **self.changes)
        return self._modules[name]

    def invoke(self, name: str, event: Any) -> Any:
        """What a function answers to an event."""
        return self.module(name).handler(event, FakeContext())

    def queued(self) -> list[dict[str, Any]]:
        """What is on Stripe's queue, taken off it."""
        return [json.loads(message["Body"]) for batch in self._receive() for message in batch]

    def token(self, *scopes: str, sub: str = "buyer-1", **claims: Any) -> str:
        return self._issuer.token(sub=sub, scopes=scopes, audience=_AUDIENCE, claims=claims)

    def work(self) -> list[Any]:
        """Hand everything on Stripe's queue to its worker; what failed is in the answers, and gone."""
        return [self.invoke(_WORKER, {"Records": [_record(message) for message in batch]}) for batch in self._receive()]

    def _receive(self) -> Iterator[list[MessageTypeDef]]:
        while messages := self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages", []):
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield messages

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


def _record(message: MessageTypeDef) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:stripe",
        "awsRegion": "us-east-1",
    }


@contextmanager
def application() -> Iterator[Application]:
    """A fresh one: empty tables, a Stripe account without history."""
    with ExitStack() as closing:
        dynamodb = closing.enter_context(tables())
        secrets = boto3.client("secretsmanager")
        for name, fields in SECRETS.items():
            secrets.create_secret(Name=name, SecretString=json.dumps(fields))
        boto3.client("events").create_event_bus(Name="CommerceBus")
        stripe, sendgrid = serve(StripeSandbox()), serve(SendGridSandbox(mail_folder=None))
        google = serve(GoogleSandbox())
        ceps = {one.name: serve(one) for one in (ViaCepSandbox(), OpenCepSandbox(), BrasilApiSandbox())}
        for sandbox in (stripe, sendgrid, google, *ceps.values()):
            closing.callback(sandbox.stop)
        running = Application(stripe, sendgrid, google, ceps, dynamodb)
        closing.callback(running.stop)
        for function in running.functions.values():
            closing.enter_context(environment_of(function, **running.changes))
        yield running
