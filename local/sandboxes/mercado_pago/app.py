"""The Mercado Pago sandbox: access, idempotency, and the operations behind them."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.brazil.idempotency import Clash, IdempotencyKeys
from local.sandboxes.kernel.answer import Answer, Refusal
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.mercado_pago import payments_api, refunds_api
from local.sandboxes.mercado_pago.access import WEBHOOK_SECRET, check_token
from local.sandboxes.mercado_pago.account import Account
from local.sandboxes.mercado_pago.books import books
from local.sandboxes.mercado_pago.call import Call
from local.sandboxes.mercado_pago.control import controls
from local.sandboxes.mercado_pago.errors import BAD_KEY, NO_KEY, Trouble, refused
from local.sandboxes.mercado_pago.notices import Notices
from local.sandboxes.mercado_pago.world import World

_LONGEST_KEY = 64
_PAGES = "/payments/"
_USED = "X-Idempotency-Key already used. Please retry with a different value."


class MercadoPagoSandbox(Sandbox[Call]):
    """A seller's account in test mode behind Mercado Pago's Payments API.

    `state` is the account, `world` moves what the API cannot. Without an address webhooks wait in `webhooks`: take
    them with `webhooks.drain()`; each one's address, with its query, is `delivery.endpoint.url` once a URL is set.

    Args:
        clock: Mercado Pago's time; `ManualClock` in tests, by default the machine's time and what it was advanced by.
        wall: the time in webhook signatures, by default the clock without its advance.
        secret: signs webhooks.
        first_id: makes ids reproducible; they go up by one from here.
    """

    name: ClassVar[str] = "mercado_pago"
    routes: ClassVar[Routes] = Routes().include(payments_api.routes, refunds_api.routes)
    controls: ClassVar[Routes | None] = controls

    def __init__(
        self,
        *,
        clock: MovableClock | None = None,
        wall: Clock | None = None,
        secret: str = WEBHOOK_SECRET,
        first_id: int | None = None,
    ) -> None:
        super().__init__(clock=clock, wall=wall)
        options: dict[str, Any] = {} if first_id is None else {"first_id": first_id}
        self.state = Account(self.clock, Notices(self.webhooks, secret=secret), **options)
        self.world = World(self.state, self.lock)
        self._keys = IdempotencyKeys()

    def set_endpoint(self, url: str | None = None, secret: str | None = None) -> None:
        """Where the account's webhooks go and how they are signed; None leaves a part as it is."""
        if secret is not None:
            self.state.notices.secret = secret
        if url is not None:
            self.state.notices.set_url(url)

    def open(self, request: Request) -> Call:
        self.age()
        call = Call(request, request_id=str(uuid.uuid4()))
        if request.path.startswith(_PAGES):
            return call
        try:
            check_token(request)
            if self.routes.find(request) is None:
                call.answer = self.unknown_route(request)
            elif request.method == "POST":
                self._recall(call)
        except Trouble as trouble:
            raise Refusal(self._told(trouble, call)) from None
        return call

    def _recall(self, call: Call) -> None:
        key = call.request.headers.get("X-Idempotency-Key")
        if key is None:
            raise refused(NO_KEY)
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise refused(BAD_KEY)
        kept = self._keys.recall(key, _fingerprint(call.request), self.state.now)
        if kept is Clash.MISUSED:
            raise Trouble(409, _USED)
        if kept is Clash.RUNNING:
            raise Trouble(423, "The request with this X-Idempotency-Key is still being processed.")
        if kept is None:
            call.key = key
        elif self.state.switches.bare_refund_replay and call.request.path.endswith("/refunds"):
            call.answer = Answer(200)
        else:
            call.answer = kept

    def act(self, exchange: Call) -> Answer:
        try:
            return super().act(exchange)
        except Trouble as trouble:
            return self._told(trouble, exchange)

    def close(self, exchange: Call, answer: Answer) -> Answer:
        if exchange.key is not None:
            self._keys.finish(exchange.key, answer, acted=exchange.acted)
        return answer.with_headers(x_request_id=exchange.request_id)

    def _told(self, trouble: Trouble, call: Call) -> Answer:
        return trouble.answer(self.state.now, call.request_id).with_headers(x_request_id=call.request_id)

    def outage(self, status: int) -> Answer:
        """429 as too many requests, 423 and 424 as the reference has them, 5xx as an error of Mercado Pago's own."""
        message = "Too many requests" if status == 429 else "internal_error"
        return Trouble(status, message).answer(self.state.now, str(uuid.uuid4()))

    def age(self) -> None:
        self.state.age()

    def books(self) -> dict[str, object]:
        return books(self.state)

    def reset(self) -> None:
        self.state.clear()
        self._keys.clear()


def _fingerprint(request: Request) -> bytes:
    """Path and body; the order of names and the zeros after a decimal point make no other request."""
    raw = request.get_data()
    try:
        body = json.loads(raw or b"{}", parse_float=_plain, parse_int=_plain)
    except (ValueError, RecursionError):
        return request.path.encode() + raw
    return json.dumps([request.path, body], sort_keys=True).encode()


def _plain(number: str) -> list[str]:
    return [str(Decimal(number).normalize())]
