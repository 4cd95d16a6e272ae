"""HTTP request <-> Lambda event and answer, payload format 2.0, for the HTTP API and for function URLs.

Source: API Gateway Developer Guide, "Working with AWS Lambda proxy integrations for HTTP APIs"; Lambda Developer Guide,
"Invoking Lambda function URLs". Which bodies arrive as text is not in the guide: text/* and these three application
types; everything else, also form data and a body without a type, arrives as base64.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.stack.httpd import Headers, Request, Response

JSON: Headers = [("Content-Type", "application/json")]
_TEXT_TYPES = ("application/json", "application/xml", "application/javascript")


class MalformedAnswer(Exception):
    """The function's answer is none that API Gateway could turn into a response."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a front door writes into its events. `path` is as the function sees it."""

    route_key: str
    path: str
    api_id: str
    account_id: str
    domain: str
    trace_id: str
    path_parameters: Mapping[str, str]
    authorizer: Mapping[str, Any] | None = None


def build_event(request: Request, door: Door) -> dict[str, Any]:
    """The event of one request."""
    now = datetime.now(UTC)
    headers = _headers(request, door)
    query = _joined(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
    body, encoded = _body(request)
    cookies = [part.strip() for key, value in request.headers if key == "cookie" for part in value.split(";")]
    context = {
        "accountId": door.account_id,
        "apiId": door.api_id,
        "domainName": door.domain,
        "domainPrefix": door.domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": door.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.peer,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": door.route_key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
        **({"authorizer": door.authorizer} if door.authorizer else {}),
    }
    return {
        "version": "2.0",
        "routeKey": door.route_key,
        "rawPath": door.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": query} if query else {}),
        "requestContext": context,
        **({"pathParameters": dict(door.path_parameters)} if door.path_parameters else {}),
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": encoded,
    }


def _headers(request: Request, door: Door) -> dict[str, str]:
    kept = _joined([pair for pair in request.headers if pair[0] not in ("cookie", "connection", "transfer-encoding")])
    return {
        **kept,
        "x-amzn-trace-id": door.trace_id,
        "x-forwarded-for": request.peer,
        "x-forwarded-port": (request.header("host") or "").partition(":")[2] or "80",
        "x-forwarded-proto": "http",
    }


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Values of one name joined by commas, in order."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(request: Request) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in _TEXT_TYPES:
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode("ascii"), True


def to_response(payload: bytes) -> Response:
    """The function's answer as a response; without a `statusCode` the whole answer is the body of a 200.

    Raises:
        MalformedAnswer: its statusCode, headers or body are of the wrong type.
    """
    try:
        answer = json.loads(payload)
    except ValueError as error:
        raise MalformedAnswer("not JSON") from error
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, body.encode(), list(JSON))
    status, given, cookies = answer["statusCode"], answer.get("headers") or {}, answer.get("cookies") or []
    if not str(status).isdigit() or not isinstance(given, dict) or not isinstance(cookies, list):
        kinds = f"headers {type(given).__name__}, cookies {type(cookies).__name__}"
        raise MalformedAnswer(f"statusCode {status!r}, {kinds}")
    headers: Headers = [(str(name), str(value)) for name, value in given.items() if name.lower() != "content-length"]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers += JSON
    headers += [("Set-Cookie", str(cookie)) for cookie in cookies]
    return Response(int(status), _decoded(answer.get("body"), bool(answer.get("isBase64Encoded"))), headers)


def _decoded(body: object, encoded: bool) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if not encoded:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedAnswer("isBase64Encoded is true, the body is not base64") from error
