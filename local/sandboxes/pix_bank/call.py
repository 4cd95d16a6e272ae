"""A request on its way through the bank, and the operations that answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.sandboxes.kernel.answer import Answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange
from local.sandboxes.pix_bank.bank import Bank

type Run = Callable[..., Answer]
"""`run(bank, call, **path_arguments)`."""


@dataclass(slots=True)
class Call(Exchange):
    """`operation` is None for a request for a token, which needs none itself."""

    operation: Operation | None = None
    arguments: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    run: Run
    scope: str

    def __call__(self, bank: Bank, call: Call, **arguments: str) -> Answer:
        return self.run(bank, call, **arguments)


class Operations:
    """The operations of one resource, filled by `@operations.on("PUT", "/cob/<txid>", "cob.write")`."""

    def __init__(self) -> None:
        self.routes = Routes()

    def on(self, method: str, path: str, scope: str) -> Callable[[Run], Run]:
        def register(run: Run) -> Run:
            self.routes.add(method, path)(Operation(run, scope))
            return run

        return register
