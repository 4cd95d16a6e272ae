"""Routes: (method, path pattern) -> handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from local.sandboxes.kernel.answer import Answer

type Handler = Callable[..., Answer]
"""`handler(sandbox, exchange, **path_arguments)`; path arguments are text."""


class Routes:
    """A table of handlers, filled by decorators and joined with `include`.

    Example: `@routes.post("/v1/charges/<charge>/refund")`.
    """

    def __init__(self) -> None:
        self._rules: list[tuple[str, str, Handler]] = []
        self._map: Map | None = None

    def add(self, method: str, path: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._rules.append((method, path, handler))
            self._map = None
            return handler

        return register

    def get(self, path: str) -> Callable[[Handler], Handler]:
        return self.add("GET", path)

    def post(self, path: str) -> Callable[[Handler], Handler]:
        return self.add("POST", path)

    def delete(self, path: str) -> Callable[[Handler], Handler]:
        return self.add("DELETE", path)

    def include(self, *others: Routes) -> Routes:
        for other in others:
            self._rules.extend(other._rules)  # noqa: SLF001  another table of this class
        self._map = None
        return self

    def find(self, request: Request) -> tuple[Handler, dict[str, Any]] | None:
        return self.match(request.method, request.path)

    def match(self, method: str, path: str) -> tuple[Handler, dict[str, Any]] | None:
        """The handler and its path arguments, None for a path or method that no route knows."""
        if self._map is None:
            rules = [Rule(path, methods=[method], endpoint=handler) for method, path, handler in self._rules]
            self._map = Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False)
        try:
            handler, arguments = self._map.bind("sandbox").match(path, method)
        except HTTPException:
            return None
        return handler, dict(arguments)

    def rules(self) -> list[tuple[str, str, Handler]]:
        """(method, path pattern, handler) of every route."""
        return list(self._rules)

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self._rules]
