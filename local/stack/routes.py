"""Which route of an HTTP API answers a request.

API Gateway Developer Guide, "Working with routes for HTTP APIs": a full match before a route with a greedy variable
before $default; of the same kind, the named method before ANY, and a fixed segment before a variable.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from local.stack.model import DEFAULT_ROUTE, RouteSpec


@dataclass(frozen=True, slots=True)
class Match:
    route: RouteSpec
    path_parameters: dict[str, str]


class RouteTable:
    def __init__(self, routes: tuple[RouteSpec, ...]) -> None:
        self._routes = sorted(routes, key=_rank)

    def find(self, method: str, raw_path: str) -> Match | None:
        """`raw_path` is still percent-encoded; variables come out decoded."""
        segments = raw_path.split("/")[1:]
        for route in self._routes:
            if route.method not in ("ANY", method):
                continue
            if route.path == DEFAULT_ROUTE:
                return Match(route, {})
            variables = _fit(route.path.split("/")[1:], segments)
            if variables is not None:
                return Match(route, variables)
        return None


def _rank(route: RouteSpec) -> tuple[int, tuple[int, ...], int]:
    if route.path == DEFAULT_ROUTE:
        return 2, (), 0
    kinds = tuple(0 if not part.startswith("{") else 2 if part.endswith("+}") else 1 for part in route.path.split("/"))
    return int(2 in kinds), kinds, int(route.method == "ANY")


def _fit(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    variables: dict[str, str] = {}
    for position, part in enumerate(pattern):
        if part.endswith("+}"):
            rest = "/".join(segments[position:])
            return {**variables, part[1:-2]: unquote(rest)} if rest else None
        if position >= len(segments):
            return None
        if part.startswith("{"):
            if not segments[position]:
                return None
            variables[part[1:-1]] = unquote(segments[position])
        elif part != unquote(segments[position]):
            return None
    return variables if len(pattern) == len(segments) else None
