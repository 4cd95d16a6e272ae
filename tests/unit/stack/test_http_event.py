"""Requests become events of payload 2.0, and answers become responses."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from local.stack.http_event import Door, MalformedAnswer, build_event, to_response
from local.stack.httpd import Request

DOOR = Door(
    route_key="POST /a/{id}",
    path="/a/b c",
    api_id="local",
    account_id="123456789012",
    domain="local.example",
    trace_id="Root=1-2-3",
    path_parameters={"id": "b c"},
)


def event(body: bytes = b"", target: str = "/a/b%20c", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return build_event(Request("POST", target, pairs, body), DOOR)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/csv", "Application/XML"])
def test_text_arrives_as_text(kind: str) -> None:
    made = event("é".encode(), content_type=kind)
    assert (made["body"], made["isBase64Encoded"]) == ("é", False)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1"),
        ("application/octet-stream", b"\x00\xff"),
        ("application/vnd.api+json", b"{}"),
        ("application/json", b'"\xff"'),
        ("", b"{}"),
    ],
)
def test_everything_else_arrives_as_base64(kind: str, body: bytes) -> None:
    made = event(body, **({"content_type": kind} if kind else {}))
    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == body


def test_path_query_headers_and_cookies() -> None:
    pairs = [("x-one", "1"), ("x-one", "2"), ("cookie", "a=1; b=2"), ("user-agent", "test"), ("host", "127.0.0.1:80")]
    made = build_event(Request("POST", "/a/b%20c?x=1&x=2&empty=&p=%C3%A9", pairs, b""), DOOR)
    assert made["rawPath"] == "/a/b c"
    assert made["rawQueryString"] == "x=1&x=2&empty=&p=%C3%A9"
    assert made["queryStringParameters"] == {"x": "1,2", "empty": "", "p": "é"}
    assert made["headers"]["x-one"] == "1,2"
    assert made["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in made["headers"]
    assert made["pathParameters"] == {"id": "b c"}
    assert made["requestContext"]["http"]["userAgent"] == "test"
    assert "body" not in made
    assert made["isBase64Encoded"] is False


def test_answer_with_headers_and_cookies() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"X-A": 1, "Content-Type": "text/plain"},
        "cookies": ["a=1", "b=2"],
        "body": "é",
    }
    response = to_response(json.dumps(answer).encode())
    assert (response.status, response.body) == (201, "é".encode())
    assert response.headers == [
        ("X-A", "1"),
        ("Content-Type", "text/plain"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]


def test_binary_answer() -> None:
    answer = {"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}
    assert to_response(json.dumps(answer).encode()).body == b"\x00\xff"


def test_an_answer_without_status_is_the_body() -> None:
    response = to_response(b'{"a": 1}')
    assert (response.status, json.loads(response.body)) == (200, {"a": 1})
    assert response.headers == [("Content-Type", "application/json")]
    assert to_response(b'"text"').body == b"text"


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "soon"},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
    ],
)
def test_a_malformed_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswer):
        to_response(json.dumps(answer).encode())
