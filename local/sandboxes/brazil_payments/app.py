"""The generic gateway's sandbox: access, idempotency, and the routes behind them."""

from __future__ import annotations

import hmac
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.brazil.idempotency import Clash, IdempotencyKeys
from local.sandboxes.brazil_payments import api
from local.sandboxes.brazil_payments.api import PAGES, Call
from local.sandboxes.brazil_payments.books import books
from local.sandboxes.brazil_payments.contract import API_KEY, LONGEST_KEY
from local.sandboxes.brazil_payments.control import controls
from local.sandboxes.brazil_payments.errors import Flaw, error_answer
from local.sandboxes.brazil_payments.transactions import Transactions
from local.sandboxes.brazil_payments.world import World
from local.sandboxes.kernel.answer import Answer, Refusal
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Sandbox

_HEADER = "Idempotency-Key"


class BrazilPaymentsSandbox(Sandbox[Call]):
    """A merchant's account at a gateway that speaks the API of `contract`. It sends no webhooks: it has to be asked.

    Args:
        clock: the gateway's time; `ManualClock` in tests, by default the machine's time and what it was advanced by.
        wall: as for other sandboxes; nothing is signed here.
        seed: makes ids reproducible.
    """

    name: ClassVar[str] = "brazil_payments"
    routes: ClassVar[Routes] = api.routes
    controls: ClassVar[Routes | None] = controls

    def __init__(
        self, *, clock: MovableClock | None = None, wall: Clock | None = None, seed: bytes | None = None
    ) -> None:
        super().__init__(clock=clock, wall=wall)
        options: dict[str, Any] = {} if seed is None else {"seed": seed}
        self.state = Transactions(self.clock, **options)
        self.world = World(self.state, self.lock)
        self._keys = IdempotencyKeys()

    def open(self, request: Request) -> Call:
        self.age()
        call = Call(request)
        if request.path.startswith(PAGES):
            return call
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(key.encode(), API_KEY.encode()):
            raise Refusal(error_answer(401, "Send the API key as Authorization: Bearer <key>."))
        if self.routes.find(request) is not None and request.method == "POST":
            self._recall(call)
        return call

    def _recall(self, call: Call) -> None:
        key = call.request.headers.get(_HEADER)
        if key is None or not self.state.switches.idempotency:
            return
        if not 1 <= len(key) <= LONGEST_KEY:
            flaw = Flaw(_HEADER, f"has 1 to {LONGEST_KEY} characters")
            raise Refusal(error_answer(422, "Some fields are wrong.", flaws=(flaw,)))
        fingerprint = call.request.path.encode() + b"\n" + call.request.get_data()
        kept = self._keys.recall(key, fingerprint, self.state.now)
        if kept is Clash.MISUSED:
            raise Refusal(error_answer(409, "This Idempotency-Key belongs to another request."))
        if kept is Clash.RUNNING:
            raise Refusal(error_answer(409, "The first request still runs.", code="request_in_progress"))
        if kept is None:
            call.key = key
        call.answer = kept

    def close(self, exchange: Call, answer: Answer) -> Answer:
        if exchange.key is not None:
            self._keys.finish(exchange.key, answer)
        return answer

    def outage(self, status: int) -> Answer:
        return error_answer(status, "Too many requests." if status == 429 else "Something went wrong on our side.")

    def age(self) -> None:
        self.state.age()

    def books(self) -> dict[str, object]:
        return books(self.state)

    def reset(self) -> None:
        self.state.clear()
        self._keys.clear()
