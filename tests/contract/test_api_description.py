"""What the export says of an API is what the API does: schemathesis looks for a difference."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings

from commerce.platform.api.export import export
from commerce.platform.api.resolver import handle
from tests.conftest import FakeContext
from tests.unit.platform.api import ERRORS, app, http_event

TOKEN = "Bearer good"
PUBLIC = ("/health",)
BREAK_ON_PURPOSE = ERRORS.keys() | {"wrong"}
"""Ids of the test API. Hypothesis tries the words that it finds in loaded modules, and these are among them."""


def gateway(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The HTTP API in front of the resolver: its own 401, and events as payload format 2.0 has them."""
    if environ["PATH_INFO"] not in PUBLIC and environ.get("HTTP_AUTHORIZATION") != TOKEN:
        start_response("401 Unauthorized", [("Content-Type", "application/json")])
        return [b'{"message":"Unauthorized"}']
    answer = handle(app, _event(environ), FakeContext())
    start_response(f"{answer['statusCode']} X", list(answer["headers"].items()))
    return [answer["body"].encode()]


def _event(environ: dict[str, Any]) -> dict[str, Any]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    event = http_event(environ["REQUEST_METHOD"], path, headers=headers, scope="store operator buyer")
    query: dict[str, str] = {}
    for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    event.update(rawQueryString=environ.get("QUERY_STRING", ""), queryStringParameters=query or None)
    event.update(body=base64.b64encode(body).decode(), isBase64Encoded=True)
    return event


schema = schemathesis.openapi.from_dict(export([app], title="Test", version="1"))
schema.app = gateway


@pytest.mark.invariant("PLT-04")
@schema.parametrize()
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_description_says(case: schemathesis.Case[Any]) -> None:
    assume((case.path_parameters or {}).get("order_id") not in BREAK_ON_PURPOSE)
    # Meant to be wrong as a text, but in an address the text "1" is the number 1.
    assume(not str((case.query or {}).get("limit", "")).isdecimal() or isinstance(case.query["limit"], int))
    case.call_and_validate(headers={"Authorization": TOKEN})
