"""A day of payments in the shop, by card and by the others: each operation once, as it is with a warm container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import events, paypal_story, pix_story
from benchmarks.functions import POLLER, WEBHOOK, WORKER
from benchmarks.shop import Shop, Step, open_shop
from local.build.blueprint import Blueprint

REGISTERED = "order registered"
FIRST = "checkout, first"
SAME_KEY = "checkout again, same Idempotency-Key"
OTHER_KEY = "checkout again, another key"
ACKNOWLEDGED = "webhook acknowledged"
FORGED = "forged webhook refused"
PROCESSED = "webhook processed (order paid)"
REPEATED = "webhook processed once more"
NOTHING_DUE = "poll run, nothing due"
ONE_DUE = "poll run, one payment due"
POLLED = "polled payment, unchanged"


@dataclass(frozen=True, slots=True)
class Story:
    """`webhook` is the body of a `payment_intent.succeeded` as Stripe sends it; `cold` is what containers do once."""

    steps: Mapping[str, Step]
    cold: Mapping[str, Step]
    webhook: bytes


def play(blueprint: Blueprint) -> Story:
    """Raises WentWrong when an operation fails."""
    with open_shop(blueprint) as shop:
        _warm_up(shop)
        paypal_story.warm_up(shop)
        pix_story.warm_up(shop)
        shop.invoke("poller", POLLER, {})
        cold = dict(shop.steps)
        shop.steps.clear()
        body = _pay(shop)
        paypal_story.pay(shop)
        pix_story.pay(shop)
        _poll(shop)
        paypal_story.poll(shop)
        pix_story.poll(shop)
        return Story(shop.steps, cold, body)


def _warm_up(shop: Shop) -> None:
    """What a container reads once: the secret, and every five seconds the breaker's state."""
    shop.register("order-0", "orders")
    checkout = shop.check_out("order-0", "key-0", "checkout")
    shop.invoke("webhook", WEBHOOK, events.function_url(*shop.sandboxes.pay_by_card(checkout)))
    shop.invoke("worker", WORKER, shop.queued())


def _pay(shop: Shop) -> bytes:
    shop.register("order-1", REGISTERED)
    checkout = shop.check_out("order-1", "key-1", FIRST)
    shop.check_out("order-1", "key-1", SAME_KEY)
    shop.check_out("order-1", "key-2", OTHER_KEY, status=200)
    body, headers = shop.sandboxes.pay_by_card(checkout)
    shop.invoke(FORGED, WEBHOOK, events.function_url(body + b" ", headers), status=401)
    shop.invoke(ACKNOWLEDGED, WEBHOOK, events.function_url(body, headers))
    message = shop.queued()
    shop.invoke(PROCESSED, WORKER, message)
    shop.invoke(REPEATED, WORKER, message)
    return body


def _poll(shop: Shop) -> None:
    shop.invoke(NOTHING_DUE, POLLER, {})
    shop.register("order-2", REGISTERED)
    payment: Any = shop.check_out("order-2", "key-3", FIRST)["payment"]
    shop.make_due(payment["payment_id"])
    shop.invoke(ONE_DUE, POLLER, {})
    shop.invoke(POLLED, WORKER, shop.queued())


def message_of(story: Story) -> str:
    """The queue's message about the webhook, as text."""
    body: str = story.steps[PROCESSED].event["Records"][0]["body"]
    return body
