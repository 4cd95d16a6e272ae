"""Orders as PayPal shows them, for tests of what cannot be played on the sandbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commerce.payments.gateways.paypal.mapping import snapshot_of
from commerce.payments.model import Payment
from commerce.payments.observation import Snapshot
from tests.builders import NOW

type Json = dict[str, Any]

CREATED = "2026-11-24T10:00:00Z"


def brl(value: str) -> Json:
    return {"currency_code": "BRL", "value": value}


def row(identity: str, status: str, value: str = "129.90", **changes: Any) -> Json:
    return {"id": identity, "status": status, "amount": brl(value), "create_time": CREATED, **changes}


def authorization(status: str = "CREATED", identity: str = "AUTH1", **changes: Any) -> Json:
    return row(identity, status, **{"expiration_time": "2026-12-23T10:00:00Z", **changes})


def refund(identity: str, status: str = "COMPLETED", value: str = "10.00", *, of: str = "CAP1", **changes: Any) -> Json:
    up = {"rel": "up", "href": f"https://api.paypal.com/v2/payments/captures/{of}", "method": "GET"}
    return row(identity, status, value, **{"links": [up], **changes})


def order(status: str = "COMPLETED", **payments: list[Json]) -> Json:
    unit: Json = {
        "reference_id": "order-1",
        "custom_id": "pay_1",
        "invoice_id": "pay_1",
        "amount": brl("129.90"),
    }
    if payments:
        unit["payments"] = payments
    return {"id": "5O190127TN364715T", "status": status, "purchase_units": [unit]}


def seen(found: Json, known: Payment | None = None, *, at: datetime = NOW) -> Snapshot:
    return snapshot_of(found, livemode=False, observed_at=at, known=known)
