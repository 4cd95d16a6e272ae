"""PayPal's checkout as the API takes and shows it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from commerce.payments.schemas import PaymentAnswer
from commerce.platform.api.models import AnswerModel, Id, RequestModel

FundingSource = Literal["paypal", "credit", "paylater"]


class PaypalCheckoutModel(RequestModel):
    """Names the order; the amount is the order's and cannot be sent."""

    order_id: Id
    capture_method: Literal["automatic", "manual"] = "automatic"
    funding_source: Annotated[
        FundingSource | None,
        Field(
            description="Which of PayPal's buttons the buyer chose; kept for display, the buyer may choose otherwise."
        ),
    ] = None


class PaypalCheckoutAnswer(AnswerModel):
    """Send the buyer to `approve_url`; None while there is nothing to approve."""

    payment: PaymentAnswer
    approve_url: str | None
    funding_source: str | None
