"""PayPal's events -> queue messages that carry ids and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commerce.payments.gateways.paypal.events import OBJECTS, translate
from commerce.platform.errors import BadRequest
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.paypal.account import SUBSCRIBED
from tests.unit.payments.paypal.rig import Rig

CALL = WebhookCall(b"", {})


def event(event_type: str, resource: Any, **changes: Any) -> dict[str, Any]:
    return {"id": "WH-1", "event_type": event_type, "resource": resource, **changes}


def message(event_type: str, resource: Any) -> Any:
    (found,) = translate(CALL, event(event_type, resource))
    return found


def test_an_approval_names_its_order() -> None:
    assert message("CHECKOUT.ORDER.APPROVED", {"id": "5O1", "payer": {"email_address": "ana@example.com"}}) == {
        "kind": "event",
        "provider": "paypal",
        "event_id": "WH-1",
        "type": "CHECKOUT.ORDER.APPROVED",
        "object": "order",
        "object_id": "5O1",
        "order_id": "5O1",
        "correlation_id": "WH-1",
    }


@pytest.mark.parametrize(
    ("event_type", "resource", "kind", "object_id", "order_id"),
    [
        ("CHECKOUT.PAYMENT-APPROVAL.REVERSED", {"order_id": "5O1"}, "approval", "5O1", "5O1"),
        (
            "PAYMENT.CAPTURE.COMPLETED",
            {"id": "CAP1", "supplementary_data": {"related_ids": {"order_id": "5O1"}}},
            "capture",
            "CAP1",
            "5O1",
        ),
        (
            "PAYMENT.AUTHORIZATION.VOIDED",
            {"id": "A1", "links": [{"rel": "up", "href": "https://api.paypal.com/v2/checkout/orders/5O1"}]},
            "authorization",
            "A1",
            "5O1",
        ),
        (
            "PAYMENT.CAPTURE.REFUNDED",
            {"id": "R1", "links": [{"rel": "up", "href": "https://api.paypal.com/v2/payments/captures/CAP1"}]},
            "refund",
            "R1",
            None,
        ),
        ("PAYMENT.CAPTURE.DENIED", {"id": "CAP1"}, "capture", "CAP1", None),
        ("CUSTOMER.DISPUTE.CREATED", {"dispute_id": "PP-R-1"}, "dispute", "PP-R-1", None),
    ],
)
def test_each_event_points_to_what_is_read(
    event_type: str, resource: Any, kind: str, object_id: str, order_id: str | None
) -> None:
    found = message(event_type, resource)
    assert (found["object"], found["object_id"], found["order_id"]) == (kind, object_id, order_id)


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize("event_type", ["BILLING.PLAN.CREATED", "PAYMENT.SALE.COMPLETED", "checkout.order.approved"])
def test_other_events_are_left_alone(event_type: str) -> None:
    assert translate(CALL, event(event_type, {"id": "X"})) == ()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"event_type": 7},
        event("CHECKOUT.ORDER.APPROVED", None),
        event("CHECKOUT.ORDER.APPROVED", []),
        event("CHECKOUT.ORDER.APPROVED", {}),
        event("CHECKOUT.ORDER.APPROVED", {"id": "../../x"}),
        event("CHECKOUT.ORDER.APPROVED", {"id": "X" * 300}),
        event("CHECKOUT.ORDER.APPROVED", {"id": "5O1"}, id=""),
        event("CUSTOMER.DISPUTE.CREATED", {"id": "PP-R-1"}),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        translate(CALL, broken)
    assert refused.value.code == "malformed_event"


@pytest.mark.parametrize(
    "strange",
    [
        {"supplementary_data": []},
        {"supplementary_data": {"related_ids": "5O1"}},
        {"supplementary_data": {"related_ids": {"order_id": "5O1/../x"}}},
        {"links": {}},
        {"links": [None, {"rel": "up"}, {"rel": "up", "href": 7}]},
        {"links": [{"rel": "up", "href": "https://evil.example/v2/checkout/orders/5O1?x=1"}]},
    ],
)
def test_a_strange_resource_points_to_no_order(strange: dict[str, Any]) -> None:
    assert message("PAYMENT.CAPTURE.COMPLETED", {"id": "CAP1", **strange})["order_id"] is None


def test_every_event_the_sandbox_knows_is_known() -> None:
    assert set(SUBSCRIBED) <= set(OBJECTS)


@pytest.mark.invariant("AUT-04")
def test_messages_carry_ids_alone(rig: Rig) -> None:
    rig.refund(rig.paid(), 100)
    for delivery in rig.box.webhooks.drain():
        for found in translate(CALL, json.loads(delivery.body)):
            assert "@" not in str(found)
            assert "129.90" not in str(found)
