"""A request on its way through the Stripe sandbox, and the operations that answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.sandboxes.kernel.answer import Answer, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.fields import EXPAND, Kind, Obj, Text
from local.sandboxes.stripe.render import Tree, render
from local.sandboxes.stripe.resource import Resource

type Run = Callable[..., Resource]
"""`run(account, call, **path_arguments)` -> the object or list to show."""

_BROWSER: dict[str, Kind] = {"client_secret": Text(), "key": Text()}


@dataclass(slots=True)
class Call(Exchange):
    """What is known of a request once it was let in.

    `public` means a publishable key: the caller is a browser and must know the object's client secret.
    """

    request_id: str = ""
    public: bool = False
    idempotency_key: str | None = None
    operation: Operation | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    expand: Tree = field(default_factory=dict)
    remembers: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of the API: its parameters and what it does. `public` ones take a publishable key."""

    run: Run
    fields: Obj
    public: bool = False

    def __call__(self, account: Account, call: Call, **arguments: str) -> Answer:
        resource = self.run(account, call, **arguments)
        shown = render(account, resource, call.expand)
        return json_answer(for_browser(shown) if call.public else shown)


class Operations:
    """The operations of one resource, filled by decorators."""

    def __init__(self) -> None:
        self.routes = Routes()

    def get(self, path: str, fields: Obj | None = None, *, public: bool = False) -> Callable[[Run], Run]:
        return self._add("GET", path, fields, public)

    def post(self, path: str, fields: Obj | None = None, *, public: bool = False) -> Callable[[Run], Run]:
        return self._add("POST", path, fields, public)

    def delete(self, path: str) -> Callable[[Run], Run]:
        return self._add("DELETE", path, None, False)

    def _add(self, method: str, path: str, fields: Obj | None, public: bool) -> Callable[[Run], Run]:
        declared: dict[str, Kind] = dict(fields.fields) if fields else {}
        if method != "DELETE":
            declared |= EXPAND
        if public:
            declared |= _BROWSER

        def register(run: Run) -> Run:
            required = fields.required if fields else ()
            self.routes.add(method, path)(Operation(run, Obj(declared, required), public))
            return run

        return register


_HIDDEN_FROM_BROWSERS = ("metadata", "customer", "latest_charge", "review", "application", "transfer_group")


def for_browser(shown: Resource) -> Resource:
    """Without what a publishable key may not see."""
    return {key: value for key, value in shown.items() if key not in _HIDDEN_FROM_BROWSERS}
