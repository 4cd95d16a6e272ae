"""Calls to a provider: one host, one deadline, and no repeat that was not allowed."""

from __future__ import annotations

import io
import ssl
from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, SSLError

from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderUnavailable
from commerce.platform.http import (
    CONNECT_SECONDS,
    HostRefused,
    OutOfTime,
    ProviderHttp,
    ProviderSession,
    Retry,
    failure,
    path_template,
    provider_session,
    retry_after,
)
from tests.unit.platform.lines import recorded

BASE = "https://api.acme.example"

type Reply = tuple[int, dict[str, str], bytes] | Exception


class FakeAdapter(HTTPAdapter):
    """Replies from a list, and remembers what it was asked; time passes as `clock` says."""

    def __init__(self, *replies: Reply, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.replies = list(replies)
        self.requests: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []
        self.meanwhile = meanwhile

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.requests.append(request)
        self.options.append(options)
        reply = self.replies.pop(0)
        self.meanwhile()
        if isinstance(reply, Exception):
            raise reply
        status, headers, body = reply
        raw = HTTPResponse(io.BytesIO(body), headers=headers, status=status, preload_content=False)
        return self.build_response(request, raw)


class Time:
    """A monotonic clock that sleeps in no time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Provider:
    """A thin client whose provider replies as told."""

    def __init__(self, *replies: Reply, seconds: float = 10, takes: float = 0, jitter: float = 1.0) -> None:
        self.time = Time()
        self.adapter = FakeAdapter(*replies, meanwhile=lambda: self.time.sleep(takes) if takes else None)
        self.session = provider_session(BASE, provider="acme")
        self.session.mount(BASE, self.adapter)
        self.deadline = Deadline.after(seconds, monotonic=self.time.monotonic)
        retry = Retry(jitter=lambda: jitter, sleep=self.time.sleep)
        self.http = ProviderHttp(self.session, BASE, retry=retry)

    def call(self, method: str = "GET", *, safe: bool = False) -> requests.Response:
        return self.http.call(method, "/v1/things/th_123", deadline=self.deadline, safe_to_repeat=safe)


POOL = HTTPConnectionPool("api.acme.example")
REFUSED = requests.ConnectionError(MaxRetryError(POOL, "/", NewConnectionError(HTTPConnection("api"), "refused")))
RESET = requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError()))
UNTRUSTED = requests.exceptions.SSLError(MaxRetryError(POOL, "/", SSLError(ssl.SSLCertVerificationError())))
CUT = requests.exceptions.ChunkedEncodingError("cut")
OK: Reply = (200, {}, b'{"ok":true}')


def test_an_answer_comes_whatever_its_status() -> None:
    assert Provider(OK).call().json() == {"ok": True}
    assert Provider((500, {}, b"<html>")).call(safe=True).status_code == 500


@pytest.mark.parametrize(
    "url",
    ["http://api.acme.example/v1", "https://api.acme.example.evil.example/", "https://evil.example/", BASE + ":444/"],
)
@pytest.mark.invariant("AUT-05")
def test_another_origin_is_refused_before_anything_is_sent(url: str) -> None:
    provider = Provider(OK)
    with pytest.raises(HostRefused) as refused:
        provider.session.get(url)
    assert provider.adapter.requests == []
    assert isinstance(failure("acme", refused.value), ProviderUnavailable)


@pytest.mark.invariant("AUT-05")
def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    provider = Provider((302, {"Location": "https://evil.example/"}, b""), OK)
    assert provider.call().status_code == 302
    assert len(provider.adapter.requests) == 1


@pytest.mark.invariant("AUT-05")
def test_the_environment_adds_no_proxy_and_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://evil.example:3128")
    provider = Provider(OK)
    provider.call()
    assert provider.adapter.options[0]["proxies"] == {}
    assert provider.session.trust_env is False


@pytest.mark.parametrize("url", ["", "api.acme.example", "ftp://api.acme.example"])
def test_a_base_url_is_a_url(url: str) -> None:
    with pytest.raises(ConfigurationError):
        ProviderSession(url, provider="acme")


@pytest.mark.invariant("PAY-06")
@pytest.mark.parametrize(("left", "connect"), [(10.0, CONNECT_SECONDS), (1.5, 1.5)])
def test_timeouts_come_out_of_the_deadline(left: float, connect: float) -> None:
    provider = Provider(OK, seconds=left)
    provider.call()
    timeout = provider.adapter.options[0]["timeout"]
    assert (timeout.total, timeout.connect_timeout) == (pytest.approx(left), pytest.approx(connect))


@pytest.mark.invariant("PAY-06")
def test_a_callers_own_timeout_may_only_shorten() -> None:
    provider = Provider(OK, OK)
    with provider.session.within(provider.deadline):
        provider.session.get(BASE, timeout=3)
        provider.session.get(BASE, timeout=80)
    assert [options["timeout"].total for options in provider.adapter.options] == [3, pytest.approx(10)]


@pytest.mark.invariant("PAY-06")
def test_without_time_nothing_is_sent() -> None:
    provider = Provider(OK, seconds=0.1)
    with pytest.raises(ProviderUnavailable):
        provider.call(safe=True)
    assert provider.adapter.requests == []
    assert provider.time.slept == []


def test_a_deadline_ends_with_its_block() -> None:
    provider = Provider(OK)
    with provider.session.within(Deadline.after(0)), pytest.raises(OutOfTime):
        provider.session.get(BASE)
    provider.session.get(BASE)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", [REFUSED, UNTRUSTED, requests.ConnectTimeout("x")])
def test_what_never_left_is_unavailable(error: Exception) -> None:
    with pytest.raises(ProviderUnavailable) as failed:
        Provider(error).call("POST")
    assert failed.value.retryable
    assert not failed.value.ambiguous


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", [RESET, CUT, requests.ReadTimeout("x"), requests.exceptions.SSLError("broken")])
def test_what_may_have_arrived_is_ambiguous_and_never_repeated(error: Exception) -> None:
    provider = Provider(error, OK)
    with pytest.raises(ProviderAmbiguous) as failed:
        provider.call("POST")
    assert failed.value.ambiguous
    assert not failed.value.retryable
    assert len(provider.adapter.requests) == 1


@pytest.mark.invariant("PAY-06")
@pytest.mark.parametrize("first", [REFUSED, RESET, (503, {}, b""), (429, {}, b"")])
def test_a_safe_call_is_repeated_with_growing_pauses(first: Reply) -> None:
    provider = Provider(first, first, OK, jitter=0.5)
    assert provider.call(safe=True).status_code == 200
    assert provider.time.slept == [pytest.approx(0.1), pytest.approx(0.2)]


@pytest.mark.parametrize("first", [REFUSED, (503, {}, b""), (429, {}, b"")])
def test_an_unsafe_call_is_never_repeated(first: Reply) -> None:
    provider = Provider(first, OK)
    if isinstance(first, Exception):
        with pytest.raises(ProviderUnavailable):
            provider.call("POST")
    else:
        assert provider.call("POST").status_code == first[0]
    assert len(provider.adapter.requests) == 1


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("first", [RESET, (503, {}, b"")])
def test_a_repeat_that_never_left_does_not_make_the_first_try_certain(first: Reply) -> None:
    with pytest.raises(ProviderAmbiguous):
        Provider(first, REFUSED, REFUSED).call("POST", safe=True)
    with pytest.raises(ProviderUnavailable):
        Provider((429, {}, b""), REFUSED, REFUSED).call("POST", safe=True)


def test_a_safe_call_is_not_repeated_for_ever() -> None:
    provider = Provider(*[(503, {}, b"")] * 3, OK)
    assert provider.call(safe=True).status_code == 503
    assert len(provider.adapter.requests) == 3


@pytest.mark.invariant("PAY-06")
@pytest.mark.parametrize(("header", "slept"), [("2", [2.0]), ("30", []), ("soon", [0.2]), ("-1", [0.2]), ("²", [0.2])])
def test_retry_after_is_kept_when_the_deadline_allows(header: str, slept: list[float]) -> None:
    provider = Provider((429, {"Retry-After": header}, b""), OK)
    assert provider.call(safe=True).status_code == (200 if slept else 429)
    assert provider.time.slept == slept


@pytest.mark.invariant("PAY-06")
def test_tries_and_pauses_together_end_by_the_deadline() -> None:
    provider = Provider(*[(503, {}, b"")] * 9, seconds=5, takes=2.4)
    began = provider.time.now
    provider.call(safe=True)
    assert provider.time.now - began <= 5.5
    assert len(provider.adapter.requests) == 2


@pytest.mark.invariant("AUT-04")
def test_a_call_is_logged_without_ids_query_headers_or_body() -> None:
    with recorded() as lines:
        provider = Provider(OK)
        provider.http.call(
            "POST",
            "/v1/customers/cus_9s6XKzkNRiz8i3/sources",
            deadline=provider.deadline,
            params={"email": "maria@example.com"},
            json={"name": "Maria"},
            headers={"Authorization": "Bearer sk_test_1234567890"},
        )
    (line,) = lines
    assert (line["provider"], line["method"], line["status"]) == ("acme", "POST", 200)
    assert line["path"] == "/v1/customers/{id}/sources"
    assert not any(word in lines.text.lower() for word in ("maria", "sk_test", "bearer", "9s6xk"))


def test_a_failed_call_is_logged_too() -> None:
    with recorded() as lines, pytest.raises(ProviderAmbiguous):
        Provider(RESET).call("POST")
    assert lines[0]["status"] == "ConnectionError"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/v1/payment_intents", "/v1/payment_intents"),
        ("/v1/oauth2/token", "/v1/oauth2/token"),
        ("/v1/payment_intents/pi_3MtwBwLkdIwHu7ix28a3tqPa/cancel", "/v1/payment_intents/{id}/cancel"),
        ("/v3/mail/send", "/v3/mail/send"),
        ("/srorastro/v1/objetos/AA123456785BR", "/srorastro/v1/objetos/{id}"),
        ("/orders/5O190127TN364715T/capture", "/orders/{id}/capture"),
        ("/ws/01310100/json", "/ws/{id}/json"),
        ("/x/3b3c1b3e-7d4b-4c57-9a0c-1d2f7a1c9e42", "/x/{id}"),
        ("/maria@example.com", "/{id}"),
    ],
)
def test_path_templates(path: str, template: str) -> None:
    assert path_template(path) == template


def test_retry_after_header() -> None:
    assert retry_after({"Retry-After": " 7 "}) == 7
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("data", "body", "kind"),
    [
        ({"grant_type": "x y"}, "grant_type=x+y", "application/x-www-form-urlencoded"),
        (b"raw \x00", b"raw \x00", None),
    ],
)
def test_a_form_or_a_body_as_it_is(data: dict[str, str] | bytes, body: str | bytes, kind: str | None) -> None:
    provider = Provider(OK)
    provider.http.call("POST", "/token", deadline=provider.deadline, data=data, headers={"X-Flow": "1"})
    (request,) = provider.adapter.requests
    assert (request.body, request.headers.get("Content-Type")) == (body, kind)
    assert request.headers["X-Flow"] == "1"


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        ("TLSV1_ALERT_UNKNOWN_CA", ConfigurationError),
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", ConfigurationError),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", ProviderUnavailable),
        ("TLSV1_ALERT_INTERNAL_ERROR", ProviderAmbiguous),
        ("UNEXPECTED_EOF_WHILE_READING", ProviderAmbiguous),
    ],
)
def test_what_ends_a_handshake_ends_it_before_anything_was_read(alert: str, expected: type[Exception]) -> None:
    inner = ssl.SSLError(1, alert)
    inner.reason = alert
    error = requests.exceptions.SSLError(MaxRetryError(POOL, "/", SSLError(inner)))
    assert type(failure("bank", error)) is expected


@pytest.mark.invariant("AUT-04")
def test_a_path_that_names_a_street_can_be_kept_out_of_the_log() -> None:
    session = provider_session(BASE, provider="acme")
    session.mount("https://", FakeAdapter((200, {}, b"{}"), (200, {}, b"{}")))
    http = ProviderHttp(session, BASE)
    with recorded() as lines:
        http.call("GET", "/find/augusta", deadline=Deadline.after(5), shown="/find/{street}")
        http.call("GET", "/find/augusta", deadline=Deadline.after(5))
    assert [line["path"] for line in lines.logs] == ["/find/{street}", "/find/augusta"]
