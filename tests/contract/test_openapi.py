"""contracts/openapi.json is what the code says, and what the gateway does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.openapi import DESCRIPTION, ROUTES, exported, main, routes_of
from local.stack.model import DEFAULT_ROUTE, RouteSpec
from local.template_api import template_api

PUBLIC = {"GET /health"}
BEHIND_THE_REST = {DEFAULT_ROUTE, "OPTIONS /{proxy+}"}
"""Routes of the template without an operation: they say 405, 404, and which methods there are."""

type Description = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Description:
    loaded: Description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def routes() -> dict[str, RouteSpec]:
    return {route.key: route for route in template_api().routes}


def operations(description: Description) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def test_the_committed_description_is_that_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert [path.name for path, text in exported().items() if path.read_text(encoding="utf-8") != text] == []
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == "The description is up to date.\n"


def test_a_description_that_is_out_of_date_is_named(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("local.openapi.ROOT", tmp_path)
    monkeypatch.setattr("local.openapi.exported", lambda: {tmp_path / "openapi.json": "{}"})
    assert main(["--check"]) == 1
    assert "Out of date: openapi.json. Run `make openapi`" in capsys.readouterr().err
    assert main([]) == 0
    assert (tmp_path / "openapi.json").read_text(encoding="utf-8") == "{}"


@pytest.mark.invariant("PLT-07")
def test_the_operations_are_the_routes_of_the_template(description: Description, routes: dict[str, RouteSpec]) -> None:
    assert set(operations(description)) == set(routes) - BEHIND_THE_REST


@pytest.mark.invariant("AUT-07")
def test_each_operation_asks_for_the_scopes_of_its_route(
    description: Description, routes: dict[str, RouteSpec]
) -> None:
    described = {
        key: {scope for required in operation.get("security", []) for scope in required["jwt"]}
        for key, operation in operations(description).items()
    }
    assert described == {key: set(routes[key].scopes) for key in described}


@pytest.mark.invariant("AUT-07")
def test_only_the_public_operations_need_no_token(description: Description, routes: dict[str, RouteSpec]) -> None:
    assert {key for key, operation in operations(description).items() if not operation.get("security")} == PUBLIC
    assert {key for key, route in routes.items() if route.authorizer is None} == PUBLIC | {"OPTIONS /{proxy+}"}
    assert all(route.scopes for key, route in routes.items() if key not in PUBLIC | BEHIND_THE_REST)


@pytest.mark.invariant("PLT-07")
def test_the_function_behind_the_rest_knows_every_route(description: Description) -> None:
    known = json.loads(ROUTES.read_text(encoding="utf-8"))
    assert known == routes_of(description)


def test_every_post_names_its_request(description: Description) -> None:
    for key, operation in operations(description).items():
        names = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"}
        assert ("Idempotency-Key" in names) is key.startswith("POST "), key


def test_every_error_has_one_of_two_shapes(description: Description) -> None:
    responses = description["components"]["responses"]
    for key, operation in operations(description).items():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert answer["$ref"].removeprefix("#/components/responses/") in responses, (key, status)
    shapes = {
        choice["$ref"].rpartition("/")[2]
        for response in responses.values()
        for schema in [response["content"]["application/json"]["schema"]]
        for choice in schema.get("anyOf", [schema])
    }
    assert shapes == {"Error", "GatewayMessage"}
