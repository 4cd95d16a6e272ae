"""From an event to its order: by what it says, else by reading, in at most a few steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from commerce.payments.gateways.paypal.events import translate
from commerce.payments.gateways.paypal.locating import OrderLocator
from commerce.payments.work import Hint
from commerce.platform.errors import ConfigurationError, ProviderMissing
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.paypal import scopes
from tests.builders import PRICE
from tests.unit.payments.paypal.rig import Rig, soon


def messages(rig: Rig) -> Iterator[Any]:
    for delivery in rig.box.webhooks.drain():
        yield from translate(WebhookCall(delivery.body, {}), json.loads(delivery.body))


def locate(rig: Rig, message: Any) -> Hint | None:
    return OrderLocator(rig.client)(message, soon())


def a_life(rig: Rig) -> str:
    """Every kind of event for one order."""
    ref = rig.authorized()
    rig.capture(ref, 10_000)
    capture = rig.refund(ref, 100).charge_ref
    assert capture is not None
    rig.world.open_dispute(capture)
    return ref


def test_every_event_leads_to_its_order(rig: Rig) -> None:
    ref = a_life(rig)
    found = list(messages(rig))
    assert {message["object"] for message in found} == {"order", "authorization", "capture", "refund", "dispute"}
    for message in found:
        hint = locate(rig, message)
        assert hint is not None
        assert (hint.provider_ref, hint.event_id) == (ref, message["event_id"])
        assert hint.approval is (message["type"] == "CHECKOUT.ORDER.APPROVED")


def test_what_an_event_does_not_say_is_read(rig: Rig) -> None:
    ref = a_life(rig)
    for message in messages(rig):
        if message["object"] not in ("order", "approval"):
            hint = locate(rig, {**message, "order_id": None})
            assert hint is not None
            assert hint.provider_ref == ref


def test_what_belongs_to_no_order_is_seen_to(rig: Rig) -> None:
    rig.paid()
    (capture,) = rig.box.state.captures
    capture["supplementary_data"] = {}
    capture["_order"] = capture["_authorization"] = None
    message = {"event_id": "WH-1", "type": "PAYMENT.CAPTURE.COMPLETED", "object": "capture"}
    assert locate(rig, {**message, "object_id": capture["id"], "order_id": None}) is None


def test_an_unknown_object_comes_back_later(rig: Rig) -> None:
    message = {"event_id": "WH-1", "type": "PAYMENT.CAPTURE.COMPLETED", "object": "capture", "order_id": None}
    with pytest.raises(ProviderMissing):
        locate(rig, {**message, "object_id": "CAP404"})


@pytest.mark.invariant("PAY-25")
def test_a_dispute_that_may_not_be_read_says_which_permission_is_missing(rig: Rig) -> None:
    ref = rig.paid()
    capture = rig.read(ref).charge_ref
    assert capture is not None
    rig.world.open_dispute(capture, amount=PRICE.amount)
    rig.world.allow(scope for scope in scopes.ALL if scope != scopes.DISPUTES)
    rig.world.revoke_tokens()
    # The token in use was given before; the refused call makes the client take a new one.
    rig.read(ref)
    message = {"event_id": "WH-1", "type": "CUSTOMER.DISPUTE.CREATED", "object": "dispute", "order_id": None}
    with pytest.raises(ConfigurationError) as error:
        locate(rig, {**message, "object_id": "PP-R-1"})
    assert (error.value.code, error.value.retryable) == ("missing_permission", True)
    assert "Customer Disputes" in error.value.message
