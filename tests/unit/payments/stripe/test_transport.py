"""The transport under the SDK: what is repeated, what is not, and how long anything may take."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, ProtocolError

from commerce.payments.gateways.stripe.transport import IDLE_SECONDS, DeadlineHttpClient, RequestNotSent, keeping_to
from commerce.platform.deadline import Deadline
from commerce.platform.http import Retry
from tests.unit.payments.stripe.objects import intent
from tests.unit.payments.stripe.wire import BASE, Wire, client_over, session_over, soon

_CONNECTION = HTTPConnection("api.stripe.com")
REFUSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(_CONNECTION, "refused")))  # type: ignore[arg-type]
UNRESOLVED = requests.ConnectionError(
    MaxRetryError(None, "/", NameResolutionError("api.stripe.com", _CONNECTION, OSError(-2, "unknown")))  # type: ignore[arg-type]
)
RESET = requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")))
NEVER_LEFT = [REFUSED, UNRESOLVED, requests.ConnectTimeout()]
MAY_HAVE_LEFT = [RESET, requests.ReadTimeout(), requests.exceptions.ChunkedEncodingError(), requests.ConnectionError()]


@pytest.fixture
def wire() -> Wire:
    return Wire()


def post(wire: Wire, deadline: Deadline | None = None, **options: Any) -> Any:
    with keeping_to(deadline or soon()):
        return client_over(wire, **options).raw_request("post", "/v1/payment_intents", idempotency_key="k1")


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", NEVER_LEFT)
def test_what_never_left_is_repeated_under_its_key(wire: Wire, error: Exception) -> None:
    wire.breaks(error).breaks(error).answer(intent())
    assert post(wire).code == 200
    assert [asked.key for asked in wire.asked] == ["k1", "k1", "k1"]


@pytest.mark.invariant("PAY-06")
@pytest.mark.parametrize("error", NEVER_LEFT)
def test_after_three_tries_it_is_told_that_nothing_left(wire: Wire, error: Exception) -> None:
    wire.breaks(error)
    with pytest.raises(RequestNotSent):
        post(wire)
    assert len(wire.asked) == 3


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", MAY_HAVE_LEFT)
def test_what_may_have_left_is_never_repeated(wire: Wire, error: Exception) -> None:
    wire.breaks(error)
    with pytest.raises(stripe.APIConnectionError) as failed:
        post(wire)
    assert not isinstance(failed.value, RequestNotSent)
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "rate_limit"), (429, "lock_timeout"), (409, "lock_timeout"), (409, "idempotency_key_in_use")],
)
def test_a_crowd_at_stripe_is_waited_out_under_the_same_key(wire: Wire, status: int, code: str) -> None:
    wire.error(status, code=code).error(status, code=code).answer(intent())
    assert post(wire).code == 200
    assert [asked.key for asked in wire.asked] == ["k1", "k1", "k1"]


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(("status", "code"), [(500, None), (502, None), (503, None), (409, "resource_already_exists")])
def test_an_answer_that_may_have_acted_is_never_repeated(wire: Wire, status: int, code: str | None) -> None:
    wire.error(status, code=code)
    with pytest.raises(stripe.APIError):
        post(wire)
    assert len(wire.asked) == 1


def test_stripe_s_own_word_not_to_repeat_counts(wire: Wire) -> None:
    wire.answer({"error": {"code": "lock_timeout"}}, 409, Stripe_Should_Retry="false")
    with pytest.raises(stripe.APIError):
        post(wire)
    assert len(wire.asked) == 1


def test_a_429_is_obeyed_for_as_long_as_it_says(wire: Wire) -> None:
    naps: list[float] = []
    wire.answer({"error": {"code": "rate_limit"}}, 429, Retry_After="3").answer(intent())
    post(wire, retry=Retry(sleep=naps.append, jitter=lambda: 1.0))
    assert naps == [3.0]


@pytest.mark.invariant("PAY-06")
def test_a_429_that_outlasts_the_deadline_is_handed_back_at_once(wire: Wire) -> None:
    wire.answer({"error": {"code": "rate_limit"}}, 429, Retry_After="60")
    with pytest.raises(stripe.RateLimitError):
        post(wire)
    assert len(wire.asked) == 1


@pytest.mark.invariant("PAY-06")
def test_tries_and_pauses_together_fit_the_deadline(wire: Wire) -> None:
    now = 100.0
    deadline = Deadline.after(2.0, monotonic=lambda: now)

    def nap(seconds: float) -> None:
        nonlocal now
        now += seconds

    wire.breaks(REFUSED)
    with pytest.raises(RequestNotSent):
        post(wire, deadline, retry=Retry(attempts=50, sleep=nap, jitter=lambda: 1.0))
    assert now <= 102.0
    assert all(asked.timeout.total <= 2.0 for asked in wire.asked)
    assert wire.asked[-1].timeout.total < wire.asked[0].timeout.total


@pytest.mark.invariant("PAY-06")
def test_without_time_nothing_is_sent(wire: Wire) -> None:
    wire.answer(intent())
    with pytest.raises(RequestNotSent):
        post(wire, Deadline.after(0.05))
    assert wire.asked == []


def test_a_connection_that_slept_is_hung_up_before_it_is_used(wire: Wire) -> None:
    now = 0.0
    client = DeadlineHttpClient(session_over(wire), wall=lambda: now)
    wire.answer(intent())
    with keeping_to(soon()):
        client.request("get", f"{BASE}/v1/balance", {})
        now += IDLE_SECONDS
        client.request("get", f"{BASE}/v1/balance", {})
        assert wire.hung_up == 0
        now += IDLE_SECONDS + 1
        client.request("get", f"{BASE}/v1/balance", {})
    assert wire.hung_up == 1


def test_a_call_outside_any_deadline_is_a_mistake(wire: Wire) -> None:
    wire.answer(intent())
    with pytest.raises(LookupError):
        client_over(wire).raw_request("get", "/v1/payment_intents/pi_1")


@pytest.mark.invariant("AUT-04")
def test_errors_of_the_wire_keep_their_words_to_themselves(wire: Wire) -> None:
    wire.breaks(requests.ReadTimeout("https://api.stripe.com/v1/customers?email=ana@example.com"))
    with pytest.raises(stripe.APIConnectionError) as failed:
        post(wire)
    assert str(failed.value) == "ReadTimeout"
    assert failed.value.__cause__ is None
