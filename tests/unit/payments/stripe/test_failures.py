"""The SDK's errors in our tree: did it happen, did it not, or can only a read tell?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from commerce.payments.gateways.stripe.calls import StripeCalls, path_of
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from tests.unit.payments.stripe.objects import decline, intent, listing
from tests.unit.payments.stripe.test_transport import MAY_HAVE_LEFT, NEVER_LEFT
from tests.unit.payments.stripe.wire import Wire, client_over, soon


@pytest.fixture
def wire() -> Wire:
    return Wire()


def written(wire: Wire) -> IntegrationError:
    with pytest.raises(IntegrationError) as failed:
        calls(wire).post(path_of("refunds"), {"amount": 1}, key="k1", deadline=soon())
    return failed.value


def read(wire: Wire) -> IntegrationError:
    with pytest.raises(IntegrationError) as failed:
        calls(wire).get(path_of("payment_intents", "pi_1"), {}, deadline=soon())
    return failed.value


def calls(wire: Wire) -> StripeCalls:
    client = client_over(wire)
    return StripeCalls(lambda: client)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", NEVER_LEFT)
def test_what_never_left_did_not_happen(wire: Wire, error: Exception) -> None:
    failure = written(wire.breaks(error))
    assert isinstance(failure, ProviderUnavailable)
    assert failure.code == "provider_unreachable"
    assert failure.retryable


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("error", MAY_HAVE_LEFT)
def test_a_lost_answer_to_a_write_is_a_doubt(wire: Wire, error: Exception) -> None:
    assert isinstance(written(wire.breaks(error)), ProviderAmbiguous)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b'{"error": {"type": "api_error"}}', b"[]", b"{}"])
def test_any_5xx_to_a_write_is_a_doubt(wire: Wire, status: int, body: bytes) -> None:
    assert isinstance(written(wire.answer(body, status)), ProviderAmbiguous)


@pytest.mark.invariant("PAY-04")
def test_a_replayed_500_is_a_doubt_whatever_code_it_carries(wire: Wire) -> None:
    wire.answer({"error": {"code": "charge_already_refunded"}}, 500, Idempotent_Replayed="true")
    assert isinstance(written(wire), ProviderAmbiguous)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", b'"ok"', b"null", b"7", b"\xff\xfe", b'{"id": "re_1"'])
def test_a_200_that_cannot_be_read_is_a_doubt(wire: Wire, body: bytes) -> None:
    assert isinstance(written(wire.answer(body)), ProviderAmbiguous)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "body",
    [b"<html>No such page</html>", b"", b"[]", b'{"error": "busy"}', b'{"error": null}', b"\xff", b"[" * 100_000],
)
@pytest.mark.parametrize("status", [302, 400, 401, 404, 418, 429, 503])
def test_an_answer_that_is_not_stripe_s_decides_nothing(wire: Wire, status: int, body: bytes) -> None:
    assert isinstance(written(wire.answer(body, status)), ProviderAmbiguous)
    assert isinstance(read(wire), ProviderUnavailable)


@pytest.mark.parametrize(
    ("status", "code"), [(429, "rate_limit"), (429, "lock_timeout"), (409, "lock_timeout"), (400, "rate_limit")]
)
def test_a_crowd_is_no_doubt(wire: Wire, status: int, code: str) -> None:
    assert isinstance(written(wire.error(status, code=code)), ProviderUnavailable)


def test_a_rate_limit_says_when_to_come_back(wire: Wire) -> None:
    failure = written(wire.answer({"error": {"code": "rate_limit"}}, 429, Retry_After="90"))
    assert (failure.code, failure.retry_after) == ("provider_rate_limited", 90)


@pytest.mark.invariant("PAY-04")
def test_a_key_that_stays_in_use_is_a_doubt_because_another_call_of_ours_is_acting(wire: Wire) -> None:
    assert isinstance(written(wire.error(409, code="idempotency_key_in_use")), ProviderAmbiguous)


@pytest.mark.invariant("PAY-03")
def test_a_key_used_with_other_parameters_is_to_be_read_not_believed(wire: Wire) -> None:
    failure = written(wire.error(400, type="idempotency_error"))
    assert isinstance(failure, ProviderConflict)
    assert failure.code == "idempotency_mismatch"


@pytest.mark.invariant("PAY-09")
@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [
        (400, "charge_already_captured", "already_captured"),
        (400, "charge_already_refunded", "already_refunded"),
        (400, "payment_intent_unexpected_state", "unexpected_state"),
        (400, "charge_disputed", "disputed"),
        (400, "capture_charge_authorization_expired", "authorization_expired"),
        (402, "capture_charge_authorization_expired", "authorization_expired"),
        (400, "charge_expired_for_capture", "authorization_expired"),
    ],
)
def test_another_state_than_we_thought_is_a_conflict(wire: Wire, status: int, code: str, ours: str) -> None:
    failure = written(wire.error(status, code=code))
    assert isinstance(failure, ProviderConflict)
    assert failure.code == ours


@pytest.mark.parametrize(
    ("fields", "ours"),
    [
        ({"code": "amount_too_small"}, "amount_too_small"),
        ({"code": "amount_too_large"}, "amount_too_large"),
        ({"code": "resource_missing", "param": "customer"}, "customer_missing"),
        ({"code": "resource_missing", "param": "payment_method"}, "payment_method_missing"),
        ({"code": "parameter_invalid_integer", "param": "amount"}, "provider_refused"),
        ({}, "provider_refused"),
    ],
)
def test_a_refusal_is_definite(wire: Wire, fields: dict[str, Any], ours: str) -> None:
    failure = written(wire.error(400, **fields))
    assert isinstance(failure, ProviderRefused)
    assert failure.code == ours
    assert failure.provider_ref == "req_1"


def test_a_refused_parameter_is_named_and_its_value_is_not(wire: Wire) -> None:
    wire.error(400, code="email_invalid", param="email", message="Invalid email address: ana@example.com")
    failure = written(wire)
    assert failure.details == {"provider_code": "email_invalid", "param": "email"}
    assert "ana@example.com" not in failure.message


def test_an_object_stripe_does_not_know_is_missing(wire: Wire) -> None:
    assert isinstance(written(wire.error(404, code="resource_missing", param="intent")), ProviderMissing)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("ask", [written, read])
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("code", [None, "resource_missing", "charge_already_refunded"])
def test_a_refused_key_is_ours_to_set_right_and_says_nothing_of_the_payment(
    wire: Wire, status: int, code: str | None, ask: Callable[[Wire], IntegrationError]
) -> None:
    failure = ask(wire.error(status, code=code, message="Invalid API Key provided: sk_test_****1234"))
    assert isinstance(failure, ConfigurationError)
    assert (failure.code, failure.retryable, failure.provider_ref) == ("provider_credentials", True, "req_1")
    for hint in ("api_key", "STRIPE_SECRET_NAME", "dashboard.stripe.com", "aws secretsmanager put-secret-value"):
        assert hint in failure.message
    assert "1234" not in failure.message


@pytest.mark.parametrize("words", ["Having the 'rak_refund_write' permission would help.", "No permission.", None])
def test_a_right_that_the_key_lacks_is_named_when_stripe_names_it(wire: Wire, words: str | None) -> None:
    failure = written(wire.error(403, message=words))
    assert ("rak_refund_write" in failure.message) is ("rak" in (words or ""))
    assert "right" in failure.message


@pytest.mark.parametrize("decline_code", ["stolen_card", "generic_decline"])
def test_a_decline_shows_the_buyer_s_code_and_hides_the_bank_s(wire: Wire, decline_code: str) -> None:
    failure = written(wire.answer({"error": decline("card_declined", decline_code)}, 402))
    assert isinstance(failure, ProviderRefused)
    assert (failure.code, failure.details) == ("card_declined", {"buyer_code": "card_declined"})


class TestReads:
    """A read never says that a payment did not happen, unless Stripe itself does not know it."""

    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize("error", [*NEVER_LEFT, *MAY_HAVE_LEFT])
    def test_a_lost_read_is_asked_again(self, wire: Wire, error: Exception) -> None:
        assert isinstance(read(wire.breaks(error)), ProviderUnavailable)

    @pytest.mark.invariant("PAY-04")
    @pytest.mark.parametrize("status", [400, 402, 409, 429, 500, 503])
    def test_no_refusal_of_a_read_decides_about_the_payment(self, wire: Wire, status: int) -> None:
        assert isinstance(read(wire.error(status, code="whatever")), ProviderUnavailable)

    @pytest.mark.parametrize("param", ["intent", "payment_method", "customer", None])
    def test_only_missing_is_missing(self, wire: Wire, param: str | None) -> None:
        assert isinstance(read(wire.error(404, code="resource_missing", param=param)), ProviderMissing)

    @pytest.mark.parametrize("body", [b"[]", b"null", b"{", b"\xff"])
    def test_a_200_that_cannot_be_read_is_asked_again(self, wire: Wire, body: bytes) -> None:
        assert isinstance(read(wire.answer(body)), ProviderUnavailable)


class TestPages:
    def test_pages_are_followed_to_the_last(self, wire: Wire) -> None:
        wire.answer(listing(intent(id="pi_1"), intent(id="pi_2"), has_more=True)).answer(listing(intent(id="pi_3")))
        found = [one["id"] for one in calls(wire).pages(path_of("payment_intents"), {"customer": "c"}, deadline=soon())]
        assert found == ["pi_1", "pi_2", "pi_3"]
        assert wire.asked[0].params == {"customer": "c", "limit": "100"}
        assert wire.asked[1].params == {"customer": "c", "limit": "100", "starting_after": "pi_2"}

    @pytest.mark.parametrize("page", [{}, {"data": None}, {"data": [None]}, {"data": [{}], "has_more": True}])
    def test_a_page_that_is_none_is_no_empty_page(self, wire: Wire, page: dict[str, Any]) -> None:
        with pytest.raises(ProviderUnavailable):
            list(calls(wire.answer(page)).pages(path_of("payment_intents"), {}, deadline=soon()))


def test_an_id_from_a_caller_leads_nowhere_else() -> None:
    assert path_of("payment_methods", "pm_1/../../refunds?x=1#", "detach") == (
        "/v1/payment_methods/pm_1%2F..%2F..%2Frefunds%3Fx%3D1%23/detach"
    )


@pytest.mark.parametrize("name", ["usage", "base", "headers", "stripe_account"])
def test_a_parameter_that_the_sdk_would_swallow_is_a_mistake(wire: Wire, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        calls(wire.answer(intent())).post(path_of("setup_intents"), {name: "x"}, key="k1", deadline=soon())


@pytest.mark.invariant("AUT-04")
def test_the_answer_s_words_do_not_ride_along_in_the_traceback(wire: Wire) -> None:
    failure = read(wire.answer(b"not json: pi_1_secret_x"))
    assert failure.__cause__ is None
    assert failure.__suppress_context__
    assert "secret" not in str(failure)


def test_a_timeout_of_requests_is_what_we_think_it_is() -> None:
    assert issubclass(requests.ConnectTimeout, requests.ConnectionError)
    assert not issubclass(requests.ReadTimeout, requests.ConnectionError)
