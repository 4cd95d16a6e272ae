"""What a route says of itself; `commerce.platform.api.export` makes the OpenAPI document of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

KEYED = "x-keyed"
"""Marks a route that needs the Idempotency-Key header, until the export says so in OpenAPI's own words."""


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
_BY_GATEWAY = frozenset({401, 403, 404, 429, 500, 503})


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
        answers: status -> what it means, for the successes; the first is the route's default status, and a route of
            204 returns None.
        errors: further statuses that this route answers itself: 402, 409, and 404 without a parameter in its path.
        keyed: the route calls `require_idempotency_key`.
    """
    described: dict[int, dict[str, Any]] = {status: {"description": text} for status, text in answers.items()}
    if 204 in described:
        described[204]["content"] = {}
    failures = {status: error_response(status) for status in errors}
    extensions: dict[str, Any] = {"security": [{"jwt": [scope]} for scope in scopes]}
    if keyed:
        extensions[KEYED] = True
    return {
        "summary": summary,
        "tags": [tag],
        "status_code": next(iter(answers)),
        "responses": {**described, **failures},
        "openapi_extensions": extensions,
    }


def error_response(status: int) -> dict[str, Any]:
    """An OpenAPI response with the one error shape; the gateway answers some statuses itself, in its own."""
    ours = {"$ref": "#/components/schemas/Error"}
    schema = {"anyOf": [ours, {"$ref": "#/components/schemas/GatewayMessage"}]} if status in _BY_GATEWAY else ours
    return {"description": _REASONS[status], "content": {"application/json": {"schema": schema}}}
