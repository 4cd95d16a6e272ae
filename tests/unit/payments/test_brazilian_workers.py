"""functions/mercado_pago/worker.py and functions/brazil_payments/worker.py: wired as this deployment is set up."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from commerce.payments.work import Hint
from commerce.platform.deadline import Deadline
from tests.conftest import FakeContext

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = {
    "COMMERCE_TABLE": "Commerce",
    "BREAKERS_TABLE": "Breakers",
    "CARD_POLL_SECONDS": "60,120",
    "LATE_PAYMENT_POLICY": "refund",
    "AMOUNT_TOLERANCE": "0",
    "MERCADO_PAGO_API_BASE": "https://api.mercadopago.com",
    "MERCADO_PAGO_SECRET_NAME": "dev/mercado-pago",
    "BRAZIL_PAYMENTS_API_BASE": "https://gateway.test",
    "BRAZIL_PAYMENTS_SECRET_NAME": "dev/brazil-payments",
    "BOLETO_INSTRUCTIONS": "Não receber após o vencimento.",
}


def worker_of(provider: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location(f"{provider}_worker", ROOT / f"functions/{provider}/worker.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_event_of_mercado_pago_points_to_its_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = worker_of("mercado_pago", monkeypatch)
    message = {"event_id": "123:req-1", "object_id": "123", "type": "payment"}
    assert worker.locate(message, Deadline.after(1)) == Hint("123:req-1", "123")


def test_no_event_leads_to_a_payment_of_the_generic_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker_of("brazil_payments", monkeypatch).locate({}, Deadline.after(1)) is None


@pytest.mark.invariant("PLT-02")
@pytest.mark.parametrize("provider", ["mercado_pago", "brazil_payments"])
def test_a_message_of_no_known_kind_fails_alone(
    provider: str, monkeypatch: pytest.MonkeyPatch, context: FakeContext
) -> None:
    worker = worker_of(provider, monkeypatch)

    class Queue:
        meta = SimpleNamespace(endpoint_url="https://sqs.example")

        def change_message_visibility_batch(self, **_: Any) -> dict[str, Any]:
            return {}

    monkeypatch.setattr(worker, "sqs", Queue())
    body = json.dumps({"kind": "poem", "provider": provider, "correlation_id": "c1"})
    record = {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
        "awsRegion": "us-east-1",
    }
    answer = worker.handler({"Records": [record]}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
