"""The API's front door: good requests, and every hostile one a clear 4xx in the one error shape."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.platform.api.body import MAX_BODY_BYTES
from tests.unit.platform.api import ERRORS, GOOD, Answered, ask, http_event

PUT = ("PUT", "/orders/o-1")


def test_a_good_request() -> None:
    answer = ask(*PUT, GOOD)
    assert (answer.status, answer.body) == (201, {"order_id": "o-1", "amount": 1999})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask("PUT", "/orders/same", GOOD).status == 200


@pytest.mark.invariant("PAY-24")
@pytest.mark.parametrize(
    ("written", "amount"),
    [("5.0", 5), ("5e2", 500), ("1.50e1", 15), ("999999999999.000", 999_999_999_999), ("99999999999.99999999", None)],
)
def test_a_whole_number_is_an_integer_however_it_is_written(written: str, amount: int | None) -> None:
    answer = ask(*PUT, json.dumps(GOOD).replace("1999", written))
    assert answer.status == (422 if amount is None else 201)
    assert amount is None or answer.text == f'{{"order_id":"o-1","amount":{amount}}}'


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_how_a_body_may_be_sent(content_type: str, encoded: bool) -> None:
    text = json.dumps(GOOD, ensure_ascii=False)
    body = base64.b64encode(text.encode()).decode() if encoded else text
    assert ask(*PUT, body, headers={"Content-Type": content_type}, encoded=encoded).status == 201


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed_json"),
        ("{'amount': 1}", 400, "malformed_json"),
        ("\ufeff{}", 400, "malformed_json"),
        ('{"amount":1,"amount":2}', 400, "malformed_json"),
        ('{"items":[{"sku":"a","sku":"b"}]}', 400, "malformed_json"),
        ('{"amount":' + "9" * 5000 + "}", 400, "malformed_json"),
        ('{"amount":NaN}', 400, "malformed_json"),
        ('{"amount":-Infinity}', 400, "malformed_json"),
        ("[" * 100_000, 400, "malformed_json"),
        ('{"a":' * 40_000 + "1" + "}" * 40_000, 400, "malformed_json"),
        ('{"locale":"\\ud800"}', 400, "malformed_json"),
        ('{"\\udfff":1}', 400, "malformed_json"),
        ('{"locale":"\ud800"}', 400, "malformed_body"),
        ("[]", 422, "invalid_request"),
        ('[{"amount":1}]', 422, "invalid_request"),
        ("null", 422, "invalid_request"),
        ('"text"', 422, "invalid_request"),
        ("1", 422, "invalid_request"),
        ("", 422, "invalid_request"),
        (None, 422, "invalid_request"),
        ("{}", 422, "invalid_request"),
        ("x" * (MAX_BODY_BYTES + 1), 413, "payload_too_large"),
        ("ç" * (MAX_BODY_BYTES // 2 + 1), 413, "payload_too_large"),
        ("x" * 1_000_000, 413, "payload_too_large"),
    ],
)
def test_hostile_bodies(body: str | None, status: int, code: str) -> None:
    answer = ask(*PUT, body)
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.error["request_id"] == "req-1"
    assert not answer.error["retryable"]


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("body", ["!!!", "a", base64.b64encode(b"\xff\xfe{}").decode(), "\u00e9"])
def test_bad_base64_and_bad_utf8(body: str) -> None:
    answer = ask(*PUT, body, encoded=True)
    assert (answer.status, answer.error["code"]) == (400, "malformed_body")


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/jsonx"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json; charset=utf-16"},
    ],
)
def test_another_media_type_is_415(headers: dict[str, str]) -> None:
    answer = ask(*PUT, GOOD, headers=headers)
    assert (answer.status, answer.error["code"]) == (415, "unsupported_media_type")
    assert "application/json" in answer.error["message"]


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"amount": 0}, "amount", "must be 1 or more"),
        ({"amount": -1}, "amount", "must be 1 or more"),
        ({"amount": 1.5}, "amount", "must be a whole number"),
        ({"amount": 1e300}, "amount", "must be a whole number"),
        ({"amount": "1"}, "amount", "must be a whole number"),
        ({"amount": True}, "amount", "must be a whole number"),
        ({"amount": None}, "amount", "must be a whole number"),
        ({"amount": 10**13}, "amount", "must be 1000000000000 or less"),
        ({"currency": "brl"}, "currency", "must match ^[A-Z]{3}$"),
        ({"currency": 5}, "currency", "must be text"),
        ({"currency": "BRL\n"}, "currency", "must match ^[A-Z]{3}$"),
        ({"locale": "fr"}, "locale", "must be one of 'pt-BR' or 'en'"),
        ({"items": []}, "items", "must not be empty"),
        ({"items": {}}, "items", "must be a list"),
        ({"items": [1]}, "items.0", "must be an object"),
        ({"items": [{"sku": "a/b", "name": "x", "quantity": 1}]}, "items.0.sku", "must match"),
        ({"items": [{"sku": "a", "name": "x\r\nBcc: y", "quantity": 1}]}, "items.0.name", "must match"),
        ({"items": [{"sku": "a", "name": "x", "quantity": 1, "gift": 1}]}, "items.0.gift", "must be true or false"),
        ({"items": [{"sku": "a", "quantity": 1}]}, "items.0.name", "is required"),
        ({"discount": 5}, "discount", "is not a field here"),
        ({"<script>": 5}, "?", "is not a field here"),
    ],
)
def test_wrong_fields_are_named_and_their_values_are_not(change: dict[str, Any], field: str, problem: str) -> None:
    answer = ask(*PUT, GOOD | change)
    assert answer.status == 422
    assert answer.problems[field].startswith(problem)
    assert not any(bad in answer.text for bad in ("brl", "fr'", "Bcc", "script"))


@pytest.mark.invariant("AUT-04")
def test_a_value_that_was_sent_is_neither_answered_nor_logged() -> None:
    secret = "4242424242424242-maria"
    hostile = {"amount": secret, "currency": secret, "items": [secret], "locale": secret, secret: secret}
    answer = ask(*PUT, hostile)
    assert answer.status == 422
    assert "4242" not in answer.text + answer.lines.text


def test_a_422_lists_a_bounded_number_of_fields() -> None:
    answer = ask(*PUT, {f"f{number}": 1 for number in range(1000)})
    assert len(answer.error["details"]["fields"]) == 50


@pytest.mark.invariant("PLT-04")
def test_path_and_query_are_checked_too() -> None:
    assert ask("GET", "/orders/a%20b").problems == {"path.order_id": "must match ^[A-Za-z0-9][A-Za-z0-9_.:-]*$"}
    for character in ("\u00a0", "\u2013", "\n", "\t", '"', "\\", "#", "\u0000", "\ufffd", "\U0001f600"):
        assert "path.order_id" in ask("GET", f"/orders/{quote(f'a{character}b')}").problems
    assert ask("GET", "/orders/a/b").status == 404
    assert "path.order_id" in ask("GET", "/orders/" + "x" * 65).problems
    assert ask("GET", "/orders/o-1", query="limit=0").problems == {"query.limit": "must be 1 or more"}
    assert ask("GET", "/orders/o-1", query="limit=many").problems == {"query.limit": "must be a whole number"}
    assert ask("GET", "/orders/o-1", query="limit=" + "9" * 5000).status == 422
    assert ask("GET", "/orders/o-1", query="limit=7").body["amount"] == 7
    assert ask("GET", "/orders/o-1", query="limit=7&limt=8").problems == {"query.limt": "is not a field here"}
    assert ask("GET", "/health", query="x=1").status == 422
    assert ask("GET", "/nothing", query="x=1").status == 404
    assert ask("POST", "/health", query="x=1").status == 405


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/orders/o-1", "DELETE, GET, PUT"),
        ("TRACE", "/health", "GET"),
        ("HEAD", "/health", "GET"),
        ("GET", "/refunds", "POST"),
        ("FOO", "/refunds", "POST"),
    ],
)
def test_a_wrong_method_is_405_with_allow(method: str, path: str, allow: str) -> None:
    answer = ask(method, path)
    assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allow


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("path", ["/", "/nothing", "/orders", "/orders/", "/orders/a/b"])
def test_an_unknown_path_is_404(path: str) -> None:
    answer = ask("GET", path)
    assert (answer.status, answer.error["code"]) == (404, "route_not_found")


@pytest.mark.parametrize(
    ("order_id", "status", "code", "retryable"),
    [
        ("missing", 404, "order_not_found", False),
        ("locked", 409, "order_locked", False),
        ("throttled", 503, "store_unavailable", True),
        ("bare", 500, "internal_error", False),
    ],
)
def test_our_errors_keep_status_code_and_details(order_id: str, status: int, code: str, retryable: bool) -> None:
    answer = ask("GET", f"/orders/{order_id}")
    assert (answer.status, answer.error["code"], answer.error["retryable"]) == (status, code, retryable)
    assert answer.error["message"] == str(ERRORS[order_id])
    assert answer.headers.get("Retry-After") == ("2" if order_id == "throttled" else None)


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("order_id", ["broken", "wrong"])
def test_what_broke_on_our_side_is_500_and_tells_nothing(order_id: str) -> None:
    answer = ask("GET", f"/orders/{order_id}")
    assert (answer.status, answer.error["code"]) == (500, "internal_error")
    assert answer.error["request_id"] == "req-1"
    assert not any(secret in answer.text + answer.lines.text for secret in ("hunter2", "maria"))
    assert answer.lines.logs[0]["level"] == "ERROR"


def test_204_has_no_body() -> None:
    answer = ask("DELETE", "/orders/o-1", scope="operator")
    assert (answer.status, answer.text) == (204, "")
    assert "Content-Type" not in answer.headers


def test_each_request_is_logged_and_counted_once() -> None:
    answer = ask(*PUT, GOOD)
    (line,) = answer.lines.logs
    assert (line["route"], line["status"], line["correlation_id"]) == ("PUT /orders/{order_id}", 201, "req-1")
    assert answer.lines.metrics == [
        {"operation": "PUT /orders/{order_id}", "outcome": "201", "service": "test", "request": [1.0]}
    ]


def test_a_refusal_is_logged_with_its_code() -> None:
    assert ask("GET", "/orders/missing").lines.logs[0]["code"] == "order_not_found"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_where_none_belongs_is_not_read(method: str) -> None:
    answer = ask(method, "/orders/o-1", "{not json", headers={"content-type": "text/plain"}, scope="operator")
    assert answer.status in (200, 204)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(GOOD)), inner),
    max_leaves=10,
)


@pytest.mark.invariant("PLT-04")
@given(JSON_VALUES)
@settings(max_examples=60)
def test_any_json_is_answered_without_a_500(value: Any) -> None:
    assert ask(*PUT, json.dumps(value)).status in (201, 400, 422)


@pytest.mark.invariant("PLT-04")
@given(st.binary(max_size=200), st.sampled_from(["PUT", "POST", "GET", "DELETE", "PATCH"]), st.text(max_size=30))
def test_any_bytes_at_any_path_are_answered_without_a_500(raw: bytes, method: str, path: str) -> None:
    event = http_event(method, "/orders/" + path, base64.b64encode(raw).decode(), encoded=True, scope="operator")
    answer = Answered(event)
    assert answer.status in (200, 204, 400, 403, 404, 405, 415, 422) or path in ERRORS
    assert answer.status in (200, 204) or answer.error["code"]


def test_an_event_without_a_request_context_is_still_answered() -> None:
    event = http_event("GET", "/health")
    del event["requestContext"]["requestId"], event["requestContext"]["authorizer"]
    event.update(headers=None, queryStringParameters=None, body=None)
    assert Answered(event).body == {"status": "ok"}
