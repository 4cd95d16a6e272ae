"""Stripe's objects for tests, with the fields that we read: plausible by default, changed by keyword."""

from __future__ import annotations

from typing import Any

EPOCH = 1_790_000_000

type Json = dict[str, Any]


def intent(status: str = "requires_payment_method", **changes: Any) -> Json:
    received = 12_990 if status == "succeeded" else 0
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 12_990,
        "amount_capturable": 12_990 if status == "requires_capture" else 0,
        "amount_received": received,
        "cancellation_reason": None,
        "client_secret": "pi_1_secret_x",
        "created": EPOCH,
        "currency": "brl",
        "last_payment_error": None,
        "latest_charge": charge() if received else None,
        "livemode": False,
        "metadata": {"order_id": "order-1", "payment_id": "pay_1", "user_id": "user-1"},
        "status": status,
        **changes,
    }


def charge(*refunds: Json, **changes: Any) -> Json:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 12_990,
        "amount_captured": 12_990,
        "currency": "brl",
        "disputed": False,
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "last4": "4242", "capture_before": None, "wallet": None},
        },
        "refunds": {"object": "list", "data": list(refunds), "has_more": False, "url": "/v1/charges/ch_1/refunds"},
        **changes,
    }


def refund(amount: int = 1000, status: str = "succeeded", *, refund_id: str | None = "r1", **changes: Any) -> Json:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "created": EPOCH + 60,
        "currency": "brl",
        "metadata": {} if refund_id is None else {"refund_id": refund_id, "payment_id": "pay_1"},
        "reason": None,
        "status": status,
        **changes,
    }


def dispute(status: str = "needs_response", **changes: Any) -> Json:
    return {
        "id": "dp_1",
        "object": "dispute",
        "amount": 12_990,
        "created": EPOCH + 90,
        "currency": "brl",
        "reason": "fraudulent",
        "status": status,
        **changes,
    }


def listing(*objects: Json, has_more: bool = False) -> Json:
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": "/v1/things"}


def decline(code: str = "card_declined", decline_code: str | None = None, **changes: Any) -> Json:
    """A `last_payment_error`, or the `error` of a 402."""
    error = {"type": "card_error", "code": code, "message": "Your card was declined.", **changes}
    return error if decline_code is None else {**error, "decline_code": decline_code}
