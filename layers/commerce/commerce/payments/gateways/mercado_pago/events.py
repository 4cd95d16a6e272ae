"""Mercado Pago's webhooks as hints: which payment to look at again (guide "Webhooks").

What the signature covers is the id in the address; the body is not covered, so that none of it is used, its `live_mode`
and `user_id` least of all. The worker reads the payment back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.mercado_pago.settings import PROVIDER
from commerce.payments.gateways.mercado_pago.signature import DATA_ID, HEADER, REQUEST_ID
from commerce.platform.errors import BadRequest
from commerce.platform.observability import count
from commerce.platform.webhooks import WebhookCall

TOPIC = "payment"
"""The one topic that the application is to be subscribed to (docs/providers/mercado-pago.md)."""

_LONGEST_ID = 20


def translate(call: WebhookCall, event: Mapping[str, Any]) -> list[dict[str, object]]:
    """Verified call -> its queue message `{"kind": "event", "provider", "event_id", "type", "object_id",
    "correlation_id"}`, or none for what is acknowledged and left alone (PAY-15).

    Raises:
        BadRequest: `malformed_event` for a signed call that names no payment.
    """
    topic = call.query.get("type") or call.query.get("topic") or event.get("type")
    if topic != TOPIC:
        count("webhook_ignored", provider=PROVIDER, outcome="unknown_type")
        return []
    payment = call.query.get(DATA_ID, "")
    if not (payment.isascii() and payment.isdigit() and len(payment) <= _LONGEST_ID):
        raise BadRequest("The call is signed, but data.id in its address names no payment.", code="malformed_event")
    event_id = f"{payment}:{call.headers.get(REQUEST_ID) or call.headers.get(HEADER, '')}"
    return [
        {
            "kind": "event",
            "provider": PROVIDER,
            "event_id": event_id,
            "type": TOPIC,
            "object_id": payment,
            "correlation_id": event_id,
        }
    ]
