"""Several sources for one answer: who is asked when, and who is listened to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.hedging import Outcome, Source, hedged
from tests.unit.platform.lines import recorded

AFTER = 0.1


@pytest.fixture
def never() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def says(text: str) -> Source[str]:
    return Source(text, lambda: text)


def fails(name: str) -> Source[str]:
    return Source(name, _raising(ProviderUnavailable(f"{name} is down.")))


def hangs(event: threading.Event, text: str = "late") -> Source[str]:
    def ask() -> str:
        event.wait(5)
        return text

    return Source(text, ask)


def _raising(error: Exception) -> Callable[[], str]:
    def ask() -> str:
        raise error

    return ask


def run(*sources: Source[str], seconds: float = 5.0) -> Iterator[Outcome[str]]:
    return hedged(sources, after=AFTER, deadline=Deadline.after(seconds))


def test_the_first_answers_and_nobody_else_is_asked() -> None:
    asked: list[str] = []

    def second() -> str:
        asked.append("b")
        return "b"

    assert [outcome.answer for outcome in islice(run(says("a"), Source("b", second)), 1)] == ["a"]
    assert asked == []


def test_all_are_asked_in_order_as_long_as_the_caller_goes_on() -> None:
    outcomes = list(run(says("a"), fails("b"), says("c")))
    assert [(outcome.name, outcome.answer) for outcome in outcomes] == [("a", "a"), ("b", None), ("c", "c")]
    assert isinstance(outcomes[1].error, ProviderUnavailable)


def test_after_a_failure_there_is_no_wait() -> None:
    began = time.monotonic()
    assert [outcome.name for outcome in islice(run(fails("a"), says("b")), 2)] == ["a", "b"]
    assert time.monotonic() - began < AFTER


def test_beside_one_that_hangs_the_next_is_asked_after_a_while(never: threading.Event) -> None:
    began = time.monotonic()
    assert next(run(hangs(never), says("b"))).answer == "b"
    assert AFTER <= time.monotonic() - began < 3 * AFTER


def test_one_that_was_slow_is_still_listened_to() -> None:
    slow = threading.Event()
    outcomes = run(hangs(slow, "a"), fails("b"))
    assert next(outcomes).name == "b"
    slow.set()
    assert next(outcomes).answer == "a"
    assert list(outcomes) == []


def test_the_deadline_ends_the_waiting(never: threading.Event) -> None:
    began = time.monotonic()
    assert list(run(hangs(never), hangs(never), seconds=0.3)) == []
    assert 0.29 <= time.monotonic() - began < 1.0


def test_a_bug_takes_nobodys_answer_away_and_is_written_down() -> None:
    with recorded() as lines:
        outcome = next(run(Source("a", _raising(ZeroDivisionError())), says("b")))
    assert outcome.answer == "b"
    assert [(line["message"], line["error_type"]) for line in lines.logs] == [
        ("a source failed by a bug", "ZeroDivisionError")
    ]


def test_a_bug_is_raised_when_nobody_was_enough() -> None:
    outcomes = run(Source("a", _raising(ZeroDivisionError())), fails("b"))
    assert next(outcomes).name == "b"
    with pytest.raises(ZeroDivisionError):
        next(outcomes)


def test_a_bug_is_raised_when_the_time_is_over(never: threading.Event) -> None:
    with pytest.raises(ZeroDivisionError):
        list(run(Source("a", _raising(ZeroDivisionError())), hangs(never), seconds=0.3))


def test_nobody_to_ask_is_no_outcome() -> None:
    assert list(run()) == []
