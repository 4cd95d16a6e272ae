"""The Stripe sandbox: access, idempotency, parameters, and the operations behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from commerce.platform.clock import Clock
from local.sandboxes.kernel.answer import Answer, Refusal
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Sandbox
from local.sandboxes.stripe import (
    account_api,
    charges,
    confirmation_tokens,
    customers,
    disputes,
    events_api,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from local.sandboxes.stripe.access import (
    check_account,
    check_content_type,
    is_public,
    key_of,
    secret_key_required,
    version_of,
)
from local.sandboxes.stripe.account import Account, Settings
from local.sandboxes.stripe.books import books
from local.sandboxes.stripe.call import Call, Operation
from local.sandboxes.stripe.control import controls
from local.sandboxes.stripe.errors import StripeProblem
from local.sandboxes.stripe.form import parse
from local.sandboxes.stripe.idempotency import IdempotencyKeys
from local.sandboxes.stripe.pages import pages
from local.sandboxes.stripe.render import tree_of
from local.sandboxes.stripe.world import World

_RESOURCES = (
    account_api,
    charges,
    confirmation_tokens,
    customers,
    disputes,
    events_api,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)


class StripeSandbox(Sandbox[Call]):
    """A Stripe account in test mode behind Stripe's API.

    `state` is the account, `world` moves what the API cannot, `endpoint` is where webhooks go. Without an address
    webhooks wait in `webhooks`: take them with `webhooks.drain()`.

    Args:
        clock: Stripe's time; `ManualClock` in tests, by default the machine's time and what it was advanced by.
        wall: the time in webhook signatures, by default the clock without its advance.
        settings: keys, version, subscribed events.
        secrets: signing secrets of the webhook endpoint, newest first; each adds a `v1`.
        seed: makes ids reproducible.
    """

    name = "stripe"
    routes: ClassVar[Routes] = Routes().include(*(module.operations.routes for module in _RESOURCES))
    controls: ClassVar[Routes | None] = Routes().include(controls, pages)

    def __init__(
        self,
        *,
        clock: MovableClock | None = None,
        wall: Clock | None = None,
        settings: Settings | None = None,
        secrets: Sequence[str] = ("whsec_sandbox",),
        seed: bytes | None = None,
    ) -> None:
        super().__init__(clock=clock, wall=wall)
        options: dict[str, Any] = {"seed": seed} if seed is not None else {}
        self.state = Account(self.clock, self.webhooks, settings or Settings(), list(secrets), **options)
        self.world = World(self.state, self.lock)
        self._keys = IdempotencyKeys()

    def set_endpoint(
        self,
        url: str | None = None,
        secrets: Sequence[str] | None = None,
        enabled_events: Sequence[str] | None = None,
    ) -> None:
        """Where the account's webhooks go and how they are signed; None leaves a part as it is."""
        hook = self.state.hook
        if url is not None:
            hook.endpoint.url = url
        if secrets is not None:
            self.state.secrets[:] = secrets
        if enabled_events is not None:
            hook.enabled_events = tuple(enabled_events)
        with self.webhooks.changed:
            self.webhooks.changed.notify_all()

    def open(self, request: Request) -> Call:
        self.age()
        call = Call(request, request_id=self.state.new_id("req_", 14))
        try:
            self._admit(call)
        except StripeProblem as problem:
            raise Refusal(self._stamped(problem.answer(call.request_id), call)) from None
        return call

    def _admit(self, call: Call) -> None:
        request = call.request
        found = self.routes.find(request)
        if found is None:
            call.answer = self.unknown_route(request)
            return
        operation, call.arguments = found
        if not isinstance(operation, Operation):
            raise TypeError(f"{request.path} is not an operation")
        call.operation = operation
        check_content_type(request)
        raw = request.get_data() if request.method == "POST" else request.query_string
        given = parse(raw)
        call.public = is_public(self.state.settings, key_of(request, given.get("key")))
        if call.public and not operation.public:
            raise secret_key_required()
        version_of(request, self.state.settings)
        check_account(request, self.state.settings)
        call.params = dict(operation.fields.read_all(given))
        call.expand = tree_of(call.params.pop("expand", None) or [])
        self._recall(call, raw)

    def _recall(self, call: Call, raw: bytes) -> None:
        call.idempotency_key = call.request.headers.get("Idempotency-Key")
        if call.idempotency_key is None or call.request.method != "POST":
            return
        key, path, now = call.idempotency_key, call.request.path, self.state.now
        replayed = self._keys.recall(key, path, raw, now)
        if replayed is not None:
            call.answer = self._stamped(replayed, call)
            return
        self._keys.begin(key, path, raw, now, call.request_id)
        call.remembers = True

    def act(self, exchange: Call) -> Answer:
        if exchange.operation is None:
            return self.unknown_route(exchange.request)
        try:
            return exchange.operation(self.state, exchange, **exchange.arguments)
        except StripeProblem as problem:
            return problem.answer(exchange.request_id)

    def close(self, exchange: Call, answer: Answer) -> Answer:
        if answer.status >= 500:
            answer = answer.with_headers(Stripe_Should_Retry="false")
        if exchange.remembers and exchange.idempotency_key is not None:
            self._keys.finish(exchange.idempotency_key, answer)
        return self._stamped(answer, exchange)

    def _stamped(self, answer: Answer, call: Call) -> Answer:
        version = call.request.headers.get("Stripe-Version", self.state.settings.api_version)
        stamped = answer.with_headers(Request_Id=call.request_id, Stripe_Version=version)
        return stamped.with_headers(Idempotency_Key=call.idempotency_key) if call.idempotency_key else stamped

    def outage(self, status: int) -> Answer:
        """429 as a rate limit, 409 as a lock that was not obtained, anything else as an error of Stripe's own."""
        error = {"type": "api_error", "message": "Sorry! We've encountered an unexpected error on our end."}
        if status in (409, 429):
            code = "lock_timeout" if status == 409 else "rate_limit"
            error = {"type": "invalid_request_error", "code": code, "message": "Request rate limit exceeded."}
        return StripeProblem(status, error).answer(self.state.new_id("req_", 14))

    def age(self) -> None:
        self.state.age()

    def books(self) -> dict[str, object]:
        return books(self.state)

    def reset(self) -> None:
        self.state.clear()
        self._keys.clear()
