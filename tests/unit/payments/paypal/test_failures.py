"""PayPal's errors -> ours: what happened, what did not, and what only a read can tell."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateways.paypal.failures import translate
from commerce.payments.gateways.paypal.issues import CONFLICTS, DECLINES, IN_PROGRESS, REFUSALS
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)


def problem(issue: str, **detail: Any) -> dict[str, Any]:
    details = [{"issue": issue, "description": "São Paulo, ana@example.com", **detail}]
    return {"name": "UNPROCESSABLE_ENTITY", "message": "Failed.", "debug_id": "b1d1f06c7246c", "details": details}


@pytest.mark.invariant("PAY-09")
@pytest.mark.parametrize(("issue", "code"), CONFLICTS.items())
def test_another_state_is_a_conflict(issue: str, code: str) -> None:
    error = translate(422, problem(issue), reads=False)
    assert isinstance(error, ProviderConflict)
    assert (error.code, error.provider_ref) == (code, "b1d1f06c7246c")


@pytest.mark.parametrize(("issue", "buyer_code"), DECLINES.items())
def test_a_decline_tells_the_buyer_what_to_do(issue: str, buyer_code: BuyerCode) -> None:
    error = translate(422, problem(issue), reads=False)
    assert isinstance(error, ProviderRefused)
    assert (error.code, error.details) == (issue.lower(), {"buyer_code": buyer_code.value})


@pytest.mark.parametrize("issue", REFUSALS)
def test_a_refusal_says_what_to_do(issue: str) -> None:
    error = translate(422, problem(issue), reads=False)
    assert isinstance(error, ProviderRefused)
    assert error.code == REFUSALS[issue][0]
    assert "buyer_code" not in error.details


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("issue", sorted(IN_PROGRESS))
@pytest.mark.parametrize("status", [409, 422])
def test_a_request_at_work_is_in_doubt(issue: str, status: int) -> None:
    assert isinstance(translate(status, problem(issue), reads=False), ProviderAmbiguous)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [None, problem("INSTRUMENT_DECLINED"), problem("ORDER_ALREADY_CAPTURED"), {}])
def test_a_5xx_is_in_doubt_whatever_it_says(status: int, body: dict[str, Any] | None) -> None:
    assert isinstance(translate(status, body, reads=False), ProviderAmbiguous)
    assert isinstance(translate(status, body, reads=True), ProviderUnavailable)


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("status", [302, 400, 403, 404, 422])
def test_an_answer_of_something_in_between_is_in_doubt(status: int) -> None:
    assert isinstance(translate(status, None, reads=False), ProviderAmbiguous)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, ConfigurationError), (403, ConfigurationError), (404, ProviderMissing), (429, ProviderUnavailable)],
)
@pytest.mark.parametrize("reads", [False, True])
def test_a_status_of_its_own(status: int, kind: type[Exception], reads: bool) -> None:
    assert isinstance(translate(status, problem("INVALID_RESOURCE_ID"), reads=reads), kind)


def test_a_refused_read_says_nothing_of_the_payment() -> None:
    assert isinstance(translate(422, problem("ORDER_ALREADY_CAPTURED"), reads=True), ProviderUnavailable)


def test_another_refusal_names_the_field_and_no_value() -> None:
    error = translate(400, problem("INVALID_PARAMETER_SYNTAX", field="/purchase_units/0", value="Ana"), reads=False)
    assert isinstance(error, ProviderRefused)
    assert error.details == {"provider_code": "INVALID_PARAMETER_SYNTAX", "param": "/purchase_units/0"}
    assert "Ana" not in f"{error.message}{error.details}"


@pytest.mark.parametrize("details", [None, [], "x", [None], [{}], [{"issue": 7}]])
def test_strange_details_break_nothing(details: object) -> None:
    error = translate(422, {"name": "UNPROCESSABLE_ENTITY", "details": details}, reads=False)
    assert isinstance(error, ProviderRefused)


@pytest.mark.invariant("AUT-04")
def test_paypal_s_own_words_stay_out() -> None:
    for status in (400, 401, 403, 404, 409, 422, 429, 500):
        error = translate(status, problem("SOMETHING_ELSE"), reads=False)
        assert "ana@example.com" not in f"{error.message}{error.details}"
