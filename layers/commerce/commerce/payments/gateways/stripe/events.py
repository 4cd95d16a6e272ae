"""Stripe's events as hints: which object to look at again (docs.stripe.com/api/events/types).

A queue message carries ids only. What an event says of amounts and states is never believed: the worker reads the
object back from Stripe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.platform.errors import BadRequest
from commerce.platform.observability import count
from commerce.platform.webhooks import WebhookCall

PROVIDER = "stripe"

KNOWN_TYPES = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.processing",
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "charge.refunded",
        "charge.expired",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "setup_intent.succeeded",
        "setup_intent.setup_failed",
        "payment_method.attached",
        "payment_method.detached",
        "payment_method.automatically_updated",
        "radar.early_fraud_warning.created",
        "review.opened",
        "review.closed",
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
    }
)
"""What the webhook endpoint is to be subscribed to (docs/providers/stripe.md)."""


class EventTranslator:
    """Verified event -> its queue message, or none for what is acknowledged and left alone (PAY-15).

    Args:
        live_mode: what this deployment is; events of the other mode are foreign.
    """

    def __init__(self, *, live_mode: bool) -> None:
        self._live_mode = live_mode

    def __call__(self, call: WebhookCall, event: Mapping[str, Any]) -> list[dict[str, object]]:  # noqa: ARG002
        """The message `{"kind": "event", "provider", "event_id", "type", "object", "object_id", "payment_intent",
        "created", "correlation_id"}`; `payment_intent` is None for objects that belong to no payment.

        Raises:
            BadRequest: `malformed_event` for a signed body that is no event of Stripe.
        """
        event_type = _text(event, "type")
        reason = self._reason_to_ignore(event, event_type)
        if reason is not None:
            count("webhook_ignored", provider=PROVIDER, outcome=reason)
            return []
        return [_message(event, event_type)]

    def _reason_to_ignore(self, event: Mapping[str, Any], event_type: str) -> str | None:
        if event_type not in KNOWN_TYPES:
            return "unknown_type"
        if event.get("livemode") is not self._live_mode:
            return "foreign_livemode"
        # Only events of somebody else's connected account carry one (API reference, the event object).
        return "foreign_account" if event.get("account") is not None else None


def _message(event: Mapping[str, Any], event_type: str) -> dict[str, object]:
    data = event.get("data")
    subject = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(subject, Mapping):
        raise _malformed("data.object")
    event_id = _text(event, "id")
    kind = _text(subject, "object")
    object_id = _text(subject, "id")
    created = event.get("created")
    if type(created) is not int:
        raise _malformed("created")
    return {
        "kind": "event",
        "provider": PROVIDER,
        "event_id": event_id,
        "type": event_type,
        "object": kind,
        "object_id": object_id,
        "payment_intent": object_id if kind == "payment_intent" else _reference(subject.get("payment_intent")),
        "created": created,
        "correlation_id": event_id,
    }


def _reference(value: object) -> str | None:
    """An id, whether Stripe sent the id alone or the whole object."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) else None


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(name)
    return value


def _malformed(name: str) -> BadRequest:
    return BadRequest(f"The body is signed, but it is no event of Stripe: {name} is missing.", code="malformed_event")
