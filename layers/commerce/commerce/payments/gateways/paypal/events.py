"""PayPal's events as hints: which order to look at again (developer.paypal.com/api/rest/webhooks/event-names).

A queue message carries ids only. What an event says of amounts and states is never believed: the worker reads the
order back from PayPal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from commerce.platform.errors import BadRequest
from commerce.platform.observability import count
from commerce.platform.webhooks import WebhookCall

PROVIDER = "paypal"
APPROVED = "CHECKOUT.ORDER.APPROVED"
APPROVAL_REVERSED = "CHECKOUT.PAYMENT-APPROVAL.REVERSED"

ORDER, APPROVAL, CAPTURE, REFUND, AUTHORIZATION, DISPUTE = (
    "order", "approval", "capture", "refund", "authorization", "dispute",
)  # fmt: skip

OBJECTS: Mapping[str, str] = {
    APPROVED: ORDER,
    APPROVAL_REVERSED: APPROVAL,
    "PAYMENT.CAPTURE.COMPLETED": CAPTURE,
    "PAYMENT.CAPTURE.PENDING": CAPTURE,
    "PAYMENT.CAPTURE.DENIED": CAPTURE,
    "PAYMENT.CAPTURE.DECLINED": CAPTURE,
    "PAYMENT.CAPTURE.REFUNDED": REFUND,
    "PAYMENT.CAPTURE.REVERSED": REFUND,
    "PAYMENT.REFUND.PENDING": REFUND,
    "PAYMENT.REFUND.FAILED": REFUND,
    "PAYMENT.AUTHORIZATION.CREATED": AUTHORIZATION,
    "PAYMENT.AUTHORIZATION.VOIDED": AUTHORIZATION,
    "CUSTOMER.DISPUTE.CREATED": DISPUTE,
    "CUSTOMER.DISPUTE.UPDATED": DISPUTE,
    "CUSTOMER.DISPUTE.RESOLVED": DISPUTE,
}
"""What the webhook is to be subscribed to (docs/providers/paypal.md), and what each event's resource is."""

_ID_FIELDS = {APPROVAL: "order_id", DISPUTE: "dispute_id"}
_ORDER_LINK = re.compile(r"/v2/checkout/orders/([A-Z0-9]{1,36})\Z", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9-]{1,255}", re.ASCII)


def translate(call: WebhookCall, event: Mapping[str, Any]) -> Sequence[Mapping[str, object]]:  # noqa: ARG001
    """The message `{"kind": "event", "provider", "event_id", "type", "object", "object_id", "order_id",
    "correlation_id"}`; `order_id` is PayPal's, None where the event does not say. Nothing for other types (PAY-15).

    Raises:
        BadRequest: `malformed_event` for a signed body that is no event of PayPal.
    """
    event_type = _text(event, "event_type")
    kind = OBJECTS.get(event_type)
    if kind is None:
        count("webhook_ignored", provider=PROVIDER, outcome="unknown_type")
        return ()
    resource = event.get("resource")
    if not isinstance(resource, Mapping):
        raise _malformed("resource")
    event_id = _text(event, "id")
    object_id = _id(resource, _ID_FIELDS.get(kind, "id"))
    message = {
        "kind": "event",
        "provider": PROVIDER,
        "event_id": event_id,
        "type": event_type,
        "object": kind,
        "object_id": object_id,
        "order_id": object_id if kind in (ORDER, APPROVAL) else order_of(resource),
        "correlation_id": event_id,
    }
    return (message,)


def order_of(resource: Mapping[str, Any]) -> str | None:
    """The order that a capture, an authorization or a refund belongs to, where it says so itself."""
    data = resource.get("supplementary_data")
    ids = data.get("related_ids") if isinstance(data, Mapping) else None
    order_id = ids.get("order_id") if isinstance(ids, Mapping) else None
    if isinstance(order_id, str) and _ID.fullmatch(order_id):
        return order_id
    found = _ORDER_LINK.search(parent_of(resource) or "")
    return found.group(1) if found else None


def parent_of(resource: Mapping[str, Any]) -> str | None:
    """The address of what it was made of: a refund's capture, a capture's authorization or order."""
    links = resource.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("rel") == "up" and isinstance(link.get("href"), str):
            href: str = link["href"]
            return href
    return None


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(name)
    return value


def _id(resource: Mapping[str, Any], name: str) -> str:
    value = _text(resource, name)
    if not _ID.fullmatch(value):
        raise _malformed(f"resource.{name}")
    return value


def _malformed(name: str) -> BadRequest:
    return BadRequest(f"The body is signed, but it is no event of PayPal: {name} is missing.", code="malformed_event")
