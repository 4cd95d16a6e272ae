"""Time that the demo does not have. Our functions run on the machine's clock; a sandbox's clock can be set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from commerce.payments.codec import payment_key
from commerce.platform.clock import SystemClock, iso
from commerce.platform.dynamodb import marshal
from local.demo.checks import WentWrong, until
from local.demo.providers import Provider
from local.demo.shop import Purchase, Shop


@contextmanager
def made_earlier(shop: Shop, provider: Provider, span: timedelta) -> Iterator[None]:
    """What the provider makes inside the block is `span` old after it, by its own clock and so by all that it says."""
    controls = shop.controls[provider]
    controls.tell("clock", advance=-span.total_seconds())
    try:
        yield
    finally:
        controls.tell("clock", advance=span.total_seconds())


def make_due(shop: Shop, purchase: Purchase) -> None:
    """Bring the next look at a payment forward to now, in our own table."""
    shop.stack.aws("dynamodb").update_item(
        TableName=shop.stack.resource("CommerceTable"),
        Key=marshal(payment_key(purchase.payment_id)),
        UpdateExpression="SET due_at = :now",
        ConditionExpression="attribute_exists(due_at)",
        ExpressionAttributeValues=marshal({":now": iso(SystemClock().now())}),
    )


def tick(shop: Shop, purchase: Purchase, *, told: str) -> None:
    """The schedule fires, as it does every minute on AWS, until it came to this payment and changed it."""
    before = shop.payment(purchase)["status"]

    def fire() -> str | None:
        outcome = shop.stack.run_schedule("PaymentsPollerFunction")
        if outcome.failed:
            raise WentWrong(f"The poller failed: {outcome.payload.decode()}")
        status: str = shop.payment(purchase)["status"]
        return None if status == before else status

    until(f"The clockwork's look at {purchase.payment_id}", fire)
    shop.teller.step("clock", "every minute: what is due?", told)
