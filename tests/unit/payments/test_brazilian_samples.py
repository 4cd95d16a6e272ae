"""events/mercado_pago and events/brazil_payments: the samples are genuine, and one follows from the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commerce.payments.gateways.mercado_pago.events import translate
from commerce.payments.gateways.mercado_pago.signature import MercadoPagoSignature
from commerce.payments.messages import command_message, poll_message
from commerce.platform.ids import derived_id
from commerce.platform.webhooks import WebhookCall, raw_body
from local.sandboxes.mercado_pago.access import WEBHOOK_SECRET

EVENTS = Path(__file__).resolve().parents[3] / "events"
SIGNED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def message(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(sample(name)["Records"][0]["body"])
    return found


@pytest.mark.invariant("PAY-12")
def test_the_webhook_is_signed_and_becomes_the_queue_s_message() -> None:
    event = sample("mercado_pago/function-url")
    call = WebhookCall(raw_body(event), event["headers"], query=event["queryStringParameters"])
    MercadoPagoSignature(lambda: (WEBHOOK_SECRET,)).verify(call, SIGNED_AT)
    assert translate(call, json.loads(call.raw)) == [message("mercado_pago/sqs-event")]


@pytest.mark.parametrize("provider", ["mercado_pago", "brazil_payments"])
@pytest.mark.parametrize(("kind", "build"), [("command", command_message), ("poll", poll_message)])
def test_commands_and_looks_are_as_the_application_writes_them(provider: str, kind: str, build: Any) -> None:
    found = message(f"{provider}/sqs-{kind}")
    payment_id = derived_id("pay", "CommerceTable", provider, "order-1001", 1)
    assert found == build(provider, payment_id, found["correlation_id"])
