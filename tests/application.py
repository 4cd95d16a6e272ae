"""The whole API in one process: the gateway of the local stack in front of the real handlers, no worker processes.

What is real: routes, authorizer and CORS of template.yaml, HTTP over a socket, the handlers with their own clients,
against every provider's strict sandbox. What is not: AWS is moto in this process, and nothing runs in the background;
`work` does what a queue holds.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import boto3
import requests

from local.build.blueprint import SAMPLE_PARAMETERS, read_blueprint, sample_template, symbolic
from local.handlers import environment_of, import_handler
from local.stack.http_api import HttpApi
from local.stack.httpd import Server
from local.stack.plugs import PluggedSandbox
from local.stack.pool import FunctionPool
from local.stack.providers import all_sandboxes
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
STRIPE = ("StripeWorkerFunction", "StripeQueue")
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

    def __init__(self, sandboxes: Mapping[str, PluggedSandbox], dynamodb: DynamoDBClient) -> None:
        self.sandboxes = sandboxes
        self.stripe, self.sendgrid, self.google = sandboxes["stripe"], sandboxes["sendgrid"], sandboxes["google"]
        self.dynamodb = dynamodb
        self._sqs: SQSClient = boto3.client("sqs")
        self._issuer = Issuer(SAMPLE_PARAMETERS["JwtIssuer"])
        self._queue_urls = {
            name: self._sqs.create_queue(QueueName=name)["QueueUrl"]
            for name, resource in sample_template().resources.items()
            if resource["Type"] == "AWS::SQS::Queue"
        }
        bases = {base: one.url for one in sandboxes.values() for base in one.plug.bases}
        self.changes = {_variable(parameter): url for parameter, url in bases.items()} | self._queue_variables()
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

    def queued(self, queue: str = STRIPE[1]) -> list[dict[str, Any]]:
        """What is on a queue, taken off it."""
        return [json.loads(message["Body"]) for batch in self._receive(queue) for message in batch]

    def token(self, *scopes: str, sub: str = "buyer-1", **claims: Any) -> str:
        return self._issuer.token(sub=sub, scopes=scopes, audience=_AUDIENCE, claims=claims)

    def work(self, worker: str = STRIPE[0], queue: str = STRIPE[1]) -> list[Any]:
        """Hand everything on a queue to its worker; what failed is in the answers, and gone."""
        return [
            self.invoke(worker, {"Records": [_record(message) for message in batch]}) for batch in self._receive(queue)
        ]

    def _receive(self, queue: str) -> Iterator[list[MessageTypeDef]]:
        url = self._queue_urls[queue]
        while messages := self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages", []):
            for message in messages:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield messages

    def queue(self, message: Mapping[str, object], queue: str = STRIPE[1]) -> None:
        self._sqs.send_message(QueueUrl=self._queue_urls[queue], MessageBody=json.dumps(message))

    def _queue_variables(self) -> dict[str, str]:
        """Environment variables that hold one queue's address, or several as `provider=address`."""
        found: dict[str, str] = {}
        for function in read_blueprint().functions:
            for name, value in function.environment.items():
                if name.endswith("_QUEUE_URL"):
                    found[name] = self._queue_urls[value]
                elif name == "PAYMENT_QUEUES":
                    pairs = (pair.split("=") for pair in value.split())
                    found[name] = " ".join(f"{provider}={self._queue_urls[queue]}" for provider, queue in pairs)
        return found

    def confirm(self, client_secret: str, method: str = "pm_card_visa") -> None:
        """What Stripe.js does in the buyer's browser."""
        intent = client_secret.partition("_secret_")[0]
        form = {"client_secret": client_secret, "payment_method": method, "return_url": "https://store.example"}
        answer = requests.post(
            f"{self.stripe.url}/v1/payment_intents/{intent}/confirm",
            data=form,
            auth=("pk_test_sandbox", ""),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text

    def stop(self) -> None:
        self._server.stop()


def _variable(parameter: str) -> str:
    """`StripeApiBase` -> `STRIPE_API_BASE`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).upper()


def _secrets(sandboxes: Mapping[str, PluggedSandbox]) -> dict[str, Mapping[str, str]]:
    """By the name that the template gives each secret, what the sandbox expects in it."""
    template = sample_template()
    resolve = symbolic(template).resolve
    plugged = {secret: fields for one in sandboxes.values() for secret, fields in one.plug.secrets.items()}
    return {resolve(template.resources[secret]["Properties"]["Name"]): fields for secret, fields in plugged.items()}


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
    """A fresh one: empty tables, providers without history."""
    with ExitStack() as closing:
        dynamodb = closing.enter_context(tables())
        sandboxes = {plug.name: PluggedSandbox(plug) for plug in all_sandboxes(mail_folder=None)}
        for sandbox in sandboxes.values():
            closing.callback(sandbox.stop)
        secrets = boto3.client("secretsmanager")
        for name, fields in _secrets(sandboxes).items():
            secrets.create_secret(Name=name, SecretString=json.dumps(fields))
        boto3.client("events").create_event_bus(Name="CommerceBus")
        running = Application(sandboxes, dynamodb)
        closing.callback(running.stop)
        for function in running.functions.values():
            closing.enter_context(environment_of(function, **running.changes))
        yield running
