"""The usual token call, in the shapes that providers give it, and what its answers mean."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from commerce.platform.http import ProviderHttp, Retry, provider_session
from commerce.platform.token_requests import (
    ASSUMED_SECONDS,
    ClientCredentials,
    ClientCredentialsSource,
    TokenRequest,
    TokenStyle,
)
from tests.unit.platform.lines import recorded
from tests.unit.platform.test_http import REFUSED, RESET, FakeAdapter, Reply, Time
from tests.unit.platform.token_rig import START

BASE = "https://api.acme.example"
CREDENTIALS = ClientCredentials("the-client", "the-secret", "shop/acme")
BASIC = "Basic dGhlLWNsaWVudDp0aGUtc2VjcmV0"
GOOD = {"access_token": "A21.the-token", "token_type": "Bearer", "expires_in": 32400, "scope": "cob.read"}


def reply(body: object, status: int = 200, **headers: str) -> Reply:
    return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()


class Endpoint:
    """A token endpoint that replies as told."""

    def __init__(
        self, *replies: Reply, request: TokenRequest | None = None, credentials: ClientCredentials = CREDENTIALS
    ) -> None:
        self.time = Time()
        self.clock = ManualClock(START)
        self.adapter = FakeAdapter(*replies, meanwhile=lambda: self.clock.advance(2))
        session = provider_session(BASE, provider="acme")
        session.mount(BASE, self.adapter)
        self.refused: list[int] = []
        self.source = ClientCredentialsSource(
            ProviderHttp(session, BASE, retry=Retry(jitter=lambda: 1.0, sleep=self.time.sleep)),
            request or TokenRequest("/oauth/token"),
            credentials,
            self.clock,
            refused=lambda: self.refused.append(1),
        )

    def fetch(self) -> object:
        return self.source.fetch(Deadline.after(5, monotonic=self.time.monotonic))

    def asked(self) -> requests.PreparedRequest:
        self.fetch()
        return self.adapter.requests[-1]


def form(request: requests.PreparedRequest) -> dict[str, str]:
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(str(request.body), strict_parsing=True))


def test_basic_is_the_usual_way() -> None:
    asked = Endpoint(reply(GOOD)).asked()
    assert (asked.method, asked.url) == ("POST", f"{BASE}/oauth/token")
    assert asked.headers["Authorization"] == BASIC
    assert form(asked) == {"grant_type": "client_credentials"}


def test_basic_with_json() -> None:
    request = TokenRequest("/oauth/token", TokenStyle.BASIC_JSON, headers={"X-Flow": "7"})
    asked = Endpoint(reply(GOOD), request=request).asked()
    assert (asked.headers["Authorization"], asked.headers["X-Flow"]) == (BASIC, "7")
    assert json.loads(asked.body or b"") == {"grant_type": "client_credentials"}


def test_a_form_with_everything_in_it() -> None:
    request = TokenRequest("/token", TokenStyle.FORM, scope="cob.read cob.write", fields={"audience": "pix"})
    asked = Endpoint(reply(GOOD), request=request).asked()
    assert "Authorization" not in asked.headers
    assert form(asked) == {
        "grant_type": "client_credentials",
        "client_id": "the-client",
        "client_secret": "the-secret",
        "scope": "cob.read cob.write",
        "audience": "pix",
    }


def test_json_with_everything_in_it_but_what_a_provider_does_not_want() -> None:
    request = TokenRequest("/token", TokenStyle.JSON, params={"grant_type": "x"}, fields={"grant_type": ""})
    asked = Endpoint(reply(GOOD), request=request).asked()
    assert json.loads(asked.body or b"") == {"client_id": "the-client", "client_secret": "the-secret"}
    assert urlsplit(str(asked.url)).query == "grant_type=x"


def test_a_certificate_in_the_place_of_a_secret() -> None:
    credentials = ClientCredentials("the-client", "", "shop/acme", bound_to="a certificate")
    asked = Endpoint(reply(GOOD), request=TokenRequest("/t", TokenStyle.FORM), credentials=credentials).asked()
    assert form(asked) == {"grant_type": "client_credentials", "client_id": "the-client"}


@pytest.mark.invariant("AUT-02")
@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (32400, 32400),
        ("300", 300),
        (0, 0),
        (-5, 0),
        (None, ASSUMED_SECONDS),
        ("soon", ASSUMED_SECONDS),
        (True, ASSUMED_SECONDS),
        (10**30, 30 * 86400),
        ("9" * 50, 30 * 86400),
    ],
)
def test_a_token_lives_as_long_as_the_answer_says_from_when_it_was_asked_for(expires_in: object, seconds: int) -> None:
    token = Endpoint(reply({**GOOD, "expires_in": expires_in})).source.fetch(Deadline.after(5))
    assert (token.value, token.scope) == ("A21.the-token", "cob.read")
    assert token.issued_at == START
    assert token.expires_at == START + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_a_matter_of_the_secret(status: int) -> None:
    endpoint = Endpoint(reply({"error": "invalid_client", "error_description": "the-secret is wrong"}, status))
    with pytest.raises(ConfigurationError) as refused:
        endpoint.fetch()
    error = refused.value
    assert (error.code, error.retryable, error.details) == ("provider_credentials", True, {"secret": "shop/acme"})
    assert f"(HTTP {status}, invalid_client)" in error.message
    assert "put-secret-value --secret-id shop/acme" in error.message
    assert "the-secret" not in error.message
    assert len(endpoint.adapter.requests) == 1
    assert endpoint.refused == [1]


def test_the_provider_s_own_words_stay_out_of_the_error() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Endpoint(reply({"error": "the-client unknown"}, 401)).fetch()
    assert "the-client" not in refused.value.message
    with pytest.raises(ConfigurationError, match="HTTP 401"):
        Endpoint(reply(b"<html>", 401)).fetch()


@pytest.mark.parametrize(
    ("replies", "seconds"),
    [
        pytest.param([reply(GOOD, 500)], None, id="500"),
        pytest.param([reply(GOOD, 302, Location="https://evil.example")], None, id="redirect"),
        pytest.param([reply({}, 429, **{"Retry-After": "40"})], 40, id="throttled"),
        pytest.param([REFUSED] * 3, None, id="not reached"),
        pytest.param([RESET] * 3, None, id="reset"),
        pytest.param([requests.ReadTimeout("slow")], None, id="no answer"),
        pytest.param([reply(b"<html>")], None, id="no json"),
        pytest.param([reply([1])], None, id="no object"),
        pytest.param([reply({"expires_in": 3600})], None, id="no token"),
        pytest.param([reply({**GOOD, "access_token": None})], None, id="null token"),
        pytest.param([reply({**GOOD, "access_token": "to ken\r\nX: 1"})], None, id="no header value"),
    ],
)
def test_without_a_token_nothing_has_happened(replies: list[Reply], seconds: int | None) -> None:
    endpoint = Endpoint(*replies)
    with pytest.raises(ProviderUnavailable) as unavailable:
        endpoint.fetch()
    assert unavailable.value.retry_after == seconds
    assert not unavailable.value.ambiguous
    assert "ken" not in unavailable.value.message.replace("token", "")
    assert endpoint.refused == []


def test_a_hiccup_is_tried_again_inside_the_deadline() -> None:
    endpoint = Endpoint(RESET, reply({}, 503), reply(GOOD))
    endpoint.fetch()
    assert len(endpoint.adapter.requests) == 3


@pytest.mark.invariant("AUT-04")
def test_neither_credentials_nor_token_are_shown() -> None:
    endpoint = Endpoint(reply(GOOD), reply({}, 401))
    with recorded() as lines:
        token = endpoint.fetch()
        with pytest.raises(ConfigurationError) as refused:
            endpoint.fetch()
    told = f"{lines.text} {token!r} {CREDENTIALS!r} {endpoint.source!r} {refused.value!r} {endpoint.source.key}"
    for private in ("the-client", "the-secret", "A21", BASIC.removeprefix("Basic ")):
        assert private not in told


@pytest.mark.invariant("AUT-01")
def test_the_key_follows_the_credentials_and_what_is_asked_for() -> None:
    sources = [
        Endpoint(request=request, credentials=credentials).source
        for request in (TokenRequest("/a"), TokenRequest("/b"), TokenRequest("/a", scope="s"))
        for credentials in (CREDENTIALS, ClientCredentials("the-client", "rotated", "shop/acme"))
    ]
    assert len({source.key for source in sources}) == 6
    assert Endpoint(request=TokenRequest("/a")).source.key == sources[0].key
