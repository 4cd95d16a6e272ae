"""What Lambda hands to the handlers: the parts of each trigger's event that they read."""

from __future__ import annotations

import base64
import itertools
import json
import uuid
from collections.abc import Mapping
from typing import Any

QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:StripeQueue"


class FakeContext:
    """A Lambda context with half a minute left, always, and another request id for each invocation."""

    function_name = "benchmark"

    def __init__(self) -> None:
        # Many, because what an id looks like decides how closely the log's redaction looks at a line.
        self._ids = itertools.cycle([str(uuid.uuid4()) for _ in range(200)])

    @property
    def aws_request_id(self) -> str:
        return next(self._ids)

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


CONTEXT = FakeContext()


def http_api(
    method: str, route: str, body: object, *, sub: str, scope: str, key: str | None = None, **path: str
) -> dict[str, Any]:
    """An authorized call through the HTTP API, payload format 2.0; `route` as in `PUT /orders/{order_id}`."""
    headers = {"content-type": "application/json", **({} if key is None else {"idempotency-key": key})}
    return {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": route.format_map(path),
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "http": {"method": method, "path": route.format_map(path), "sourceIp": "203.0.113.7"},
            "requestId": "JKJaXmPLvHcESHA=",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": {"sub": sub, "scope": scope}, "scopes": [scope]}},
        },
        "pathParameters": path,
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def function_url(raw: bytes, headers: Mapping[str, str], path: str = "/") -> dict[str, Any]:
    """A provider's webhook; the body is base64, the dearer of the two forms in which function URLs hand it over."""
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {
            "http": {"method": "POST", "path": path, "sourceIp": "203.0.113.7"},
            "requestId": "f81d4fae",
        },
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
    }


def sqs(*bodies: str) -> dict[str, Any]:
    """One batch of a provider's queue."""
    return {"Records": [_record(number, body) for number, body in enumerate(bodies)]}


def _record(number: int, body: str) -> dict[str, Any]:
    return {
        "messageId": f"059f36b4-87a3-44ab-83d2-{number:012d}",
        "receiptHandle": f"receipt-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1790000000000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE_ARN,
        "awsRegion": "us-east-1",
    }
