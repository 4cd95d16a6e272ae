"""The domain event that a confirmation answers, as it comes out of the queue behind the bus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commerce.messaging.confirmation import EVENT, PaidWith
from commerce.platform.clock import parse_iso
from commerce.platform.errors import BadRequest
from commerce.platform.money import Money

VERSION = 1


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """`order.paid` version 1 (contracts/events/order.v1.json); it holds no personal data."""

    event_id: str
    order_id: str
    money: Money
    occurred_at: datetime
    correlation_id: str
    paid_with: PaidWith | None = None


def order_paid(body: Mapping[str, Any]) -> OrderPaid:
    """Read an EventBridge event: the envelope lies under `detail` (EventBridge, structure of events).

    Raises:
        BadRequest: `unexpected_event` for another type or version, `malformed_event` for missing or wrong fields.
    """
    envelope = body.get("detail")
    if not isinstance(envelope, dict):
        raise BadRequest("The message is no event of the bus: it has no detail.", code="malformed_event")
    if envelope.get("type") != EVENT or envelope.get("version") != VERSION:
        raise BadRequest(
            f"The e-mail worker reads {EVENT} version {VERSION} and nothing else; check the rule that fills its queue.",
            code="unexpected_event",
        )
    try:
        return _order_paid(envelope)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(
            f"The event {EVENT} lacks a field or has one of another type; compare it with its schema in "
            "contracts/events.",
            code="malformed_event",
        ) from error


def _order_paid(envelope: Mapping[str, Any]) -> OrderPaid:
    data = envelope["data"]
    return OrderPaid(
        event_id=_text(envelope["id"]),
        order_id=_text(data["order_id"]),
        money=Money(data["paid_amount"], _text(data["currency"])),
        occurred_at=parse_iso(envelope["occurred_at"]),
        correlation_id=_text(envelope["correlation_id"]),
        paid_with=_paid_with(data.get("payment_method")),
    )


def _paid_with(method: Any) -> PaidWith | None:
    if method is None:
        return None
    if not isinstance(method, dict):
        raise TypeError("an object is expected here")
    brand, last4 = method.get("brand"), method.get("last4")
    return PaidWith(
        kind=_text(method["kind"]),
        brand=None if brand is None else _text(brand),
        last4=None if last4 is None else _text(last4),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a text is expected here")
    return value
