"""Medians of many rounds: one number that a neighbour's burst of work does not move."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def cpu_medians(works: Mapping[str, Callable[[], object]], *, seconds: float, batch: int = 20) -> dict[str, float]:
    """CPU seconds of one call of each work: medians over rounds of `batch` calls.

    The works take turns, so that whatever slows the machine down slows all of them down.

    Args:
        seconds: wall time for all of them together.
    """
    for work in works.values():
        for _ in range(3):
            work()
    rounds: dict[str, list[float]] = {name: [] for name in works}
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(next(iter(rounds.values()))) < 5:
        for name, work in works.items():
            began = time.process_time_ns()
            for _ in range(batch):
                work()
            rounds[name].append((time.process_time_ns() - began) / batch / 1e9)
    return {name: statistics.median(values) for name, values in rounds.items()}
