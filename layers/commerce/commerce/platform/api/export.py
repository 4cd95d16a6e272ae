"""The API's description, from the code: one OpenAPI document for all functions (contracts/openapi.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from commerce.platform.api.body import METHODS_WITH_BODY
from commerce.platform.api.models import Error, GatewayMessage
from commerce.platform.api.openapi import FAILURES, KEYED, error_response
from commerce.platform.api.resolver import CommerceApi
from commerce.platform.errors import ConfigurationError

VERSION = "3.1.0"
_POWERTOOLS_OWN = frozenset({"HTTPValidationError", "ValidationError", "ResponseValidationError"})
"""Error models of Powertools that our answers do not have."""

_NO_WORD = re.compile(r"\W")

_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this request: the same key with the same body gives the same answer, and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
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
            if name not in _POWERTOOLS_OWN and schemas.setdefault(name, schema) != schema:
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
            "responses": {failure.name: error_response(status) for status, failure in FAILURES.items()},
            "securitySchemes": {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _completed(method: str, path: str, described: dict[str, Any]) -> dict[str, Any]:
    keyed = described.pop(KEYED, False)
    if keyed:
        described.setdefault("parameters", []).append(_KEY_PARAMETER)
    responses = described["responses"]
    responses.pop("422", None)
    responses.pop("500", None)
    failures = _usual(method, path, described, keyed=keyed) | {int(status) for status in responses if status >= "400"}
    shared = {str(status): {"$ref": f"#/components/responses/{FAILURES[status].name}"} for status in failures}
    described["responses"] = dict(sorted({**responses, **shared}.items()))
    # Powertools adds path and method to the function's name, which says enough.
    described["operationId"] = described["operationId"].removesuffix(_NO_WORD.sub("_", f"{path}_{method.lower()}"))
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
    if described.get("parameters"):
        statuses |= {422}
    if "{" in path:
        # A segment may hold what belongs to no route at all.
        statuses |= {404}
    return statuses


def _our_schemas() -> dict[str, Any]:
    _, document = models_json_schema(
        [(Error, "serialization"), (GatewayMessage, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = document["$defs"]
    return schemas
