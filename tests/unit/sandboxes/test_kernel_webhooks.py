from __future__ import annotations

import pytest

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.clock import OffsetClock, from_epoch
from local.sandboxes.kernel.webhooks import Delivery, Endpoint, WebhookMode, Webhooks
from tests.unit.sandboxes.echo import EchoSandbox, sign


class Time:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def hooks(time: Time) -> Webhooks:
    return Webhooks(ManualClock(from_epoch(1_700_000_000)), monotonic=time)


def send(hooks: Webhooks, *names: str, url: str | None = "http://receiver") -> None:
    for name in names:
        hooks.send(Delivery(name, "kind", name.encode(), Endpoint(sign, url)))


def taken(hooks: Webhooks) -> list[str]:
    ids = []
    while (delivery := hooks.take(0)) is not None:
        ids.append(delivery.id)
        hooks.settle(delivery, accepted=True)
    return ids


def test_deliver_keeps_the_order(hooks: Webhooks) -> None:
    send(hooks, "a", "b")
    assert hooks.pending == 2
    assert taken(hooks) == ["a", "b"]
    assert (hooks.pending, hooks.delivered) == (0, {"a", "b"})


def test_hold_waits_for_a_flush(hooks: Webhooks) -> None:
    hooks.set_mode(WebhookMode.HOLD)
    send(hooks, "a", "b")
    assert (taken(hooks), hooks.pending, hooks.held) == ([], 0, 2)
    assert hooks.flush() == 2
    assert taken(hooks) == ["a", "b"]


def test_drop_loses_and_duplicate_repeats(hooks: Webhooks) -> None:
    hooks.set_mode(WebhookMode.DROP)
    send(hooks, "a")
    hooks.set_mode(WebhookMode.DUPLICATE)
    send(hooks, "b")
    assert taken(hooks) == ["b", "b"]
    assert [delivery.id for delivery in hooks.dropped] == ["a"]


def test_reorder_sends_a_window_newest_first(hooks: Webhooks, time: Time) -> None:
    hooks.set_mode(WebhookMode.REORDER, seconds=2)
    send(hooks, "a", "b")
    time.seconds += 1
    send(hooks, "c")
    assert taken(hooks) == []
    time.seconds += 1
    assert taken(hooks) == ["c", "b", "a"]


def test_delay_waits_its_seconds(hooks: Webhooks, time: Time) -> None:
    hooks.set_mode(WebhookMode.DELAY, seconds=5)
    send(hooks, "a")
    time.seconds += 4.9
    assert taken(hooks) == []
    time.seconds += 0.1
    assert taken(hooks) == ["a"]


def test_a_refused_webhook_comes_back_with_backoff_and_at_last_fails(hooks: Webhooks, time: Time) -> None:
    hooks.retry_seconds = (1, 10)
    send(hooks, "a")
    for pause in (0.0, 1.0, 10.0):
        time.seconds += pause
        delivery = hooks.take(0)
        assert delivery is not None
        hooks.settle(delivery, accepted=False)
        assert hooks.take(0) is None
    assert (hooks.pending, [d.id for d in hooks.failed], hooks.delivered) == (0, ["a"], set())


def test_without_an_address_a_webhook_waits_for_whoever_drains(hooks: Webhooks) -> None:
    send(hooks, "a", url=None)
    assert (taken(hooks), hooks.pending) == ([], 0)
    drained = hooks.drain()
    assert [delivery.body for delivery in drained] == [b"a"]
    assert hooks.drain() == []


def test_a_signature_carries_the_receivers_time_however_far_the_sandbox_is_ahead() -> None:
    echo = EchoSandbox(clock=OffsetClock(ManualClock(from_epoch(1_700_000_000))))
    echo.advance(86_400)
    assert echo.clock.now() == from_epoch(1_700_086_400)
    delivery = Delivery("a", "kind", b"body", echo.endpoint)
    assert delivery.headers(echo.webhooks.wall.now())["X-Signed"].startswith("1700000000 ")
