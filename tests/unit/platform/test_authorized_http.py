"""A call with a token; a token that is refused is renewed once, and the call replayed once, when that is safe."""

from __future__ import annotations

import pytest
import requests

from commerce.platform.authorized_http import AuthorizedHttp
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderUnavailable
from commerce.platform.http import ProviderHttp, Retry, provider_session
from tests.unit.platform.lines import recorded
from tests.unit.platform.test_http import RESET, FakeAdapter, Reply
from tests.unit.platform.token_rig import Rig

BASE = "https://api.acme.example"
OK: Reply = (200, {}, b'{"ok":true}')


def status(code: int) -> Reply:
    return code, {}, b"{}"


class Api:
    """A provider's API with its tokens."""

    def __init__(self, *replies: Reply, token_refusals: frozenset[int] = frozenset({401})) -> None:
        self.rig = Rig()
        self.adapter = FakeAdapter(*replies)
        session = provider_session(BASE, provider="acme")
        session.mount(BASE, self.adapter)
        http = ProviderHttp(session, BASE, retry=Retry(jitter=lambda: 1.0, sleep=self.rig.sleep))
        self.tokens = self.rig.process()
        self.http = AuthorizedHttp(http, self.tokens, token_refusals=token_refusals)

    def call(self, *, safe: bool = False, seconds: float = 8.0) -> requests.Response:
        return self.http.call(
            "POST",
            "/v2/orders",
            deadline=self.rig.deadline(seconds),
            safe_to_repeat=safe,
            params={"page": "1"},
            json={"amount": "10.00"},
            headers={"PayPal-Request-Id": "key-1"},
        )

    @property
    def shown(self) -> list[str]:
        return [request.headers["Authorization"].removeprefix("Bearer ") for request in self.adapter.requests]


def test_a_call_carries_the_token_and_all_that_it_was_given() -> None:
    api = Api(OK)
    assert api.call().json() == {"ok": True}
    (request,) = api.adapter.requests
    assert request.url == f"{BASE}/v2/orders?page=1"
    assert request.headers["PayPal-Request-Id"] == "key-1"
    assert request.body == b'{"amount": "10.00"}'
    assert api.shown == ["token-1"]


@pytest.mark.invariant("AUT-03")
@pytest.mark.parametrize("safe", [False, True])
def test_after_a_401_the_call_is_replayed_once_with_a_new_token(safe: bool) -> None:
    api = Api(status(401), OK)
    assert api.call(safe=safe).status_code == 200
    assert api.shown == ["token-1", "token-2"]
    first, second = api.adapter.requests
    assert (first.method, first.url, first.body) == (second.method, second.url, second.body)
    assert second.headers["PayPal-Request-Id"] == "key-1"


@pytest.mark.invariant("AUT-03")
def test_a_new_token_that_is_refused_as_well_is_the_answer() -> None:
    api = Api(status(401), status(401))
    assert api.call().status_code == 401
    assert api.shown == ["token-1", "token-2"]
    assert api.rig.fetched == 2


@pytest.mark.invariant("AUT-03")
@pytest.mark.parametrize(("safe", "shown"), [(True, ["token-1", "token-2"]), (False, ["token-1"])])
def test_after_a_403_that_is_about_the_token_only_what_is_safe_is_replayed(safe: bool, shown: list[str]) -> None:
    api = Api(status(403), OK, token_refusals=frozenset({401, 403}))
    assert api.call(safe=safe).status_code == (200 if safe else 403)
    assert api.shown == shown
    api.adapter.replies = [OK]
    api.call()
    assert api.shown[-1] == "token-2"


@pytest.mark.invariant("AUT-03")
@pytest.mark.parametrize("code", [403, 404, 422, 500])
def test_other_answers_say_nothing_about_the_token(code: int) -> None:
    api = Api(status(code), OK)
    assert api.call().status_code == code
    api.call()
    assert api.shown == ["token-1", "token-1"]


@pytest.mark.invariant("AUT-03")
def test_a_token_that_another_function_renewed_is_taken_and_not_fetched_again() -> None:
    api = Api(status(401), OK)
    other = api.rig.process()
    api.tokens.get(api.rig.deadline())
    other.drop(other.get(api.rig.deadline()))
    other.get(api.rig.deadline())
    assert api.call().status_code == 200
    assert api.shown == ["token-1", "token-2"]
    assert api.rig.fetched == 2


@pytest.mark.invariant("AUT-03", "PAY-06")
def test_without_time_for_a_replay_the_refusal_is_the_answer() -> None:
    api = Api(status(401), OK)
    api.adapter.meanwhile = lambda: api.rig.clock.advance(7.9)
    assert api.call().status_code == 401
    assert api.shown == ["token-1"]
    api.adapter.meanwhile = lambda: None
    assert api.call().status_code == 200
    assert api.shown == ["token-1", "token-2"]


@pytest.mark.invariant("AUT-03")
@pytest.mark.parametrize("error", [ProviderUnavailable("down"), ConfigurationError("no", code="provider_credentials")])
def test_when_the_renewal_fails_nothing_was_done(error: Exception) -> None:
    api = Api(status(401), OK)
    api.tokens.get(api.rig.deadline())
    api.rig.error = error
    with pytest.raises(type(error)):
        api.call()
    assert api.shown == ["token-1"]


@pytest.mark.invariant("PAY-04")
def test_a_lost_answer_is_not_replayed() -> None:
    api = Api(RESET, OK)
    with pytest.raises(ProviderAmbiguous):
        api.call()
    assert api.shown == ["token-1"]


@pytest.mark.invariant("AUT-04")
def test_the_token_is_in_no_log_line_and_in_no_error() -> None:
    api = Api(status(401), RESET)
    with recorded() as lines, pytest.raises(ProviderAmbiguous) as lost:
        api.call()
    assert lines.logs
    assert "token-" not in f"{lines.text} {lost.value!r} {lost.value.__cause__!r}"
