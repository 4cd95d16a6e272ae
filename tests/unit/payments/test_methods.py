"""What a checkout by Pix and by boleto takes and answers, whichever gateway carries it."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from commerce.payments.brazil import SAO_PAULO
from commerce.payments.checkout_schemas import BoletoEnvelope, PixCheckoutModel, PixEnvelope
from commerce.payments.instructions import Instructions
from commerce.payments.methods.boleto import BoletoMethod
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.pix.building import static_code
from commerce.payments.status import PaymentStatus
from commerce.platform.api.problems import unprocessable
from commerce.platform.errors import Unprocessable
from commerce.platform.money import Money
from local.pictures import read_codes
from tests.builders import NOW, later, order, order_terms, payment

PIX = PixMethod(expires_seconds=1800)
BOLETO = BoletoMethod(due_days=3)
CODE = static_code("123e4567-e12b-12d1-a456-426655440000", merchant_name="Loja", merchant_city="São Paulo")
FRIDAY_AT_23 = datetime(2026, 11, 27, 23, 0, tzinfo=SAO_PAULO)


def waiting(method: str, instructions: Instructions | None, **changes: Any) -> Payment:
    return payment(
        PaymentStatus.ACTION_REQUIRED, method=method, expires_at=later(1800), instructions=instructions, **changes
    )


@pytest.mark.parametrize("method", [PIX, BOLETO])
def test_other_money_than_reais_is_refused_by_its_field(method: PixMethod | BoletoMethod) -> None:
    with pytest.raises(Unprocessable) as refused:
        method.prepare(order(order_terms(money=Money(500, "USD"))), CheckoutChoices())
    assert (refused.value.code, refused.value.details["field"]) == ("unsupported_currency", "currency")


def test_a_pix_can_be_paid_for_half_an_hour_or_as_long_as_asked() -> None:
    assert PIX.payable_until(CheckoutChoices(), NOW) == later(1800)
    assert PIX.payable_until(CheckoutChoices(expires_in=60), NOW) == later(60)
    until = PIX.payable_until(CheckoutChoices(due_date=date(2026, 11, 30)), NOW)
    assert until.isoformat() == "2026-11-30T23:59:59-03:00"


@pytest.mark.parametrize("method", [PIX, BOLETO])
@pytest.mark.parametrize(
    ("due", "code"), [(date(2026, 11, 26), "due_date_in_past"), (date(2028, 1, 3), "due_date_too_far")]
)
def test_a_due_date_in_the_past_or_too_far_ahead_is_refused(
    method: PixMethod | BoletoMethod, due: date, code: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        method.payable_until(CheckoutChoices(due_date=due), FRIDAY_AT_23)
    assert (refused.value.code, refused.value.details["field"]) == (code, "due_date")


def test_a_boleto_is_due_after_business_days() -> None:
    until = BOLETO.payable_until(CheckoutChoices(), FRIDAY_AT_23)
    assert until.isoformat() == "2026-12-02T23:59:59-03:00", "three business days after a Friday is Wednesday"


def test_a_due_date_on_which_banks_rest_is_moved_and_the_answer_says_so() -> None:
    christmas = CheckoutChoices(due_date=date(2026, 12, 25))
    until = BOLETO.payable_until(christmas, NOW)
    assert until.date() == date(2026, 12, 28)

    issued = Instructions(barcode="23798100100000002000001250005663148712345670", digitable_line="2" * 47)
    body = BOLETO.body(replace(waiting("boleto", issued, choices=christmas), expires_at=until), None)

    assert body["boleto"]["due_date"] == "2026-12-28"
    assert body["boleto"]["due_date_moved_from"] == "2026-12-25"
    assert body["boleto"]["barcode_svg"].startswith("<svg")
    BoletoEnvelope.model_validate(body)


@pytest.mark.parametrize(("asked", "due"), [(date(2026, 11, 28), "2026-11-30"), (date(2026, 12, 25), "2026-12-28")])
def test_a_pix_due_on_a_day_of_rest_can_be_paid_to_the_end_of_the_next_business_day(asked: date, due: str) -> None:
    choices = CheckoutChoices(due_date=asked)
    until = PIX.payable_until(choices, NOW)
    assert until.isoformat() == f"{due}T23:59:59-03:00"

    shown = replace(waiting("pix", Instructions(pix_code=CODE), choices=choices), expires_at=until)
    assert PIX.body(shown, None)["pix"]["due_date_moved_from"] == asked.isoformat()
    on_time = replace(shown, choices=CheckoutChoices(due_date=until.date()))
    assert PIX.body(on_time, None)["pix"]["due_date_moved_from"] is None


def test_the_picture_shows_the_text_that_can_be_copied() -> None:
    body = PIX.body(waiting("pix", Instructions(pix_code=CODE)), None)

    assert body["pix"]["code"] == CODE
    PixEnvelope.model_validate(body)
    assert read_codes(base64.b64decode(body["pix"]["qr_png_base64"])) == [CODE]


@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.EXPIRED, PaymentStatus.CANCELED])
@pytest.mark.parametrize(("method", "name"), [(PIX, "pix"), (BOLETO, "boleto")])
def test_what_is_over_cannot_be_paid_by_mistake(
    method: PixMethod | BoletoMethod, name: str, status: PaymentStatus
) -> None:
    issued = Instructions(pix_code=CODE, barcode="23798100100000002000001250005663148712345670")
    body = method.body(replace(waiting(name, issued), status=status), None)
    assert (body[name], body["payment"]["pix_code"], body["payment"]["boleto"]) == (None, None, None)


def test_a_pix_has_one_end() -> None:
    both = {"order_id": "order-1", "expires_in_seconds": 600, "due_date": "2026-12-01"}
    with pytest.raises(ValidationError) as refused:
        PixCheckoutModel.model_validate(both)
    problem = unprocessable(refused.value.errors())
    assert problem.message.startswith("due_date ")
    assert "expires_in_seconds" in problem.message
    for one in ("expires_in_seconds", "due_date"):
        PixCheckoutModel.model_validate({name: value for name, value in both.items() if name != one})


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(("method", "name"), [(PIX, "pix"), (BOLETO, "boleto")])
def test_while_nobody_knows_there_is_nothing_to_pay(method: PixMethod | BoletoMethod, name: str) -> None:
    assert method.body(waiting(name, None), None)[name] is None
