"""What a PayPal checkout answers: where the buyer goes now, if anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commerce.payments.instructions import Instructions
from commerce.payments.methods.paypal import PaypalMethod, approve_url
from commerce.payments.model import CheckoutChoices
from commerce.payments.paypal_schemas import PaypalCheckoutAnswer
from commerce.payments.status import PaymentStatus
from tests.builders import NOW
from tests.unit.payments.paypal.rig import at_paypal

URL = "https://www.sandbox.paypal.com/checkoutnow?token=5O1"
S = PaymentStatus


def waiting(status: PaymentStatus, **changes: Any) -> Any:
    return at_paypal("5O1", status, **{"instructions": Instructions(approve_url=URL), **changes})


@pytest.mark.parametrize("status", [S.ACTION_REQUIRED, S.FAILED])
def test_the_buyer_is_sent_to_approve(status: PaymentStatus) -> None:
    assert approve_url(waiting(status)) == URL


@pytest.mark.parametrize(
    "payment",
    [
        waiting(S.PAID),
        waiting(S.PROCESSING),
        waiting(S.CANCELED),
        waiting(S.FAILED, expires_at=NOW - timedelta(seconds=1)),
        waiting(S.FAILED, abandoned=True),
        waiting(S.ACTION_REQUIRED, instructions=None),
        waiting(S.UNKNOWN, instructions=None),
    ],
)
def test_there_is_nothing_to_approve(payment: Any) -> None:
    assert approve_url(payment) is None


def test_the_answer_is_what_is_described() -> None:
    payment = waiting(S.ACTION_REQUIRED, choices=CheckoutChoices(funding_source="paylater"))
    body = PaypalCheckoutAnswer.model_validate(PaypalMethod().body(payment, None))
    assert (body.approve_url, body.funding_source, body.payment.method) == (URL, "paylater", "paypal")
