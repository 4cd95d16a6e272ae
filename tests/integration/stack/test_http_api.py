"""The front door behaves as API Gateway in front of these functions."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests

from local.stack import Stack


def bearer(stack: Stack, *scopes: str, lifetime: int = 3600, **claims: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token(sub='user-1', scopes=scopes, lifetime=lifetime, **claims)}"}


def test_event_of_a_route(stack: Stack, http: requests.Session) -> None:
    answer = http.get(f"{stack.api_url}/things/a%20b?x=1&x=2", headers=bearer(stack, "reader", "more"))
    event = answer.json()["event"]
    assert answer.status_code == 200
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /things/{id}"
    assert event["rawPath"] == "/things/a b"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == "user-1"
    assert event["requestContext"]["authorizer"]["jwt"]["scopes"] == ["reader"]


@pytest.mark.invariant("PLT-07")
@pytest.mark.parametrize("line", ["GET /nowhere", "POST /public", "GET /public/", "GET /"])
def test_what_has_no_route_is_404(stack: Stack, http: requests.Session, line: str) -> None:
    method, path = line.split()
    answer = http.request(method, stack.api_url + path)
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


@pytest.mark.invariant("AUT-07")
def test_without_a_token_nothing_runs(stack: Stack, http: requests.Session) -> None:
    before = len(stack.outcomes("EchoFunction"))
    answer = http.get(f"{stack.api_url}/things/1")
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert len(stack.outcomes("EchoFunction")) == before


@pytest.mark.invariant("AUT-07")
def test_a_token_without_the_routes_scope_is_403(stack: Stack, http: requests.Session) -> None:
    answer = http.put(f"{stack.api_url}/orders/o-1", headers=bearer(stack, "reader"))
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert http.get(f"{stack.api_url}/things/all", headers=bearer(stack)).status_code == 200


def test_an_expired_token_is_401(stack: Stack, http: requests.Session) -> None:
    assert http.get(f"{stack.api_url}/things/1", headers=bearer(stack, "reader", lifetime=-1)).status_code == 401
    assert http.get(f"{stack.api_url}/things/1", headers=bearer(stack, "reader", aud="other")).status_code == 401


def test_bodies_of_both_kinds_arrive(stack: Stack, http: requests.Session) -> None:
    url = f"{stack.api_url}/files/a/b"
    text = http.post(
        url, data='{"a":"é"}'.encode(), headers={**bearer(stack), "Content-Type": "application/json"}
    ).json()
    assert (text["event"]["body"], text["event"]["isBase64Encoded"]) == ('{"a":"é"}', False)
    binary = http.post(url, data=b"\x00\xff", headers={**bearer(stack), "Content-Type": "image/png"}).json()
    assert (binary["event"]["body"], binary["event"]["isBase64Encoded"]) == ("AP8=", True)


def test_a_chunked_body_arrives_whole(stack: Stack, http: requests.Session) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"a":'
        yield b"1}"

    headers = {**bearer(stack), "Content-Type": "application/json"}
    assert http.post(f"{stack.api_url}/files/x", data=pieces(), headers=headers).json()["event"]["body"] == '{"a":1}'


def test_a_binary_answer(stack: Stack, http: requests.Session) -> None:
    answer = http.get(f"{stack.api_url}/public?do=binary")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content == bytes(range(256))


def test_status_headers_and_cookies_of_an_answer(stack: Stack, http: requests.Session) -> None:
    answer = http.get(f"{stack.api_url}/public?do=cookies")
    assert (answer.status_code, answer.headers["X-Kind"]) == (201, "made")
    assert answer.cookies.get_dict() == {"a": "1", "b": "2"}


def test_an_answer_without_a_status(stack: Stack, http: requests.Session) -> None:
    assert http.get(f"{stack.api_url}/public?do=plain").text == "just text"


@pytest.mark.parametrize("how", ["raise", "bad", "exit&code=1", "huge"])
def test_a_function_that_fails_is_500_without_details(stack: Stack, http: requests.Session, how: str) -> None:
    answer = http.get(f"{stack.api_url}/public?do={how}")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_a_body_over_10_mb_is_413(stack: Stack, http: requests.Session) -> None:
    for size in (6 * 1024 * 1024 + 1, 11 * 1024 * 1024):
        answer = http.post(f"{stack.api_url}/files/x", data=b"x" * size, headers=bearer(stack))
        assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


def test_cors(stack: Stack, http: requests.Session) -> None:
    origin = {"Origin": "https://store.example"}
    preflight = http.options(f"{stack.api_url}/orders/1", headers={**origin, "Access-Control-Request-Method": "PUT"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT"
    assert (
        http.get(f"{stack.api_url}/things/1", headers=origin).headers["Access-Control-Allow-Origin"] == origin["Origin"]
    )
    other = http.get(f"{stack.api_url}/public", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_route_for_any_method_takes_preflights_through_its_authorizer(stack: Stack, http: requests.Session) -> None:
    asked = {"Origin": "https://store.example", "Access-Control-Request-Method": "PUT"}
    preflight = http.options(f"{stack.api_url}/files/a", headers=asked)
    assert (preflight.status_code, preflight.json()) == (401, {"message": "Unauthorized"})


def test_it_listens_on_the_loopback_address_only(stack: Stack) -> None:
    assert stack.api_url.startswith("http://127.0.0.1:")
    assert stack.outputs["ApiUrl"] == stack.api_url


def test_an_integration_that_lasts_too_long_is_503_while_the_function_goes_on(
    stack: Stack, http: requests.Session
) -> None:
    before = len(stack.outcomes("EchoFunction"))
    begun = time.monotonic()
    answer = http.get(f"{stack.api_url}/slow?do=sleep&seconds=1")
    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert time.monotonic() - begun < 1
    stack.drain()
    assert [outcome.failed for outcome in stack.outcomes("EchoFunction")[before:]] == [False]


def test_the_docs_page_is_there(stack: Stack, http: requests.Session) -> None:
    page = http.get(f"{stack.api_url}/docs")
    assert page.status_code == 200
    assert "/docs/swagger.js" in page.text
    assert len(http.get(f"{stack.api_url}/docs/swagger.js").content) > 100_000
