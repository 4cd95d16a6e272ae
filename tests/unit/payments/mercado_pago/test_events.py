"""Mercado Pago's webhooks as hints: which are passed on, with what, and what of them is never used."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from commerce.payments.gateways.mercado_pago.events import translate
from commerce.payments.gateways.mercado_pago.signature import HEADER, REQUEST_ID, MercadoPagoSignature, sign
from commerce.platform.errors import BadRequest
from commerce.platform.secrets import StaticSecrets
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.mercado_pago.access import WEBHOOK_SECRET
from local.sandboxes.mercado_pago.notices import Notice
from tests.conftest import FakeContext
from tests.unit.payments.mercado_pago.rig import Rig

ROOT = Path(__file__).resolve().parents[4]
SECRET = "unit-secret"


def hook(query: dict[str, str], **headers: str) -> WebhookCall:
    return WebhookCall(b"{}", {REQUEST_ID: "req-1", **headers}, query=query)


def test_every_webhook_of_a_payment_s_life_names_it_and_is_one_of_its_own(pix: Rig) -> None:
    ref = pix.paid()
    pix.refund("r1", 1_000)
    delivered = pix.webhooks()
    assert len(delivered) == 3
    messages = []
    for call, body in delivered:
        MercadoPagoSignature(lambda: (WEBHOOK_SECRET,)).verify(call, pix.clock.now())
        messages += translate(call, body)
    assert {message["object_id"] for message in messages} == {ref}
    assert len({message["event_id"] for message in messages}) == 3


def test_a_message_carries_ids_and_nothing_of_the_body() -> None:
    body = {"type": "payment", "live_mode": True, "user_id": 7, "data": {"id": "999"}, "action": "payment.created"}
    (message,) = translate(hook({"data.id": "123", "type": "payment"}), body)
    assert message == {
        "kind": "event",
        "provider": "mercado_pago",
        "event_id": "123:req-1",
        "type": "payment",
        "object_id": "123",
        "correlation_id": "123:req-1",
    }


@pytest.mark.invariant("PAY-13")
def test_without_a_request_id_the_signature_tells_deliveries_apart() -> None:
    ids = set()
    for stamp in ("1", "2"):
        call = WebhookCall(b"{}", {HEADER: f"ts={stamp},v1=0"}, query={"data.id": "123", "type": "payment"})
        ids.add(translate(call, {})[0]["event_id"])
    assert len(ids) == 2


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize("kind", ["order", "topic_chargebacks_wh", "merchant_order", "plan", ""])
def test_other_topics_are_left_alone(pix: Rig, kind: str) -> None:
    pix.world.notify(Notice("ORD1", kind=kind))
    ((call, body),) = pix.webhooks()
    assert translate(call, body) == []


@pytest.mark.parametrize("data_id", ["", "abc", "12/../3", "1" * 21, "١٢٣"])
def test_a_signed_call_that_names_no_payment_is_malformed(data_id: str) -> None:
    with pytest.raises(BadRequest) as refused:
        translate(hook({"data.id": data_id, "type": "payment"}), {})
    assert refused.value.code == "malformed_event"


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
    monkeypatch.setenv("MERCADO_PAGO_SECRET_NAME", "dev/mercado-pago")
    monkeypatch.setenv("MERCADO_PAGO_QUEUE_URL", "https://sqs.example/mercado-pago")
    monkeypatch.setattr("commerce.platform.aws.client", lambda _: queue)
    spec = importlib.util.spec_from_file_location("mp_webhook_function", ROOT / "functions/mercado_pago/webhook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "secrets", StaticSecrets({"dev/mercado-pago": {"webhook_secret": SECRET}}))
    return module


def delivery(secret: str = SECRET, data_id: str = "123", **changes: Any) -> dict[str, Any]:
    header = sign(secret, data_id=data_id, request_id="req-1", time=int(time.time() * 1000))
    return {
        "version": "2.0",
        "rawPath": "/",
        "requestContext": {"http": {"method": "POST", "path": "/"}, "requestId": "r1"},
        "queryStringParameters": {"data.id": data_id, "type": "payment"},
        "headers": {"x-signature": header, "x-request-id": "req-1", "content-type": "application/json"},
        "body": '{"type": "payment", "data": {"id": "123"}}',
        "isBase64Encoded": False,
        **changes,
    }


@pytest.mark.invariant("PAY-16")
def test_a_genuine_event_is_queued_and_acknowledged(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    assert webhook.handler(delivery(), context)["statusCode"] == 200
    assert [message["object_id"] for message in queue.messages] == ["123"]


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize(
    "forged",
    [
        delivery("other-secret"),
        delivery(headers={}),
        delivery(queryStringParameters={"data.id": "124", "type": "payment"}),
        delivery("other-secret", body="not json"),
    ],
)
def test_a_forged_event_is_refused_and_nothing_is_written(
    webhook: ModuleType, queue: Queue, context: FakeContext, forged: dict[str, Any]
) -> None:
    assert webhook.handler(forged, context)["statusCode"] == 401
    assert queue.messages == []


@pytest.mark.invariant("PAY-15")
def test_a_foreign_topic_is_acknowledged_and_left_alone(
    webhook: ModuleType, queue: Queue, context: FakeContext
) -> None:
    found = delivery(queryStringParameters={"data.id": "123", "type": "order"})
    assert webhook.handler(found, context)["statusCode"] == 200
    assert queue.messages == []


@pytest.mark.invariant("PAY-16")
def test_what_could_not_be_queued_is_not_acknowledged(webhook: ModuleType, queue: Queue, context: FakeContext) -> None:
    queue.broken = True
    assert webhook.handler(delivery(), context)["statusCode"] >= 500


@pytest.mark.invariant("PLT-06")
def test_it_imports_nothing_that_it_does_not_need() -> None:
    script = (
        "import os, sys; "
        f"sys.path[:0] = [{str(ROOT / 'functions/mercado_pago')!r}, {str(ROOT / 'layers/commerce')!r}]; "
        "os.environ.update(MERCADO_PAGO_SECRET_NAME='s', MERCADO_PAGO_QUEUE_URL='https://q.example'); "
        "import webhook; "
        "print(sorted({'requests', 'pydantic', 'stripe', 'segno'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
