"""Idempotency keys of a sandbox: the first answer under a key is given again for the same request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from local.sandboxes.kernel.answer import Answer

KEPT = timedelta(hours=24)


class Clash(StrEnum):
    """Why a key cannot be used: it belongs to another request, or its first request still runs."""

    MISUSED = "misused"
    RUNNING = "running"


@dataclass(slots=True)
class _Kept:
    request: bytes
    at: datetime
    answer: Answer | None = None


class IdempotencyKeys:
    """`request` is what has to be the same: path and body. Answers are kept for 24 hours."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def clear(self) -> None:
        self._kept.clear()

    def recall(self, key: str, request: bytes, now: datetime) -> Answer | Clash | None:
        """The answer to give again; None for a key that is new or forgotten, which is then in use."""
        kept = self._kept.get(key)
        if kept is None or now - kept.at >= KEPT:
            self._kept[key] = _Kept(request, now)
            return None
        if kept.request != request:
            return Clash.MISUSED
        return kept.answer or Clash.RUNNING

    def finish(self, key: str, answer: Answer, *, acted: bool = False) -> None:
        """Keep the answer; a refusal (4xx) sets the key free again, unless something was done all the same."""
        if 400 <= answer.status < 500 and not acted:
            self._kept.pop(key, None)
        elif key in self._kept:
            self._kept[key].answer = answer
