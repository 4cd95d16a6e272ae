"""Google Maps Platform as far as a store needs it. One server stands for three hosts: their paths differ."""

from __future__ import annotations

from typing import ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.google import distances, geocoding
from local.sandboxes.google.access import Account, rest_error
from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.control import body_of
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange, Sandbox

controls = Routes()


class GoogleSandbox(Sandbox[Exchange]):
    """`account` is what the project behind the key has used."""

    name: ClassVar[str] = "google"
    routes: ClassVar[Routes] = Routes().include(geocoding.routes, distances.routes)
    controls: ClassVar[Routes | None] = controls

    def __init__(self, *, clock: MovableClock | None = None, wall: Clock | None = None) -> None:
        super().__init__(clock=clock, wall=wall)
        self.account = Account()

    def open(self, request: Request) -> Exchange:
        return Exchange(request)

    def reset(self) -> None:
        self.account = Account()

    def books(self) -> dict[str, object]:
        """Units billed by SKU, and what a careful client would not have asked."""
        return {"billed": dict(self.account.billed), "violations": list(self.account.violations)}

    def outage(self, status: int) -> Answer:
        return rest_error(status, "The service is currently unavailable.")


@controls.post("/_sandbox/quota")
def set_quota(sandbox: GoogleSandbox, request: Request) -> Answer:
    """Body: {"left": 3} answers three more questions, {"left": null} any number."""
    left = body_of(request).get("left")
    sandbox.account.left = left if isinstance(left, int) else None
    return json_answer({"left": sandbox.account.left})
