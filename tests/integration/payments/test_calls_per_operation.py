"""How many calls an operation may make: `make bench` shows them, and here they are held."""

from __future__ import annotations

import pytest

from benchmarks import poll_cost, story
from benchmarks.recording import Scene
from benchmarks.story import Story
from local.build.blueprint import read_blueprint


@pytest.fixture(scope="module")
def told() -> Story:
    return story.play(read_blueprint())


def scene(told: Story, name: str) -> Scene:
    return told.steps[name].scene


def test_a_checkout_is_one_read_two_writes_and_one_call_to_the_provider(told: Story) -> None:
    first = scene(told, story.FIRST)
    assert first.operations == ["GetItem", "TransactWriteItems", "TransactWriteItems"]
    assert [call.method for call in first.provider] == ["POST"]


def test_a_repeated_checkout_writes_nothing_and_asks_nobody(told: Story) -> None:
    again = scene(told, story.SAME_KEY)
    assert (again.writes, again.provider) == (0, [])


def test_a_webhook_is_acknowledged_after_one_enqueue(told: Story) -> None:
    acknowledged = scene(told, story.ACKNOWLEDGED)
    assert acknowledged.names == ["SendMessage"]


@pytest.mark.invariant("PAY-12")
def test_a_forged_webhook_costs_no_call_at_all(told: Story) -> None:
    assert scene(told, story.FORGED).names == []


def test_an_event_is_processed_with_one_read_back_and_one_transaction(told: Story) -> None:
    processed = scene(told, story.PROCESSED)
    assert processed.names == ["GetItem", "TransactWriteItems", "GET"]


@pytest.mark.invariant("PAY-13")
def test_an_event_that_comes_again_writes_nothing(told: Story) -> None:
    assert scene(told, story.REPEATED).writes == 0


@pytest.mark.invariant("PAY-22")
def test_a_poll_reads_what_is_due_however_large_the_table() -> None:
    small, large = (poll_cost.cost_of_run(read_blueprint(), size, runs=1) for size in (200, 2_000))
    assert small.rows_read == large.rows_read == large.claimed == poll_cost.DUE
    assert small.calls == large.calls
