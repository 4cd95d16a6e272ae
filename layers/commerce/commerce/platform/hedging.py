"""Several sources for one answer: the next is asked when the one before fails or is slow, not only when it gave up."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from commerce.platform.deadline import Deadline
from commerce.platform.errors import IntegrationError
from commerce.platform.observability import log_failure


@dataclass(frozen=True, slots=True)
class Source[T]:
    """One place to ask. `ask` ends by a timeout of its own, and raises what it raises from our tree."""

    name: str
    ask: Callable[[], T]


@dataclass(frozen=True, slots=True)
class Outcome[T]:
    """What came of asking a source: its answer, or why there is none."""

    name: str
    answer: T | None = None
    error: IntegrationError | None = None


def hedged[T](sources: Sequence[Source[T]], *, after: float, deadline: Deadline) -> Iterator[Outcome[T]]:
    """Outcomes as they come, until all are in, the deadline is over, or the caller has heard enough.

    A source is asked as soon as the caller goes on after an outcome, or when nothing came for `after` seconds; those
    asked before are still listened to. What is no error of our tree is written down, and raised at the end, if the
    caller gets there: a bug in the words of one source takes nobody's answer away.

    A source that nobody waits for any more ends by itself, by its own timeout. On Lambda its thread may be frozen with
    the container meanwhile: then it ends when the next invocation wakes it.
    """
    came: SimpleQueue[Outcome[T] | BaseException] = SimpleQueue()
    waiting = deque(sources)
    asked = 0
    bug: BaseException | None = None
    while waiting or asked:
        if waiting:
            _start(waiting.popleft(), came)
            asked += 1
        left = deadline.remaining()
        try:
            outcome = came.get(timeout=min(after, left) if waiting else left)
        except Empty:
            if deadline.remaining() <= 0:
                break
            continue
        asked -= 1
        if isinstance(outcome, BaseException):
            log_failure("a source failed by a bug", outcome)
            bug = bug or outcome
            continue
        yield outcome
    if bug is not None:
        raise bug


def _start[T](source: Source[T], came: SimpleQueue[Outcome[T] | BaseException]) -> None:
    def ask() -> None:
        try:
            came.put(Outcome(source.name, answer=source.ask()))
        except IntegrationError as error:
            came.put(Outcome(source.name, error=error))
        except BaseException as error:  # noqa: BLE001 - a bug of ours, for whoever waits
            came.put(error)

    threading.Thread(target=ask, name=f"ask {source.name}", daemon=True).start()
