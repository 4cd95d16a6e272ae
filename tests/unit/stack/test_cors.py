"""The gateway answers preflights, and only its own CORS headers reach the browser."""

from __future__ import annotations

from local.stack.cors import preflight, with_cors
from local.stack.httpd import Request, Response
from local.stack.model import CorsSpec

SPEC = CorsSpec(("https://store.example",), ("GET", "POST"), ("authorization",), ("retry-after",), False, 600)
ASK = "access-control-request-method"


def request(method: str, **headers: str) -> Request:
    return Request(method, "/", [(name.replace("_", "-"), value) for name, value in headers.items()], b"")


def test_preflight_of_an_allowed_origin() -> None:
    asked = Request("OPTIONS", "/", [("origin", "https://store.example"), (ASK, "POST")], b"")
    answer = preflight(asked, SPEC)
    assert answer is not None
    assert answer.status == 204
    assert dict(answer.headers) == {
        "Access-Control-Allow-Origin": "https://store.example",
        "Access-Control-Allow-Methods": "GET,POST",
        "Access-Control-Allow-Headers": "authorization",
        "Access-Control-Max-Age": "600",
    }


def test_preflight_of_another_origin_allows_nothing() -> None:
    asked = Request("OPTIONS", "/", [("origin", "https://evil.example"), (ASK, "POST")], b"")
    answer = preflight(asked, SPEC)
    assert answer is not None
    assert answer.headers == []


def test_other_requests_are_no_preflight() -> None:
    assert preflight(request("OPTIONS", origin="https://store.example"), SPEC) is None
    assert preflight(request("GET", origin="https://store.example"), SPEC) is None
    assert preflight(Request("OPTIONS", "/", [(ASK, "POST")], b""), None) is None


def test_the_functions_own_headers_are_replaced() -> None:
    made = Response(200, b"", [("Access-Control-Allow-Origin", "*"), ("X-Kept", "1")])
    shown = with_cors(request("GET", origin="https://store.example"), made, SPEC)
    assert dict(shown.headers) == {
        "X-Kept": "1",
        "Access-Control-Allow-Origin": "https://store.example",
        "Access-Control-Expose-Headers": "retry-after",
    }
    assert with_cors(request("GET", origin="https://evil.example"), made, SPEC).headers == [("X-Kept", "1")]
    assert with_cors(request("GET"), made, None) is made
