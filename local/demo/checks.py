"""What must be so. A chapter ends at the first thing that is not, with words that say what was seen instead."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds that something may take which needs a moment: a webhook, a worker, a mail."""
_NAP = 0.03


class WentWrong(Exception):
    """Something is not as it should be; the message is for the person at the terminal."""


def expect(what: str, seen: object, wanted: object) -> None:
    """Raises WentWrong unless both are equal."""
    if seen != wanted:
        raise WentWrong(f"{what}: expected {wanted!r}, got {seen!r}.")


def until[T](what: str, look: Callable[[], T | None], *, patience: float = PATIENCE) -> T:
    """Look again and again until there is something to see.

    Raises:
        WentWrong: there was nothing within `patience` seconds.
    """
    end = time.monotonic() + patience
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise WentWrong(f"{what}: not within {patience:g} s.")
        time.sleep(_NAP)
