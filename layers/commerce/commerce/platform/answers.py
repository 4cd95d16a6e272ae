"""The one error shape, for the API and for webhooks alike, and the answers of payload format 2.0."""

from __future__ import annotations

from collections.abc import Mapping

from commerce.platform.errors import ConfigurationError, IntegrationError
from commerce.platform.jsontext import compact
from commerce.platform.lambda_types import ProxyAnswer

JSON = "application/json"


def error_body(error: IntegrationError, request_id: str) -> dict[str, object]:
    """`{"error": {"code", "message", "details", "retryable", "request_id"}}`.

    What a deployment lacks is for its log, where whoever runs it reads it, and not for whoever calls.
    """
    if isinstance(error, ConfigurationError):
        error = IntegrationError(
            "This deployment is not set up completely; the function's log says what is missing and how to set it.",
            code=error.code,
            retryable=error.retryable,
        )
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "details": error.details,
            "retryable": error.retryable,
            "request_id": request_id,
        }
    }


def error_headers(error: IntegrationError) -> dict[str, str]:
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def answer(
    status: int, body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
) -> ProxyAnswer:
    """An answer in payload format 2.0 (API Gateway, HTTP API Lambda integrations); no body is an empty one."""
    text = "" if body is None else compact(body)
    return {
        "statusCode": status,
        "headers": {"Content-Type": JSON, "Cache-Control": "no-store", **(headers or {})},
        "body": text,
        "isBase64Encoded": False,
    }


def unexpected(request_id: str) -> dict[str, object]:
    """What a caller is told when our own code broke: nothing but where to ask."""
    error = IntegrationError("Something broke on our side; give support the request_id of this answer.")
    return error_body(error, request_id)
