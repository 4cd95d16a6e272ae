"""functions/stripe/webhook.py: verified, queued, acknowledged; and nothing it does not need is imported."""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from commerce.payments.gateways.stripe.signature import sign
from commerce.platform.secrets import StaticSecrets
from tests.conftest import FakeContext
from tests.unit.payments.stripe.objects import intent
from tests.unit.payments.stripe.test_events import event

ROOT = Path(__file__).resolve().parents[4]
SECRET = "whsec_unit"


class Queue:
    """The part of an SQS client that sending needs."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.broken = False

    def send_message(self, **sent: Any) -> dict[str, str]:
        if self.broken:
            raise OSError("no route to SQS")
        self.messages.append(json.loads(sent["MessageBody"]))
        return {"MessageId": "1"}


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def webhook(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("STRIPE_SECRET_NAME", "dev/stripe")
    monkeypatch.setenv("STRIPE_QUEUE_URL", "https://sqs.example/stripe")
    monkeypatch.setattr("commerce.platform.aws.client", lambda _: queue)
    spec = importlib.util.spec_from_file_location("stripe_webhook_function", ROOT / "functions/stripe/webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    keep(monkeypatch, module, {"webhook_secret": SECRET})
    return module


def keep(monkeypatch: pytest.MonkeyPatch, module: ModuleType, fields: dict[str, str]) -> None:
    monkeypatch.setattr(module, "secrets", StaticSecrets({"dev/stripe": fields}))


def delivery(body: object, *, secret: str = SECRET, encoded: bool = False, **changes: Any) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return {
        "version": "2.0",
        "requestContext": {"http": {"method": "POST", "path": "/"}, "requestId": "r1"},
        "headers": {"stripe-signature": sign(raw, secret, int(time.time())), "content-type": "application/json"},
        "body": base64.b64encode(raw).decode() if encoded else raw.decode("utf-8", "replace"),
        "isBase64Encoded": encoded,
        **changes,
    }


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_genuine_event_is_queued_once_and_acknowledged(
    webhook: ModuleType, queue: Queue, context: FakeContext, encoded: bool
) -> None:
    found = event("payment_intent.succeeded", intent("succeeded", description="São Paulo"))
    assert webhook.handler(delivery(found, encoded=encoded), context)["statusCode"] == 200
    (message,) = queue.messages
    assert (message["kind"], message["event_id"], message["payment_intent"]) == ("event", "evt_1", "pi_1")


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "forged",
    [
        delivery(event("payment_intent.succeeded", intent()), secret="whsec_other"),
        {**delivery(event("payment_intent.succeeded", intent())), "body": "{}"},
        {**delivery(event("payment_intent.succeeded", intent())), "headers": {}},
        {**delivery(event("payment_intent.succeeded", intent()), encoded=True), "body": "%%%"},
        delivery(b"not json", secret="whsec_other"),
    ],
)
def test_a_forged_event_is_refused_and_nothing_is_written(
    webhook: ModuleType, queue: Queue, context: FakeContext, forged: dict[str, Any]
) -> None:
    assert webhook.handler(forged, context)["statusCode"] == 401
    assert queue.messages == []


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize(
    "foreign",
    [
        event("payment_intent.succeeded", intent(), livemode=True),
        event("invoice.paid", {"id": "in_1", "object": "invoice"}),
    ],
)
def test_a_foreign_event_is_acknowledged_and_left_alone(
    webhook: ModuleType, queue: Queue, context: FakeContext, foreign: dict[str, Any]
) -> None:
    assert webhook.handler(delivery(foreign), context)["statusCode"] == 200
    assert queue.messages == []


@pytest.mark.invariant("PAY-16")
def test_what_could_not_be_queued_is_not_acknowledged(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    queue.broken = True
    answer = webhook.handler(delivery(event("payment_intent.succeeded", intent())), context)
    assert answer["statusCode"] >= 500


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("fields", [{}, {"webhook_secret": "REPLACE_ME"}, {"webhook_secret": ""}])
def test_without_a_secret_everybody_is_refused(
    webhook: ModuleType,
    queue: Queue,
    context: FakeContext,
    fields: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep(monkeypatch, webhook, fields)
    for guess in (SECRET, "REPLACE_ME", ""):
        found = delivery(event("payment_intent.succeeded", intent()), secret=guess)
        answer = webhook.handler(found, context)
        assert answer["statusCode"] == 401
        assert "STRIPE_SECRET_NAME" not in answer["body"]
    assert queue.messages == []


@pytest.mark.invariant("PLT-06")
def test_it_imports_nothing_that_it_does_not_need() -> None:
    script = (
        "import os, sys; "
        f"sys.path[:0] = [{str(ROOT / 'functions/stripe')!r}, {str(ROOT / 'layers/commerce')!r}]; "
        "os.environ.update(STRIPE_SECRET_NAME='s', STRIPE_QUEUE_URL='https://q.example', LIVE_MODE='false'); "
        "import webhook; "
        "print(sorted({'stripe', 'requests', 'pydantic', 'jinja2', 'sendgrid'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
