"""What the stand-ins for sources of CEPs have in common: no keys, no state, and books about what was asked."""

from __future__ import annotations

from collections import Counter

from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.sandbox import Exchange, Sandbox


def page(status: int, title: str) -> Answer:
    """An error as a web server puts it before its API."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=UTF-8"})


class CountingSandbox(Sandbox[Exchange]):
    """`asked` counts look-ups by CEP, and searches."""

    def __init__(self, *, clock: MovableClock | None = None) -> None:
        super().__init__(clock=clock)
        self.asked: Counter[str] = Counter()

    def open(self, request: Request) -> Exchange:
        return Exchange(request)

    def reset(self) -> None:
        self.asked.clear()

    def books(self) -> dict[str, object]:
        return {"asked": dict(self.asked), "total": self.asked.total()}

    def outage(self, status: int) -> Answer:
        return page(status, f"{status} Error")
