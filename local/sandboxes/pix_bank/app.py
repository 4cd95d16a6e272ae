"""The bank's Pix API: token, scope, body, and the operations behind them."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.kernel.answer import Answer, Refusal
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.pix_bank import charges_api, notices, pix_api, webhooks_api
from local.sandboxes.pix_bank.bank import Bank
from local.sandboxes.pix_bank.books import books
from local.sandboxes.pix_bank.call import Call, Operation
from local.sandboxes.pix_bank.control import controls
from local.sandboxes.pix_bank.problems import PixProblem, bad_request, outage
from local.sandboxes.pix_bank.settings import CLIENT_ID, CLIENT_SECRET, PIX_KEY, WEBHOOK_SECRET, Settings
from local.sandboxes.pix_bank.world import World

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "PIX_KEY", "WEBHOOK_SECRET", "PixBankSandbox"]

_WITH_BODY = ("POST", "PUT", "PATCH")


class PixBankSandbox(Sandbox[Call]):
    """A receiver's account at a bank. `state` is the bank, `world` moves what the API cannot.

    Served, it belongs behind `certificates.credentials().server_context`; in process (`WsgiAdapter`) there is no TLS
    and no certificate is asked for.

    Args:
        clock: the bank's time; `ManualClock` in tests, by default the machine's time and what it was advanced by.
        wall: the clock without its advance.
        settings: paths, credentials, keys and habits of the bank.
        seed: makes ids and tokens reproducible.
    """

    name = "pix_bank"
    routes: ClassVar[Routes] = Routes().include(
        charges_api.operations.routes, pix_api.operations.routes, webhooks_api.operations.routes
    )
    """Below `settings.base_path`; the token's route stands beside them."""
    controls: ClassVar[Routes | None] = controls

    def __init__(
        self,
        *,
        clock: MovableClock | None = None,
        wall: Clock | None = None,
        settings: Settings | None = None,
        seed: bytes | None = None,
    ) -> None:
        super().__init__(clock=clock, wall=wall)
        options: dict[str, Any] = {"seed": seed} if seed is not None else {}
        self.state = Bank(self.clock, self.webhooks, settings or Settings(), **options)
        self.world = World(self.state, self.lock)
        self._address: str | None = None

    def set_endpoint(self, url: str) -> None:
        """Register `url` as the webhookUrl of every key, as PUT /webhook does; it outlives a reset."""
        with self.lock:
            self._address = url
            for key in self.state.settings.pix_keys:
                notices.register(self.state, key, url)

    def open(self, request: Request) -> Call:
        call = Call(request)
        if request.path == self.state.settings.token_path and request.method == "POST":
            return call
        base = self.state.settings.base_path
        below = request.path.startswith(f"{base}/")
        found = self.routes.match(request.method, request.path.removeprefix(base)) if below else None
        if found is None:
            call.answer = self.unknown_route(request)
            return call
        operation, call.arguments = found
        if not isinstance(operation, Operation):
            raise TypeError(f"{request.path} is not an operation")
        call.operation = operation
        try:
            self.state.tokens.check(request, operation.scope)
            call.body = _body_of(request) if request.method in _WITH_BODY else None
        except PixProblem as problem:
            raise Refusal(problem.answer()) from None
        return call

    def act(self, exchange: Call) -> Answer:
        if exchange.operation is None:
            return self.state.tokens.issue(exchange.request)
        try:
            return exchange.operation(self.state, exchange, **exchange.arguments)
        except PixProblem as problem:
            return problem.answer()

    def outage(self, status: int) -> Answer:
        return outage(status)

    def books(self) -> dict[str, object]:
        return books(self.state)

    def reset(self) -> None:
        self.state.clear()
        if self._address is not None:
            self.set_endpoint(self._address)


def _body_of(request: Request) -> Any:
    if request.mimetype != "application/json":
        raise bad_request("O corpo deve ser JSON, com Content-Type application/json.")
    try:
        return json.loads(request.get_data().decode("utf-8"))
    except (ValueError, RecursionError):
        raise bad_request("O corpo não é JSON.") from None
