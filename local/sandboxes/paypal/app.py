"""The PayPal sandbox: tokens, request ids, bodies, and the operations behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.kernel.answer import Answer, Refusal
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.paypal import access, authorizations, captures, disputes, notifications, orders
from local.sandboxes.paypal.access import check_token
from local.sandboxes.paypal.account import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID, Account, Settings
from local.sandboxes.paypal.bodies import parse_object
from local.sandboxes.paypal.books import books
from local.sandboxes.paypal.call import Call, Operation
from local.sandboxes.paypal.checkout_page import PATH, pages
from local.sandboxes.paypal.control import controls
from local.sandboxes.paypal.errors import Detail, PaypalProblem
from local.sandboxes.paypal.expiring import expire
from local.sandboxes.paypal.request_ids import RequestIds
from local.sandboxes.paypal.world import World

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_ID", "PaypalSandbox"]


class PaypalSandbox(Sandbox[Call]):
    """A PayPal business account behind PayPal's API.

    `state` is the account, `world` moves what the API cannot. Without an address webhooks wait in `webhooks`: take
    them with `webhooks.drain()`. A receiver that checks signatures trusts `certificates.root_pem()`.

    Args:
        clock: PayPal's time; `ManualClock` in tests, by default the machine's time and what it was advanced by.
        wall: the time in webhook signatures, by default the clock without its advance.
        settings: the app's keys, the merchant, how long tokens live.
        seed: makes ids reproducible.
    """

    name = "paypal"
    routes: ClassVar[Routes] = Routes().include(
        access.routes,
        notifications.routes,
        *(module.operations.routes for module in (orders, authorizations, captures, disputes, notifications)),
    )
    controls: ClassVar[Routes | None] = Routes().include(controls, pages)

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
        self.state = Account(self.clock, self.webhooks, settings or Settings(), **options)
        self.world = World(self.state, self.lock)
        self._request_ids = RequestIds()

    def set_endpoint(
        self,
        url: str | None = None,
        webhook_id: str | None = None,
        enabled_events: Sequence[str] | None = None,
    ) -> None:
        """Where webhooks go, under which id they are signed and which are sent; None leaves a part as it is."""
        if url is not None:
            self.state.endpoint.url = url
        if webhook_id is not None:
            self.state.signature.webhook_id = webhook_id
        if enabled_events is not None:
            self.state.enabled_events = tuple(enabled_events)
        with self.webhooks.changed:
            self.webhooks.changed.notify_all()

    def served_at(self, url: str) -> None:
        """The sandbox's own address: links, the certificate and the page to approve are there from now on."""
        self.state.base = url
        self.state.checkout = f"{url}{PATH}"

    def open(self, request: Request) -> Call:
        self.age()
        call = Call(request, debug_id=self.state.new_hex())
        try:
            self._admit(call)
        except PaypalProblem as problem:
            raise Refusal(self._stamped(problem.answer(call.debug_id), call)) from None
        except Refusal as refusal:
            raise Refusal(self._stamped(refusal.answer, call)) from None
        return call

    def _admit(self, call: Call) -> None:
        found = self.routes.find(call.request)
        if found is None:
            call.answer = self.unknown_route(call.request)
            return
        operation, call.arguments = found
        if not isinstance(operation, Operation):
            return
        call.operation = operation
        check_token(self.state, call.request, operation.scope)
        self._read(call, operation)
        self._recall(call, operation)

    def _read(self, call: Call, operation: Operation) -> None:
        unknown = [name for name in call.request.args if name not in operation.query]
        problems = [Detail("NOT_SUPPORTED", name, location="query") for name in unknown]
        if operation.fields is not None:
            if call.request.mimetype != "application/json":
                raise PaypalProblem(415)
            call.raw = call.request.get_data()
            call.body = parse_object(call.raw)
            problems += operation.fields.check(call.body, "")
        if problems:
            raise PaypalProblem(400, problems)

    def _recall(self, call: Call, operation: Operation) -> None:
        call.request_id = call.request.headers.get("PayPal-Request-Id")
        if call.request_id is None or operation.kept is None:
            return
        path, now = call.request.path, self.state.now
        known = self._request_ids.recall(call.request_id, path, operation.kept, now)
        if known is None:
            self._request_ids.begin(call.request_id, path, now)
            call.remembers = True
        elif known.resource is not None:
            again = operation.show(self.state, call, known.resource, operation.repeated)
            call.answer = self._stamped(again, call)
        else:
            call.answer = known.trouble

    def act(self, exchange: Call) -> Answer:
        found = self.routes.find(exchange.request)
        if found is None:
            return self.unknown_route(exchange.request)
        try:
            if exchange.operation is None:
                return found[0](self, exchange, **exchange.arguments)
            return exchange.operation(self.state, exchange, **exchange.arguments)
        except PaypalProblem as problem:
            return problem.answer(exchange.debug_id)

    def close(self, exchange: Call, answer: Answer) -> Answer:
        if exchange.remembers and exchange.request_id is not None:
            self._request_ids.finish(exchange.request_id, answer, exchange.shown)
        return self._stamped(answer, exchange)

    def _stamped(self, answer: Answer, call: Call) -> Answer:
        return answer.with_headers(Paypal_Debug_Id=call.debug_id)

    def outage(self, status: int) -> Answer:
        return PaypalProblem(status).answer(self.state.new_hex())

    def age(self) -> None:
        expire(self.state)

    def books(self) -> dict[str, object]:
        return books(self.state)

    def reset(self) -> None:
        self.state.clear()
        self._request_ids.clear()
