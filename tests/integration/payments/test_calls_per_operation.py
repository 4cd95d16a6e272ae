"""How many calls an operation may make: `make bench` shows them, and here they are held."""

from __future__ import annotations

import pytest

from benchmarks import paypal_story, pix_story, poll_cost, story
from benchmarks.recording import Scene
from benchmarks.story import Story
from local.build.blueprint import read_blueprint


@pytest.fixture(scope="module")
def told() -> Story:
    return story.play(read_blueprint())


def scene(told: Story, name: str) -> Scene:
    return told.steps[name].scene


@pytest.mark.parametrize(
    ("first", "call"), [(story.FIRST, "POST"), (paypal_story.FIRST, "POST"), (pix_story.FIRST, "PUT")]
)
def test_a_checkout_is_one_read_two_writes_and_one_call_to_the_provider(told: Story, first: str, call: str) -> None:
    seen = scene(told, first)
    assert seen.operations == ["GetItem", "TransactWriteItems", "TransactWriteItems"]
    assert [asked.method for asked in seen.provider] == [call]


@pytest.mark.parametrize("again", [story.SAME_KEY, paypal_story.SAME_KEY, pix_story.SAME_KEY])
def test_a_repeated_checkout_writes_nothing_and_asks_nobody(told: Story, again: str) -> None:
    seen = scene(told, again)
    assert (seen.writes, seen.provider) == (0, [])


@pytest.mark.parametrize("acknowledged", [story.ACKNOWLEDGED, paypal_story.ACKNOWLEDGED, pix_story.ACKNOWLEDGED])
def test_a_webhook_is_acknowledged_after_one_enqueue(told: Story, acknowledged: str) -> None:
    assert scene(told, acknowledged).names == ["SendMessage"]


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("forged", [story.FORGED, paypal_story.FORGED, pix_story.FORGED])
def test_a_forged_webhook_costs_no_call_at_all(told: Story, forged: str) -> None:
    assert scene(told, forged).names == []


@pytest.mark.parametrize("processed", [story.PROCESSED, pix_story.PROCESSED])
def test_an_event_is_processed_with_one_read_back_and_one_transaction(told: Story, processed: str) -> None:
    assert scene(told, processed).names == ["GetItem", "TransactWriteItems", "GET"]


@pytest.mark.invariant("PAY-13")
@pytest.mark.parametrize("repeated", [story.REPEATED, pix_story.REPEATED])
def test_an_event_that_comes_again_writes_nothing(told: Story, repeated: str) -> None:
    assert scene(told, repeated).writes == 0


@pytest.mark.invariant("PAY-17")
def test_a_buyer_back_from_paypal_costs_a_look_and_a_capture_and_the_webhook_nothing_more(told: Story) -> None:
    back, webhook = scene(told, paypal_story.RETURNED), scene(told, paypal_story.PROCESSED)
    assert [call.method for call in back.provider] == ["GET", "POST"]
    assert (webhook.writes, {call.method for call in webhook.provider}) == (0, {"GET"})


@pytest.mark.invariant("AUT-01")
def test_the_token_is_fetched_once_and_costs_a_warm_container_nothing(told: Story) -> None:
    asked = [call.path for step in told.cold.values() for call in step.scene.provider if call.path.endswith("/token")]
    assert asked == ["/v1/oauth2/token", "/oauth/token"]
    later = [step.scene for step in told.steps.values()]
    assert [found for one in later for found in one.tokens({"paypal", "bacen"})] == []


@pytest.mark.invariant("PAY-22")
def test_a_poll_reads_what_is_due_however_large_the_table() -> None:
    small, large = (poll_cost.cost_of_run(read_blueprint(), size, runs=1) for size in (200, 2_000))
    assert small.rows_read == large.rows_read == large.claimed == poll_cost.DUE
    assert small.calls == large.calls
