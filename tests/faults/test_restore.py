"""A table restored to an earlier second: what docs/operations.md, Restore, says of the payments of the gap."""

from __future__ import annotations

import pytest

from commerce.payments.status import PaymentStatus
from commerce.platform.errors import NotFound
from tests.builders import PRICE, order_terms
from tests.world import TABLE, World


def rows(world: World) -> list[dict[str, object]]:
    items: list[dict[str, object]] = world.client.scan(TableName=TABLE)["Items"]  # type: ignore[assignment]
    return items


def restore(world: World, kept: list[dict[str, object]]) -> None:
    """The table as it was when `kept` was read."""
    for item in rows(world):
        world.client.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})  # type: ignore[dict-item]
    for item in kept:
        world.client.put_item(TableName=TABLE, Item=item)  # type: ignore[arg-type]


@pytest.mark.invariant("PAY-01")
def test_a_payment_that_the_table_forgot_is_found_by_the_same_checkout_within_a_day(world: World) -> None:
    restored = rows(world)
    first = world.checkout()
    world.browser_pays(first)
    restore(world, restored)
    for delivery in world.webhooks():
        assert world.receive(delivery) == 200
    with pytest.raises(NotFound, match="no payment"):
        world.drain_queue()

    world.clock.advance(20 * 3600)
    world.orders.register(order_terms(), correlation_id="req-again")
    again = world.checkout(key="after the restore")
    assert again.body["payment"]["payment_id"] == first.body["payment"]["payment_id"]
    assert world.payment(again).status is PaymentStatus.PAID
    assert world.books()["orders"]["order-1"]["payment_intents"] == 1


@pytest.mark.invariant("PAY-07")
def test_a_refund_that_the_table_forgot_is_read_back_by_a_refresh(world: World) -> None:
    answer = world.checkout()
    world.browser_pays(answer)
    world.settle(rounds=1)
    restored = rows(world)
    payment_id = world.payment(answer).payment_id
    world.refund(payment_id, "r1", 1000)
    world.drain_queue()
    restore(world, restored)
    assert world.load(payment_id).refunded == 0

    world.desk.refresh(payment_id, "req-refresh")
    world.drain_queue()
    payment = world.load(payment_id)
    assert payment.refunded == 1000
    assert payment.refundable == PRICE.amount - 1000
