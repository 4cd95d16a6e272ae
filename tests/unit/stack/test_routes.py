"""A request finds the route that API Gateway would choose."""

from __future__ import annotations

import pytest

from local.stack.model import RouteSpec
from local.stack.routes import RouteTable

ROUTES = [
    "ANY /files/{proxy+}",
    "GET /things/{id}",
    "ANY /things/{id}",
    "GET /things/all",
    "GET /things/{id}/parts/{part}",
    "GET /",
]


def table(*keys: str) -> RouteTable:
    routes = [key.split(" ") if " " in key else ["ANY", key] for key in keys]
    return RouteTable(
        tuple(RouteSpec(method, path, "Function", authorizer=None, scopes=(), timeout=30) for method, path in routes)
    )


@pytest.mark.parametrize(
    ("method", "path", "key", "variables"),
    [
        ("GET", "/things/all", "GET /things/all", {}),
        ("GET", "/things/7", "GET /things/{id}", {"id": "7"}),
        ("PUT", "/things/all", "ANY /things/{id}", {"id": "all"}),
        ("GET", "/things/a%2Fb", "GET /things/{id}", {"id": "a/b"}),
        ("GET", "/things/7/parts/%C3%A9", "GET /things/{id}/parts/{part}", {"id": "7", "part": "é"}),
        ("POST", "/files/a/b.txt", "ANY /files/{proxy+}", {"proxy": "a/b.txt"}),
        ("GET", "/", "GET /", {}),
    ],
)
def test_found(method: str, path: str, key: str, variables: dict[str, str]) -> None:
    match = table(*ROUTES).find(method, path)
    assert match is not None
    assert (match.route.key, match.path_parameters) == (key, variables)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("GET", "/things"), ("GET", "/things/"), ("GET", "/things/7/"), ("GET", "/files")],
)
def test_not_found(method: str, path: str) -> None:
    assert table(*ROUTES).find(method, path) is None


def test_default_comes_last() -> None:
    routes = table("$default", *ROUTES)
    found = routes.find("POST", "/nowhere")
    assert found is not None
    assert found.route.key == "$default"
    assert routes.find("GET", "/things/all") == table(*ROUTES).find("GET", "/things/all")
