"""What happens in the stories of every method: the same steps, whichever provider carries them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commerce.orders.model import Address
from commerce.payments.model import Payment
from commerce.platform.idempotency import Answer
from tests.builders import PRICE, order_terms
from tests.lanes.lane import Lane
from tests.tables import tables
from tests.world import World, deadline

HOME = Address(
    line1="Rua das Flores",
    number="100",
    district="Centro",
    city="São Paulo",
    state="SP",
    country="BR",
    postal_code="01310100",
)


@contextmanager
def open_store(lane: type[Lane], *more: type[Lane], **options: Any) -> Iterator[World]:
    """A store with order-1 and order-2 registered, ready to be paid."""
    with tables() as client:
        world = World(client, lanes=[lane, *more], **options)
        for order_id in ("order-1", "order-2"):
            world.orders.register(order_terms(order_id, shipping_address=HOME), correlation_id="req-0")
        yield world


def check_out(
    world: World, lane: type[Lane], order_id: str = "order-1", *, key: str = "key-1", **choices: Any
) -> Answer:
    return world.lanes[lane.provider].checkout(order_id, key=key, **choices)


def buyer_pays(world: World, payment: Payment) -> None:
    world.lanes[payment.provider].buyer_pays(payment)


def hear(world: World) -> None:
    """All webhooks so far arrive and are worked on; a provider that sends none is asked when the time comes."""
    for delivery in world.webhooks():
        assert world.receive(delivery) == 200
    world.drain_queue()


def look(world: World, seconds: float = 200) -> None:
    """Time passes, and what is due is looked at."""
    world.clock.advance(seconds)
    world.poller.run("req-poll", deadline())
    world.drain_queue()


def paid(world: World, lane: type[Lane], order_id: str = "order-1", **choices: Any) -> Payment:
    answer = check_out(world, lane, order_id, **choices)
    payment = world.payment(answer)
    buyer_pays(world, payment)
    hear(world)
    look(world)
    return world.load(payment.payment_id)


def book_of(world: World, lane: type[Lane], order_id: str = "order-1") -> Any:
    books: Any = world.lanes[lane.provider].sandbox.books()
    assert books["violations"] == []
    return books["orders"].get(order_id, {"captured": 0, "refunded": 0, "charges": []})


def one_charge(world: World, lane: type[Lane], order_id: str = "order-1") -> None:
    book = book_of(world, lane, order_id)
    assert len(book["charges"]) == 1, book
    assert book["captured"] == PRICE.amount, book
    assert book["refunded"] <= book["captured"]
