"""Events as hints: what is queued, and what is acknowledged and left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from commerce.payments.gateways.stripe.events import KNOWN_TYPES, EventTranslator
from commerce.platform.errors import BadRequest
from commerce.platform.observability import flush_metrics
from commerce.platform.webhooks import WebhookCall
from tests.unit.payments.stripe.objects import EPOCH, Json, charge, dispute, intent, refund

translator = EventTranslator(live_mode=False)
NO_CALL = WebhookCall(b"", {})


def translate(event: Json, by: EventTranslator = translator) -> dict[str, object] | None:
    """The one message of an event, None when there is none."""
    messages = by(NO_CALL, event)
    assert len(messages) < 2
    return messages[0] if messages else None


def event(event_type: str, subject: Json | None, **changes: Any) -> Json:
    return {
        "id": "evt_1",
        "object": "event",
        "type": event_type,
        "created": EPOCH,
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": subject},
        **changes,
    }


@pytest.mark.parametrize(
    ("event_type", "subject", "object_id", "payment_intent"),
    [
        ("payment_intent.succeeded", intent("succeeded"), "pi_1", "pi_1"),
        ("charge.refunded", charge(payment_intent="pi_1"), "ch_1", "pi_1"),
        ("charge.refunded", charge(payment_intent={"id": "pi_1", "object": "payment_intent"}), "ch_1", "pi_1"),
        ("charge.captured", charge(payment_intent=None), "ch_1", None),
        ("refund.failed", refund(payment_intent="pi_1"), "re_1", "pi_1"),
        ("charge.dispute.created", dispute(payment_intent="pi_1"), "dp_1", "pi_1"),
        (
            "radar.early_fraud_warning.created",
            {"id": "issfr_1", "object": "radar.early_fraud_warning", "payment_intent": "pi_1"},
            "issfr_1",
            "pi_1",
        ),
        ("review.opened", {"id": "prv_1", "object": "review", "payment_intent": "pi_1"}, "prv_1", "pi_1"),
        ("setup_intent.succeeded", {"id": "seti_1", "object": "setup_intent"}, "seti_1", None),
        ("payment_method.attached", {"id": "pm_1", "object": "payment_method"}, "pm_1", None),
        (
            "checkout.session.completed",
            {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1"},
            "cs_1",
            "pi_1",
        ),
    ],
)
def test_a_message_points_at_the_object_and_its_payment(
    event_type: str, subject: Json, object_id: str, payment_intent: str | None
) -> None:
    assert translate(event(event_type, subject)) == {
        "kind": "event",
        "provider": "stripe",
        "event_id": "evt_1",
        "type": event_type,
        "object": subject["object"],
        "object_id": object_id,
        "payment_intent": payment_intent,
        "created": EPOCH,
        "correlation_id": "evt_1",
    }


@pytest.mark.parametrize("event_type", sorted(KNOWN_TYPES))
def test_every_type_we_subscribe_to_is_queued(event_type: str) -> None:
    message = translate(event(event_type, intent()))
    assert message is not None
    assert message["type"] == event_type


@pytest.mark.invariant("AUT-04")
def test_a_message_carries_ids_only() -> None:
    subject = intent("succeeded", receipt_email="ana@example.com", description="for Ana")
    text = json.dumps(translate(event("payment_intent.succeeded", subject)))
    for secret in ("ana@example.com", "Ana", "secret", "4242", "12990"):
        assert secret not in text


@pytest.mark.invariant("PAY-15")
@pytest.mark.parametrize(
    ("foreign", "outcome"),
    [
        (event("payment_intent.succeeded", intent(), livemode=True), "foreign_livemode"),
        (event("payment_intent.succeeded", intent(), livemode=None), "foreign_livemode"),
        (event("payment_intent.succeeded", intent(), account="acct_other"), "foreign_account"),
        (event("invoice.paid", {"id": "in_1", "object": "invoice"}), "unknown_type"),
        (event("a.type.of.next.year", None), "unknown_type"),
    ],
)
def test_what_is_not_ours_is_left_alone_and_counted(
    foreign: Json, outcome: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flush_metrics()
    capsys.readouterr()
    assert translate(foreign) is None
    flush_metrics()
    assert outcome in capsys.readouterr().out


def test_a_live_deployment_takes_live_events_only() -> None:
    live = EventTranslator(live_mode=True)
    assert translate(event("payment_intent.succeeded", intent(), livemode=True), live) is not None
    assert translate(event("payment_intent.succeeded", intent()), live) is None


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"type": 7},
        event("payment_intent.succeeded", None),
        event("payment_intent.succeeded", {"object": "payment_intent"}),
        event("payment_intent.succeeded", {"id": "pi_1"}),
        event("payment_intent.succeeded", intent(), id=""),
        event("payment_intent.succeeded", intent(), created="now"),
        event("payment_intent.succeeded", intent(), data=[]),
    ],
)
def test_a_signed_body_that_is_no_event_is_a_bad_request(malformed: Json) -> None:
    with pytest.raises(BadRequest) as refused:
        translate(malformed)
    assert refused.value.code == "malformed_event"
