"""Who pays a Pix or a boleto: completed from the order, refused by the field that is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commerce.orders.model import Address
from commerce.payments.payer import Payer
from commerce.payments.payers import complete_payer
from commerce.platform.errors import Unprocessable
from tests.builders import order, order_terms

WHOLE = Address(
    line1="Rua das Flores",
    number="100",
    district="Centro",
    city="São Paulo",
    state="SP",
    country="BR",
    postal_code="01310-100",
)


def refused(given: Payer | None, *, with_address: bool = False, **terms: Any) -> Unprocessable:
    with pytest.raises(Unprocessable) as refusal:
        complete_payer(order(order_terms(**terms)), given, with_address=with_address)
    return refusal.value


def test_the_order_s_buyer_pays_unless_the_checkout_says_otherwise() -> None:
    assert complete_payer(order(), None, with_address=False) == Payer("Ana Souza", "39053344705", "ana@example.com")
    given = Payer("Loja Ltda", "12.ABC.345/01DE-35", "")
    assert complete_payer(order(), given, with_address=False) == Payer("Loja Ltda", "12ABC34501DE35", "ana@example.com")


@pytest.mark.parametrize("number", ["390.533.447-06", "11111111111", "12ABC34501DE36", "ABCDEFGHIJKLMN", "123"])
def test_a_wrong_number_is_refused_by_its_field_and_never_repeated(number: str) -> None:
    refusal = refused(Payer("", number, ""))
    assert (refusal.code, refusal.details["field"]) == ("invalid_tax_id", "payer.tax_id")
    assert number not in refusal.message


def test_without_any_number_it_says_where_to_send_one() -> None:
    anonymous = replace(order_terms().buyer, tax_id=None)
    refusal = refused(None, buyer=anonymous)
    assert (refusal.code, refusal.details["field"]) == ("missing_payer_tax_id", "payer.tax_id")


def test_a_boleto_takes_the_order_s_address_when_it_is_whole() -> None:
    payer = complete_payer(order(order_terms(shipping_address=WHOLE)), None, with_address=True)
    assert payer.address == replace(WHOLE, postal_code="01310100")


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"district": None}, "district"),
        ({"number": None}, "number"),
        ({"state": None}, "state"),
        ({"state": "XX"}, "state"),
        ({"postal_code": "0131010"}, "postal_code"),
        ({"country": "PT"}, "country"),
    ],
)
def test_a_boleto_without_a_whole_address_is_refused_by_the_field(missing: dict[str, Any], field: str) -> None:
    refusal = refused(None, with_address=True, shipping_address=replace(WHOLE, **missing))
    assert (refusal.code, refusal.details["field"]) == ("payer_address_incomplete", f"payer.address.{field}")
    assert refused(Payer("", "", "", replace(WHOLE, **missing)), with_address=True).details == refusal.details
