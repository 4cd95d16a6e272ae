"""A request on its way through the PayPal sandbox, and the operations that answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange
from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.fields import Obj
from local.sandboxes.paypal.render import render
from local.sandboxes.paypal.resource import Resource

type Run = Callable[..., Resource]
"""`run(account, call, **path_arguments)` -> the object to show."""

ORDERS_KEPT = timedelta(hours=6)
PAYMENTS_KEPT = timedelta(days=45)
REPRESENTATION = "return=representation"


@dataclass(slots=True)
class Call(Exchange):
    """What is known of a request once it was let in. `request_id` is the `PayPal-Request-Id`."""

    debug_id: str = ""
    request_id: str | None = None
    operation: Operation | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    body: Resource = field(default_factory=dict)
    raw: bytes = b""
    remembers: bool = False
    shown: Resource | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of the API.

    Args:
        run: what it does.
        fields: its body, None when it takes none.
        scope: what the token must be allowed.
        status: of a first answer; `repeated` of an answer to a request id that was seen before.
        kept: how long a request id is remembered, None where the header has no meaning.
        brief: without `Prefer: return=representation` only `id`, `status` and `links` are shown.
        empty: the brief answer has no body at all (204).
        query: the query parameters it takes.
    """

    run: Run
    scope: str
    fields: Obj | None = None
    status: int = 200
    repeated: int = 200
    kept: timedelta | None = None
    brief: bool = False
    empty: bool = False
    query: tuple[str, ...] = ()

    def __call__(self, account: Account, call: Call, **arguments: str) -> Answer:
        call.shown = self.run(account, call, **arguments)
        return self.show(account, call, call.shown, self.status)

    def show(self, account: Account, call: Call, resource: Resource, status: int) -> Answer:
        full = render(account, resource)
        if not self.brief or call.request.headers.get("Prefer") == REPRESENTATION:
            return json_answer(full, status)
        if self.empty:
            return Answer(204)
        return json_answer({key: full[key] for key in ("id", "status", "links")}, status)


class Operations:
    """The operations of one resource, filled by decorators."""

    def __init__(self) -> None:
        self.routes = Routes()

    def get(self, path: str, scope: str, *, query: tuple[str, ...] = ()) -> Callable[[Run], Run]:
        return self._add("GET", path, scope, {"query": query})

    def post(self, path: str, scope: str, fields: Obj | None = None, **options: Any) -> Callable[[Run], Run]:
        return self._add("POST", path, scope, {"fields": fields or Obj(), **options})

    def _add(self, method: str, path: str, scope: str, options: dict[str, Any]) -> Callable[[Run], Run]:
        def register(run: Run) -> Run:
            self.routes.add(method, path)(Operation(run, scope, **options))
            return run

        return register
