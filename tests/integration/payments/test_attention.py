"""An alarm counts; the log line beside it tells which payment it is about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import order_terms
from tests.tables import tables
from tests.unit.platform.lines import recorded
from tests.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with tables() as client:
        yield World(client)


@pytest.mark.invariant("PAY-05")
def test_a_quarantined_payment_is_named_in_the_log(world: World) -> None:
    world.orders.register(order_terms(), correlation_id="test")
    answer = world.checkout()
    intent = world.intent_of(answer)
    world.at_stripe("POST", f"/v1/payment_intents/{intent}", key="sk_test_sandbox", **{"metadata[order_id]": "other"})
    payment_id = world.payment(answer).payment_id
    with recorded() as lines:
        world.desk.refresh(payment_id, "test")
        world.drain_queue()
    told = [line for line in lines.logs if line["message"] == "payment needs attention"]
    assert len(told) == 1
    assert {name: told[0][name] for name in ("fact", "payment_id", "order_id", "provider_ref", "reason")} == {
        "fact": "payment.quarantined",
        "payment_id": payment_id,
        "order_id": "order-1",
        "provider_ref": intent,
        "reason": "mismatch:order_id",
    }
    assert world.alarms == ["PaymentsQuarantined"]
