"""The worker's handler as Lambda calls it: queue, tables and secret in moto, SendGrid's sandbox over a connection."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from commerce.messaging.model import Message
from commerce.messaging.status import MessageStatus
from commerce.orders.codec import to_row
from commerce.orders.model import Order, OrderStatus
from commerce.platform.dynamodb import put, write
from commerce.platform.observability import logger
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.kernel.server import serve
from local.sandboxes.sendgrid.sandbox import API_KEY, SendGridSandbox
from tests.builders import NOW, order_terms

FUNCTION = Path(__file__).resolve().parents[3] / "functions" / "sendgrid"
SECRET = "store/sendgrid"
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "LIVE_MODE": "false",
    "COMMERCE_TABLE": "commerce",
    "MESSAGES_TABLE": "messages",
    "SENDGRID_SECRET_NAME": SECRET,
    "MAIL_FROM_ADDRESS": "orders@store.example",
    "MAIL_FROM_NAME": "Casa do Café",
    "MAIL_DRY_RUN": "false",
    "STORE_NAME": "Casa do Café",
    "POWERTOOLS_SERVICE_NAME": "store",
    "POWERTOOLS_METRICS_NAMESPACE": "Commerce",
}


@dataclass
class FakeContext:
    aws_request_id: str = "req-1"
    function_name: str = "SendgridWorkerFunction"
    seconds: float = 30

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Stage:
    worker: ModuleType
    sandbox: SendGridSandbox
    dynamodb: Any
    sqs: Any
    queue_url: str
    log: io.StringIO
    metrics: Callable[[], str]
    context: FakeContext = field(default_factory=FakeContext)

    def register(self, order_id: str, **changes: Any) -> None:
        order = Order(order_terms(order_id, **changes), OrderStatus.PAID, 3, NOW, NOW)
        write(self.dynamodb, put("commerce", to_row(order)))

    def send(self, *bodies: Any) -> dict[str, Any]:
        """Put bodies through the real queue into the handler; what it answers."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=text)
        received = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=180
        )["Messages"]
        queue_arn = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn["Attributes"]["QueueArn"],
                "awsRegion": "us-east-1",
            }
            for message in received
        ]
        answer: dict[str, Any] = self.worker.handler({"Records": records}, self.context)
        return answer

    def row(self, order_id: str) -> Message:
        message_id = self.worker.confirmation_of(
            self.worker.orders.get(order_id), self.worker.order_paid(paid(order_id))
        ).request()
        found: Message = self.worker.messages.read(message_id.message_id)
        return found


def paid(order_id: str, **data: Any) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "1",
        "detail-type": "order.paid",
        "source": "commerce.orders",
        "detail": {
            "id": "evt_1",
            "type": "order.paid",
            "version": 1,
            "occurred_at": "2026-11-24T17:42:00.000Z",
            "correlation_id": f"cor_{order_id}",
            "data": {
                "order_id": order_id,
                "user_id": "user-1",
                "amount": 12990,
                "paid_amount": 12990,
                "currency": "BRL",
                **data,
            },
        },
    }


numbers = count()


@pytest.fixture(scope="module")
def world() -> Iterator[Stage]:
    """moto, the sandbox and the worker, loaded once with its folder on the path as Lambda does."""
    patch = pytest.MonkeyPatch()
    with mock_aws(), serve(SendGridSandbox()) as server:
        for name, value in {**SETTINGS, "SENDGRID_API_BASE": server.url}.items():
            patch.setenv(name, value)
        patch.syspath_prepend(str(FUNCTION))
        boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps({"api_key": API_KEY}))
        dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
        for table, keys in (("commerce", {"pk": "HASH", "sk": "RANGE"}), ("messages", {"pk": "HASH"})):
            dynamodb.create_table(
                TableName=table,
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],  # type: ignore[typeddict-item]
                BillingMode="PAY_PER_REQUEST",
            )
        log = io.StringIO()
        patch.setattr(logger.registered_handler, "stream", log)
        worker = importlib.import_module("worker")
        assert isinstance(server.sandbox, SendGridSandbox)
        yield Stage(worker, server.sandbox, dynamodb, sqs, "", log, str)
    for name in ("worker", "confirmation"):
        sys.modules.pop(name, None)
    patch.undo()


@pytest.fixture
def stage(world: Stage, capsys: pytest.CaptureFixture[str]) -> Stage:
    world.sandbox.state.clear()
    world.sandbox.faults.clear()
    world.queue_url = world.sqs.create_queue(QueueName=f"email-{next(numbers)}")["QueueUrl"]
    world.log.seek(0)
    world.log.truncate()
    world.metrics = lambda: capsys.readouterr().out
    return world


@pytest.mark.invariant("MSG-01")
def test_a_paid_order_is_confirmed_once_however_often_the_event_comes(stage: Stage) -> None:
    stage.register("order-1")
    for _ in range(3):
        assert stage.send(paid("order-1")) == {"batchItemFailures": []}
    (mail,) = stage.sandbox.state.for_order("order-1")
    assert mail.to == ({"email": "ana@example.com", "name": "Ana Souza"},)
    assert mail.sender == {"email": "orders@store.example", "name": "Casa do Café"}
    assert "Obrigado, Ana!" in mail.text
    assert "R$\xa0129,90" in mail.text
    assert "CEP 01310-100" in mail.html
    assert stage.row("order-1").status is MessageStatus.ACCEPTED
    assert "MessagesAccepted" in stage.metrics()


@pytest.mark.invariant("PLT-02")
def test_one_poison_message_fails_alone(stage: Stage) -> None:
    stage.register("order-2")
    stage.register("order-3")
    answer = stage.send(
        paid("order-2"), "{", paid("order-unknown"), {"detail": {"type": "order.refunded"}}, paid("order-3")
    )
    assert len(answer["batchItemFailures"]) == 3
    assert len(stage.sandbox.state.for_order("order-2")) == 1
    assert len(stage.sandbox.state.for_order("order-3")) == 1


@pytest.mark.invariant("MSG-03")
def test_an_unknown_outcome_is_done_counted_and_told(stage: Stage) -> None:
    stage.register("order-4")
    stage.sandbox.faults.add(Fault(FaultKind.CUT_AFTER))
    assert stage.send(paid("order-4")) == {"batchItemFailures": []}
    assert stage.row("order-4").status is MessageStatus.UNKNOWN
    assert '"MessagesUnknown"' in stage.metrics()
    (line,) = [json.loads(text) for text in stage.log.getvalue().splitlines() if "outcome unknown" in text]
    assert line["level"] == "ERROR"
    assert line["message_id"] == stage.row("order-4").message_id
    assert line["order_id"] == "order-4"
    assert line["correlation_id"] == "cor_order-4"


@pytest.mark.invariant("MSG-03")
def test_a_message_to_retry_goes_back_to_the_queue_until_it_is_due(stage: Stage) -> None:
    stage.register("order-5")
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=503))
    answer = stage.send(paid("order-5"))
    assert len(answer["batchItemFailures"]) == 1
    assert stage.row("order-5").status is MessageStatus.RETRY
    assert stage.sandbox.state.sent == []
    waiting = stage.sqs.get_queue_attributes(QueueUrl=stage.queue_url, AttributeNames=["All"])["Attributes"]
    assert waiting["ApproximateNumberOfMessagesNotVisible"] == "1"


@pytest.mark.invariant("AUT-06")
def test_a_placeholder_key_keeps_the_message_and_says_which_command_sets_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.register("order-6")
    monkeypatch.setattr(stage.worker, "secrets", stage.worker.SecretsManagerSecrets(max_age=0))
    boto3.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString='{"api_key": "REPLACE_ME"}')
    assert len(stage.send(paid("order-6"))["batchItemFailures"]) == 1
    assert "put-secret-value" in stage.log.getvalue()
    boto3.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=json.dumps({"api_key": API_KEY}))
    assert stage.send(paid("order-6")) == {"batchItemFailures": []}
    assert len(stage.sandbox.state.for_order("order-6")) == 1


@pytest.mark.invariant("AUT-04")
def test_no_line_of_the_log_names_the_buyer(stage: Stage) -> None:
    stage.register("order-7")
    stage.register("order-8")
    stage.sandbox.faults.add(Fault(FaultKind.STATUS, status=400), Fault(FaultKind.CUT_BEFORE))
    stage.send(paid("order-7"), paid("order-8"), paid("order-unknown"))
    log = stage.log.getvalue() + stage.metrics()
    assert "message refused" in log
    for private in ("ana@example.com", "Ana", "Souza", "Flores", "39053344705", "987654321", "01310100", API_KEY):
        assert private not in log
