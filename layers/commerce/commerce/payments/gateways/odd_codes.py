"""Pix codes that only a strict reader objects to: shown all the same, and counted when they are made."""

from __future__ import annotations

from commerce.payments.observation import Snapshot
from commerce.payments.pix.codes import is_odd
from commerce.platform.observability import count


def count_odd_code(made: Snapshot) -> None:
    """For the answer to a creating call, so that looking again does not count again."""
    code = None if made.instructions is None else made.instructions.pix_code
    if code is not None and is_odd(code):
        count("PixCodeOdd", provider=made.provider)
