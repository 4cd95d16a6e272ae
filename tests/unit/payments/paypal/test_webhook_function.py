"""functions/paypal/webhook.py: verified, queued, acknowledged; and nothing it does not need is imported."""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from commerce.platform.errors import ProviderUnavailable
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.paypal import certificates
from local.sandboxes.paypal.certificates import root_pem
from local.sandboxes.paypal.signature import Signature
from tests.conftest import FakeContext

ROOT = Path(__file__).resolve().parents[4]
WEBHOOK = "WH-UNIT"
BASE = "https://api-m.sandbox.paypal.com"
FIELDS = {"client_id": "c", "client_secret": "s", "webhook_id": WEBHOOK, "webhook_root_ca": root_pem()}
SETTINGS = {
    "PAYPAL_SECRET_NAME": "dev/paypal",
    "PAYPAL_QUEUE_URL": "https://sqs.example/paypal",
    "PAYPAL_API_BASE": BASE,
    "TOKENS_TABLE": "tokens",
    "LIVE_MODE": "false",
}


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
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("commerce.platform.aws.client", lambda _: queue)
    monkeypatch.setattr(
        "commerce.payments.gateways.paypal.certificates.fetch", lambda *_: certificates.identity().chain_pem()
    )
    spec = importlib.util.spec_from_file_location("paypal_webhook_function", ROOT / "functions/paypal/webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    keep(monkeypatch, module, FIELDS)
    return module


def keep(monkeypatch: pytest.MonkeyPatch, module: ModuleType, fields: dict[str, str]) -> None:
    monkeypatch.setattr(module, "secrets", StaticSecrets({"dev/paypal": fields}))


def event(event_type: str = "CHECKOUT.ORDER.APPROVED", **resource: Any) -> dict[str, Any]:
    return {"id": "WH-EVENT-1", "event_type": event_type, "resource": {"id": "5O1", **resource}}


def delivery(body: object, *, webhook_id: str = WEBHOOK, encoded: bool = False, **changes: Any) -> dict[str, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    signature = Signature(webhook_id, lambda: BASE, lambda: "0" * 32)
    return {
        "version": "2.0",
        "requestContext": {"http": {"method": "POST", "path": "/"}, "requestId": "r1"},
        "headers": {name.lower(): value for name, value in signature.headers(raw, datetime.now(UTC)).items()},
        "body": base64.b64encode(raw).decode() if encoded else raw.decode("utf-8", "replace"),
        "isBase64Encoded": encoded,
        **changes,
    }


@pytest.mark.invariant("PAY-16")
@pytest.mark.parametrize("encoded", [False, True])
def test_a_genuine_event_is_queued_once_and_acknowledged(
    webhook: ModuleType, queue: Queue, context: FakeContext, encoded: bool
) -> None:
    answer = webhook.handler(delivery(event(note="São Paulo \\/ \r\n"), encoded=encoded), context)
    assert answer["statusCode"] == 200
    (message,) = queue.messages
    assert (message["kind"], message["event_id"], message["order_id"]) == ("event", "WH-EVENT-1", "5O1")


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "forged",
    [
        delivery(event(), webhook_id="SOMEBODYELSES"),
        {**delivery(event()), "body": "{}"},
        {**delivery(event()), "headers": {}},
        {**delivery(event(), encoded=True), "body": "%%%"},
        delivery(b"not json", webhook_id="SOMEBODYELSES"),
    ],
)
def test_a_forged_event_is_refused_and_nothing_is_written(
    webhook: ModuleType, queue: Queue, context: FakeContext, forged: dict[str, Any]
) -> None:
    assert webhook.handler(forged, context)["statusCode"] == 401
    assert queue.messages == []


@pytest.mark.invariant("PAY-15")
def test_a_foreign_event_is_acknowledged_and_left_alone(
    webhook: ModuleType, queue: Queue, context: FakeContext
) -> None:
    assert webhook.handler(delivery(event("BILLING.PLAN.CREATED")), context)["statusCode"] == 200
    assert queue.messages == []


@pytest.mark.invariant("PAY-16")
def test_what_could_not_be_queued_is_not_acknowledged(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    queue.broken = True
    assert webhook.handler(delivery(event()), context)["statusCode"] >= 500


@pytest.mark.invariant("PAY-16")
def test_everything_ends_before_the_function_does(
    webhook: ModuleType, queue: Queue, context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.milliseconds = 10_000
    given: list[float] = []

    def unreachable(*call: Any) -> bool:
        given.append(call[-1].remaining())
        raise ProviderUnavailable("no route")

    monkeypatch.setattr(webhook.certificates, "_fetch", unreachable)
    monkeypatch.setattr(webhook, "paypals_word", lambda: unreachable)
    assert webhook.handler(delivery(event()), context)["statusCode"] == 503
    fetching, asking = given
    assert 3 < fetching <= 4
    assert 7 < asking <= 8
    assert queue.messages == []


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("webhook_id", ["", "REPLACE_ME", "WEBHOOK_ID"])
def test_without_an_id_everybody_is_refused(
    webhook: ModuleType, queue: Queue, context: FakeContext, webhook_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, webhook, {**FIELDS, "webhook_id": webhook_id})
    answer = webhook.handler(delivery(event(), webhook_id=webhook_id), context)
    assert answer["statusCode"] == 401
    assert "PAYPAL_SECRET_NAME" not in answer["body"]
    assert queue.messages == []


@pytest.mark.invariant("PLT-06")
def test_it_imports_nothing_that_it_does_not_need() -> None:
    script = (
        "import os, sys; "
        f"sys.path[:0] = [{str(ROOT / 'functions/paypal')!r}, {str(ROOT / 'layers/commerce')!r}]; "
        f"os.environ.update({SETTINGS!r}); "
        "import webhook; "
        "print(sorted({'cryptography', 'requests', 'pydantic', 'jinja2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
