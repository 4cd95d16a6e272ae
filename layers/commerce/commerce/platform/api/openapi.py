"""The API's description, from the code: what `operation` declares for a route is what the export shows for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from commerce.platform.api.body import METHODS_WITH_BODY
from commerce.platform.api.models import Error, GatewayMessage
from commerce.platform.api.resolver import CommerceApi
from commerce.platform.errors import ConfigurationError

VERSION = "3.1.0"
_KEYED = "x-keyed"
_DOUBTFUL = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""Powertools' own error models; our answers have another shape."""

_REASONS: Mapping[int, str] = {
    400: "The request is malformed.",
    401: "No valid token.",
    402: "The provider refused.",
    403: "The token's scope does not allow it, or the resource belongs to somebody else.",
    404: "There is no such thing.",
    409: "It is in a state that does not allow this.",
    413: "The body has more than 256 kB.",
    415: "The body is not application/json in UTF-8.",
    422: "Fields are missing, unknown or wrong; `details.fields` lists them.",
    429: "Too many calls.",
    500: "Something broke on our side.",
    503: "The store's tables or the provider cannot be reached; repeat later.",
}
_BY_GATEWAY = frozenset({401, 403, 429, 500, 503})
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this request: the same key with the same body gives the same answer, and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def operation(
    summary: str,
    *,
    scopes: Sequence[str] = (),
    answers: Mapping[int, str],
    errors: Iterable[int] = (),
    keyed: bool = False,
    tag: str,
) -> dict[str, Any]:
    """Keyword arguments for `@app.get(…)` and its siblings.

    Args:
        scopes: one of these must be in the token; none means a public route.
        answers: status -> what it means, for the successes; the first is the route's default status.
        errors: further statuses that this route answers itself: 402, 404, 409.
        keyed: the route calls `require_idempotency_key`.
    """
    described = {status: {"description": text} for status, text in answers.items()}
    failures = {status: _error_response(status) for status in errors}
    extensions: dict[str, Any] = {"security": [{"jwt": [scope]} for scope in scopes]}
    if keyed:
        extensions[_KEYED] = True
    return {
        "summary": summary,
        "tags": [tag],
        "status_code": next(iter(answers)),
        "responses": {**described, **failures},
        "openapi_extensions": extensions,
    }


def export(apps: Iterable[CommerceApi], *, title: str, version: str, description: str = "") -> dict[str, Any]:
    """One OpenAPI 3.1 document for several functions.

    Raises:
        ConfigurationError: two functions claim one operation, or give one name to two schemas.
    """
    paths: dict[str, dict[str, Any]] = {}
    schemas = _our_schemas()
    for app in apps:
        document = json.loads(app.get_openapi_json_schema(title=title, version=version))
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            if name not in _DOUBTFUL and schemas.setdefault(name, schema) != schema:
                raise ConfigurationError(f"Two functions describe a different {name}; rename one of the models.")
        for path, operations in document["paths"].items():
            for method, described in operations.items():
                if method in paths.setdefault(path, {}):
                    raise ConfigurationError(f"Two functions answer {method.upper()} {path}.")
                paths[path][method] = _completed(method.upper(), path, described)
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version, "description": description},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _completed(method: str, path: str, described: dict[str, Any]) -> dict[str, Any]:
    keyed = described.pop(_KEYED, False)
    if keyed:
        described.setdefault("parameters", []).append(_KEY_PARAMETER)
    responses = described["responses"]
    responses.pop("422", None)
    responses.pop("500", None)
    for status in _usual(method, path, described, keyed=keyed):
        responses.setdefault(str(status), _error_response(status))
    described["responses"] = dict(sorted(responses.items()))
    return described


def _usual(method: str, path: str, described: Mapping[str, Any], *, keyed: bool) -> set[int]:
    """The errors that an operation answers because of what it is, not of what it does."""
    statuses = {429, 500, 503}
    if described.get("security"):
        statuses |= {401, 403}
    if method in METHODS_WITH_BODY:
        statuses |= {400, 413, 415, 422}
    if keyed:
        statuses |= {400}
    if described.get("parameters") or "{" in path:
        statuses |= {422}
    return statuses


def _error_response(status: int) -> dict[str, Any]:
    ours = {"$ref": "#/components/schemas/Error"}
    schema = {"anyOf": [ours, {"$ref": "#/components/schemas/GatewayMessage"}]} if status in _BY_GATEWAY else ours
    return {"description": _REASONS[status], "content": {"application/json": {"schema": schema}}}


def _our_schemas() -> dict[str, Any]:
    _, document = models_json_schema(
        [(Error, "serialization"), (GatewayMessage, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = document["$defs"]
    return schemas
