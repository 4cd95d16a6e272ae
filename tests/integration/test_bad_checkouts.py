"""A checkout by PayPal, Pix or boleto that cannot be: 422 with the field's name, and nothing comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.integration.refusals import nothing_happens, refused
from tests.shop import BUYER, Shop

CPF, CNPJ = "390.533.447-05", "11.222.333/0001-81"
ADDRESS = {
    "line1": "Rua das Flores",
    "number": "10",
    "district": "Centro",
    "city": "São Paulo",
    "state": "SP",
    "postal_code": "01001-000",
    "country": "BR",
}
SLIPS = ("pix", "boleto")


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


def order(shop: Shop, order_id: str, *, amount: int = 5000, currency: str = "BRL", **buyer: Any) -> str:
    body = {
        "amount": amount,
        "currency": currency,
        "items": [{"sku": "mug", "name": "Mug", "unit_price": amount, "quantity": 1}],
        "buyer": {"id": BUYER, "name": "Ana Souza", "email": "ana@example.com", "tax_id": CPF, **buyer},
        "shipping_address": {**ADDRESS, "district": None},
    }
    answer = shop.request("store", "store-1", "PUT", f"/orders/{order_id}", body)
    assert answer.status_code in (200, 201), answer.text
    return order_id


def refuse(shop: Shop, method: str, code: str, field: str, order_id: str, **choices: Any) -> dict[str, Any]:
    with nothing_happens(shop):
        answer = shop.request("buyer", BUYER, "POST", f"/checkout/{method}", {"order_id": order_id, **choices})
        error = refused(answer, 422, code)
    details = error["details"]
    named = [one["field"] for one in details["fields"]] if "fields" in details else [details["field"]]
    assert named == [field]
    assert error["retryable"] is False
    return error


def opened(shop: Shop, method: str, order_id: str, **choices: Any) -> Any:
    return shop.ask("buyer", "POST", f"/checkout/{method}", {"order_id": order_id, **choices}, expect=201)


@pytest.mark.invariant("PLT-04", "AUT-04")
@pytest.mark.parametrize("method", SLIPS)
@pytest.mark.parametrize(
    "tax_id",
    ["390.533.447-06", "39053344706", "111.111.111-11", "11.222.333/0001-82", "12.ABC.345/01DE-36", "3905334470A"],
)
def test_a_wrong_cpf_or_cnpj_is_refused_without_being_repeated(shop: Shop, method: str, tax_id: str) -> None:
    order_id = order(shop, f"bad-tax-{method}")
    error = refuse(shop, method, "invalid_tax_id", "payer.tax_id", order_id, payer={"tax_id": tax_id})
    assert tax_id not in str(error)


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("method", SLIPS)
def test_a_payer_without_any_tax_number_is_refused(shop: Shop, method: str) -> None:
    order_id = order(shop, f"bad-nobody-{method}", tax_id=None)
    refuse(shop, method, "missing_payer_tax_id", "payer.tax_id", order_id)
    refuse(shop, method, "invalid_request", "payer.tax_id", order_id, payer={"tax_id": "123"})


@pytest.mark.parametrize("tax_id", [CPF, "39053344705", CNPJ, "12.ABC.345/01DE-35"])
def test_a_right_one_is_taken_in_any_writing(shop: Shop, tax_id: str) -> None:
    order_id = order(shop, f"good-tax-{tax_id[:2]}-{len(tax_id)}", tax_id=None)
    assert opened(shop, "pix", order_id, payer={"tax_id": tax_id})["pix"]["code"]


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"district": None}, "payer.address.district"),
        ({"number": None}, "payer.address.number"),
        ({"state": None}, "payer.address.state"),
        ({"state": "XX"}, "payer.address.state"),
        ({"postal_code": "0100-000"}, "payer.address.postal_code"),
        ({"country": "PT"}, "payer.address.country"),
    ],
)
def test_a_boleto_needs_a_whole_address_in_brazil(shop: Shop, changes: dict[str, Any], field: str) -> None:
    order_id = order(shop, "bad-address")
    payer = {"address": {**ADDRESS, **changes}}
    refuse(shop, "boleto", "payer_address_incomplete", field, order_id, payer=payer)


@pytest.mark.invariant("PLT-04")
def test_the_orders_own_address_is_looked_at_when_the_checkout_has_none(shop: Shop) -> None:
    order_id = order(shop, "bad-own-address")
    refuse(shop, "boleto", "payer_address_incomplete", "payer.address.district", order_id)
    assert opened(shop, "boleto", order_id, payer={"address": ADDRESS})["boleto"]["digitable_line"]


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("method", SLIPS)
@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_pix_and_boleto_move_reais_only(shop: Shop, method: str, currency: str) -> None:
    order_id = order(shop, f"bad-currency-{method}-{currency.lower()}", currency=currency)
    refuse(shop, method, "unsupported_currency", "currency", order_id)


@pytest.mark.invariant("PLT-04", "PAY-24")
def test_a_currency_that_paypal_does_not_take_is_refused(shop: Shop) -> None:
    order_id = order(shop, "bad-currency-paypal", currency="KWD", amount=1230)
    refuse(shop, "paypal", "unsupported_currency", "currency", order_id)


@pytest.mark.invariant("PLT-04", "PAY-24")
@pytest.mark.parametrize(("method", "amount"), [("pix", 10**12), ("boleto", 10**10)])
def test_an_amount_over_the_providers_limit_is_refused(shop: Shop, method: str, amount: int) -> None:
    order_id = order(shop, f"bad-amount-{method}", amount=amount)
    refuse(shop, method, "amount_over_limit", "amount", order_id, **_payer(method))


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("method", SLIPS)
def test_a_due_date_in_the_past_or_too_far_ahead_is_refused(shop: Shop, method: str) -> None:
    order_id = order(shop, f"bad-due-{method}")
    past, far = today() - timedelta(days=2), today() + timedelta(days=400)
    refuse(shop, method, "due_date_in_past", "due_date", order_id, due_date=past.isoformat(), **_payer(method))
    refuse(shop, method, "due_date_too_far", "due_date", order_id, due_date=far.isoformat(), **_payer(method))
    refuse(shop, method, "invalid_request", "due_date", order_id, due_date="2026-02-30", **_payer(method))
    refuse(shop, method, "invalid_request", "due_date", order_id, due_date=20261124, **_payer(method))


def test_a_due_date_on_a_day_of_rest_is_moved_and_said_so(shop: Shop) -> None:
    sunday = today() + timedelta(days=7 - today().isoweekday() % 7)
    order_id = order(shop, "moved-due")
    boleto = opened(shop, "boleto", order_id, due_date=sunday.isoformat(), **_payer("boleto"))["boleto"]
    assert boleto["due_date_moved_from"] == sunday.isoformat()
    assert date.fromisoformat(boleto["due_date"]) > sunday


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("seconds", [0, 59, 86_401, -1, "60", 90.5])
def test_a_life_that_a_pix_cannot_have_is_refused(shop: Shop, seconds: object) -> None:
    order_id = order(shop, "bad-life")
    refuse(shop, "pix", "invalid_request", "expires_in_seconds", order_id, expires_in_seconds=seconds)


@pytest.mark.invariant("PLT-04", "PAY-05")
@pytest.mark.parametrize("method", ["paypal", "pix", "boleto"])
def test_a_checkout_names_no_amount(shop: Shop, method: str) -> None:
    order_id = order(shop, f"bad-named-{method}")
    for field, value in (("amount", 1), ("currency", "BRL"), ("provider", "static_pix")):
        refuse(shop, method, "invalid_request", field, order_id, **{field: value})


@pytest.mark.invariant("PLT-04")
def test_choices_that_paypal_does_not_have_are_refused(shop: Shop) -> None:
    order_id = order(shop, "bad-choice")
    refuse(shop, "paypal", "invalid_request", "funding_source", order_id, funding_source="bitcoin")
    refuse(shop, "paypal", "invalid_request", "capture_method", order_id, capture_method="later")


@pytest.mark.invariant("AUT-07")
def test_somebody_elses_payment_cannot_be_finished_or_confirmed(shop: Shop) -> None:
    payment_id = opened(shop, "paypal", order(shop, "foreign-paypal"))["payment"]["payment_id"]
    with nothing_happens(shop):
        path = f"/checkout/paypal/{payment_id}/capture"
        refused(shop.request("buyer", "somebody-else", "POST", path), 403, "foreign_resource")
        for method in ("paypal", "pix", "boleto"):
            body = {"order_id": "foreign-paypal"}
            refused(
                shop.request("buyer", "somebody-else", "POST", f"/checkout/{method}", body), 403, "foreign_resource"
            )
        unknown = "/checkout/paypal/pay_nowhere/capture"
        refused(shop.request("buyer", BUYER, "POST", unknown), 404, "payment_not_found")


def test_a_pix_with_two_ends_is_refused_by_the_field(shop: Shop) -> None:
    ends = {"expires_in_seconds": 600, "due_date": (today() + timedelta(days=3)).isoformat()}
    refuse(shop, "pix", "invalid_request", "due_date", order(shop, "two-ends"), **ends)


@pytest.mark.invariant("PAY-21")
def test_a_confirmation_of_what_needs_none_is_refused(shop: Shop) -> None:
    payment_id = opened(shop, "pix", order(shop, "confirm-nothing"))["payment"]["payment_id"]
    path = f"/payments/{payment_id}/confirmations"
    receipt = {"receipt_ref": "E1", "amount": 5000}
    with nothing_happens(shop):
        refused(shop.request("operator", "operator-1", "POST", path, {}), 409, "nothing_to_accept")
        refused(shop.request("operator", "operator-1", "POST", path, receipt), 409, "provider_tells")
        half = {"receipt_ref": "E1"}
        error = refused(shop.request("operator", "operator-1", "POST", path, half), 422, "receipt_incomplete")
        assert error["details"]["field"] == "amount"
        for when in ("2026-11-24", "2026-11-24T10:30:00", 1764000000, "1764000000", "soon"):
            timed = {**receipt, "received_at": when}
            error = refused(shop.request("operator", "operator-1", "POST", path, timed), 422, "invalid_request")
            assert error["details"]["fields"][0]["field"] == "received_at"


def today() -> date:
    return datetime.now(UTC).date()


def _payer(method: str) -> dict[str, Any]:
    return {"payer": {"address": ADDRESS}} if method == "boleto" else {}
