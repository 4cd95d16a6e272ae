"""PayPal's errors -> ours: what happened, what did not, and what only a read can tell."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.gateways.paypal.failures import translate
from commerce.payments.gateways.paypal.issues import CONFLICTS, DECLINES, IN_PROGRESS, REFUSALS
from commerce.payments.gateways.paypal.order_problems import ORDER_PROBLEMS
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


ORDER = "/purchase_units/@reference_id=='order-1'"


@pytest.mark.parametrize(
    ("issue", "place", "code", "field"),
    [
        ("SHIPPING_ADDRESS_INVALID", None, "shipping_address_invalid", "shipping_address"),
        ("SHIPPING_ADDRESS_INVALID", f"{ORDER}/shipping/address", "shipping_address_invalid", "shipping_address"),
        ("CITY_REQUIRED", None, "shipping_address_invalid", "shipping_address.city"),
        ("POSTAL_CODE_REQUIRED", None, "shipping_address_invalid", "shipping_address.postal_code"),
        (
            "INVALID_PARAMETER_SYNTAX",
            f"{ORDER}/shipping/address/admin_area_1",
            "shipping_address_invalid",
            "shipping_address.state",
        ),
        ("INVALID_STRING_LENGTH", f"{ORDER}/shipping/address/new", "shipping_address_invalid", "shipping_address"),
        ("ITEM_TOTAL_MISMATCH", f"{ORDER}/amount/breakdown/item_total/value", "order_items_refused", "items"),
        ("AMOUNT_MISMATCH", None, "order_items_refused", "items"),
        ("DECIMAL_PRECISION", None, "order_amount_refused", "amount"),
        ("CURRENCY_NOT_SUPPORTED", None, "currency_not_supported", "currency"),
        ("INVALID_CURRENCY_CODE", None, "currency_not_supported", "currency"),
    ],
)
def test_what_is_wrong_with_the_order_is_told_to_the_store_and_blamed_on_no_card(
    issue: str, place: str | None, code: str, field: str
) -> None:
    error = translate(422, problem(issue, field=place, value="Rua das Flores"), reads=False)
    assert isinstance(error, ProviderRefused)
    told = {"field": field, "provider_code": issue, "buyer_code": BuyerCode.PAYMENT_DECLINED.value}
    assert (error.code, error.details) == (code, told)
    assert "Flores" not in error.message


def test_every_problem_of_an_order_says_what_to_change() -> None:
    for issue in ORDER_PROBLEMS:
        error = translate(422, problem(issue), reads=False)
        assert isinstance(error, ProviderRefused)
        assert error.details["field"]
        assert any(word in error.message for word in ("correct", "use another"))


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


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize("status", [408, 421, 425, 499])
def test_a_timeout_in_between_is_in_doubt_although_it_names_an_error(status: int) -> None:
    assert isinstance(translate(status, problem("REFUND_NOT_ALLOWED"), reads=False), ProviderAmbiguous)


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
