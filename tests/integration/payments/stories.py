"""What happens in every story of a card payment."""

from __future__ import annotations

from typing import Any

from commerce.payments.model import Payment
from tests.world import World


def hear(world: World) -> None:
    """All webhooks so far arrive and are worked on."""
    for delivery in world.webhooks():
        assert world.receive(delivery) == 200
    world.drain_queue()


def pay(world: World, card: str = "pm_card_visa", **choices: Any) -> Payment:
    answer = world.checkout(**choices)
    world.browser_pays(answer, card)
    hear(world)
    return world.payment(answer)


def charge_of(payment: Payment) -> str:
    assert payment.charge_ref is not None
    return payment.charge_ref
