"""One does the work, the others wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from commerce.platform.single_flight import SingleFlight


def test_those_who_come_meanwhile_get_the_same_and_do_nothing() -> None:
    flight = SingleFlight[int]()
    begun, gate = threading.Event(), threading.Event()
    runs: list[int] = []

    def work() -> int:
        runs.append(1)
        begun.set()
        gate.wait(5)
        return len(runs)

    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(flight.do, "a", work)
        begun.wait(5)
        follower = pool.submit(flight.do, "a", work)
        _until(lambda: flight.waiting("a") == 1)
        gate.set()
        assert [leader.result(5), follower.result(5)] == [1, 1]


def test_a_later_one_does_it_again() -> None:
    flight = SingleFlight[int]()
    runs = iter(range(10))
    assert [flight.do("a", lambda: next(runs)) for _ in range(3)] == [0, 1, 2]


def test_another_key_does_not_wait() -> None:
    flight = SingleFlight[str]()
    assert flight.do("a", lambda: flight.do("b", lambda: "inner")) == "inner"


def test_a_failure_is_everybodys_and_nobodys_afterwards() -> None:
    flight = SingleFlight[str]()

    def fail() -> str:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        flight.do("a", fail)
    assert flight.do("a", lambda: "well") == "well"


def test_a_failure_reaches_those_who_wait() -> None:
    flight = SingleFlight[str]()
    gate = threading.Event()

    def fail() -> str:
        gate.wait(5)
        raise ValueError("broken")

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(flight.do, "a", fail) for _ in range(2)]
        _until(lambda: flight.waiting("a") == 1)
        gate.set()
        assert [str(one.exception(5)) for one in both] == ["broken", "broken"]


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)
