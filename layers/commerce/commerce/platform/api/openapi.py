"""What a route says of itself; `commerce.platform.api.export` makes the OpenAPI document of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEYED = "x-keyed"
"""Marks a route that needs the Idempotency-Key header, until the export says so in OpenAPI's own words."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error status as the description has it: its name there, its meaning, and whether the gateway may answer it."""

    name: str
    reason: str
    by_gateway: bool = False
    says_when: bool = False


FAILURES: Mapping[int, Failure] = {
    400: Failure("Malformed", "The request is malformed."),
    401: Failure("NoToken", "No valid token.", by_gateway=True),
    402: Failure("Refused", "The provider refused."),
    403: Failure(
        "NotAllowed", "The token's scope does not allow it, or the resource belongs to somebody else.", by_gateway=True
    ),
    404: Failure("NotFound", "There is no such thing."),
    409: Failure("Conflict", "It is in a state that does not allow this.", says_when=True),
    413: Failure("TooLarge", "The body has more than 256 kB.", by_gateway=True),
    415: Failure("NoJson", "The body is not application/json in UTF-8."),
    422: Failure("Invalid", "Fields are missing, unknown or wrong; `details.fields` lists them."),
    429: Failure("TooMany", "Too many calls.", by_gateway=True, says_when=True),
    500: Failure("Broken", "Something broke on our side.", by_gateway=True),
    503: Failure(
        "Unavailable",
        "The store's tables or the provider cannot be reached; repeat later.",
        by_gateway=True,
        says_when=True,
    ),
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which a repeat makes sense.",
        "schema": {"type": "integer", "minimum": 0},
    }
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
    failure = FAILURES[status]
    ours = {"$ref": "#/components/schemas/Error"}
    schema = {"anyOf": [ours, {"$ref": "#/components/schemas/GatewayMessage"}]} if failure.by_gateway else ours
    headers = {"headers": _RETRY_AFTER} if failure.says_when else {}
    return {"description": failure.reason, **headers, "content": {"application/json": {"schema": schema}}}
