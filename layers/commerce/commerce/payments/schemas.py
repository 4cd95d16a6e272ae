"""Payments as the API takes and shows them. Amounts are whole minor units of the payment's currency."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from commerce.platform.api.models import AnswerModel, Id, MinorUnits, RequestModel, Text

MethodId = Annotated[str, StringConstraints(pattern=r"^pm_[A-Za-z0-9_]{1,120}$")]


def _moment(value: object) -> object:
    """A time as text with its zone; pydantic alone would also take numbers, and times of nowhere."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if value is not None and (found is None or found.tzinfo is None):
        raise ValueError("must be a time with its zone, as in 2026-11-24T10:30:00-03:00")
    return found


class CardCheckoutModel(RequestModel):
    """Names the order; the amount is the order's and cannot be sent.

    With `payment_method_id` a saved card is used: the store's backend charges it at once, without the buyer; a buyer
    confirms it in the browser with the `client_secret`.
    """

    order_id: Id
    capture_method: Literal["automatic", "manual"] = "automatic"
    save_payment_method: bool = False
    payment_method_id: MethodId | None = None


class RefundModel(RequestModel):
    """`refund_id` names the refund: the same id is the same refund, however often it is asked for."""

    refund_id: Id
    amount: Annotated[MinorUnits | None, Field(description="Absent: all that is left.")] = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    receipt_ref: Annotated[
        Id | None, Field(description="Pix and boleto: which of the payment's receipts to send back.")
    ] = None
    by_hand: Annotated[
        bool, Field(description="You gave it back yourself, outside the provider: record it, and send nothing.")
    ] = False


class CaptureModel(RequestModel):
    """Captures once; what is not captured is released."""

    capture_id: Id
    amount: Annotated[MinorUnits | None, Field(description="Absent: all that is authorised.")] = None


class CancelModel(RequestModel):
    reason: Text | None = None


class ConfirmationModel(RequestModel):
    """A person's word on money that no provider vouches for.

    With `receipt_ref` and `amount`: what arrived on the account for a Pix without provider. Without them: what arrived
    is another amount than the order's, and pays the order all the same.
    """

    receipt_ref: Annotated[Id | None, Field(description="The endToEndId on the bank statement.")] = None
    amount: Annotated[MinorUnits | None, Field(description="What arrived.")] = None
    received_at: Annotated[
        datetime | None,
        BeforeValidator(_moment),
        Field(
            description="When it arrived, with its zone; absent: in time, however late it is recorded. Say it where it "
            "came after the code's end, so that it counts as late."
        ),
    ] = None


class RefundAnswer(AnswerModel):
    refund_id: str
    amount: int
    reason: str | None
    status: str
    failure_code: str | None
    receipt_ref: str | None
    by_hand: bool
    requested_at: str


class CaptureAnswer(AnswerModel):
    capture_id: str
    amount: int
    status: str
    failure_code: str | None
    requested_at: str


class CancellationAnswer(AnswerModel):
    status: str
    reason: str | None
    requested_at: str


class DisputeAnswer(AnswerModel):
    status: str
    reason: str | None
    amount: int


class FailureAnswer(AnswerModel):
    """Why it failed, in words a buyer may be told, by locale."""

    code: str
    messages: dict[str, str]


class CardAnswer(AnswerModel):
    kind: str
    brand: str | None
    last4: str | None
    wallet: str | None


class BoletoAnswer(AnswerModel):
    """`digitable_line` is what the buyer types or copies, without punctuation; `barcode` what a scanner reads."""

    barcode: str
    digitable_line: str | None
    pdf_url: str | None
    due_date: str | None


class ReceiptAnswer(AnswerModel):
    """One arrival of money; `surplus` when the payment had its money already."""

    receipt_ref: str
    amount: int
    received_at: str
    surplus: bool


class DiscrepancyAnswer(AnswerModel):
    """What came beside what was expected; without a `resolution` a person has to decide."""

    kind: Literal["underpaid", "overpaid", "late", "second_payment"]
    receipt_ref: str
    expected: int
    received: int
    noted_at: str
    resolution: Literal["accepted", "returned", "noted"] | None


class TimelineAnswer(AnswerModel):
    at: str
    source: str
    status: str
    facts: list[str]
    note: str


class PaymentAnswer(AnswerModel):
    payment_id: str
    order_id: str
    status: str
    provider: str
    method: str
    attempt: int
    amount: int
    currency: str
    capture_method: str
    authorized: int
    captured: int
    refunded: int
    refundable: int
    refunds: list[RefundAnswer]
    captures: list[CaptureAnswer]
    cancellation: CancellationAnswer | None
    dispute: DisputeAnswer | None
    failure: FailureAnswer | None
    card: CardAnswer | None
    pix_code: str | None
    boleto: BoletoAnswer | None
    approve_url: str | None
    expires_at: str | None
    needs_confirmation: bool
    pending_reason: str | None
    receipts: list[ReceiptAnswer]
    discrepancies: list[DiscrepancyAnswer]
    review_reason: str | None
    created_at: str
    updated_at: str


class PaymentWithTimelineAnswer(PaymentAnswer):
    timeline: list[TimelineAnswer]


class PaymentEnvelope(AnswerModel):
    payment: PaymentAnswer


class PaymentTimelineEnvelope(AnswerModel):
    payment: PaymentWithTimelineAnswer


class PaymentsEnvelope(AnswerModel):
    payments: list[PaymentAnswer]


class CheckoutAnswer(AnswerModel):
    """What Stripe.js in the buyer's browser goes on with; without a `client_secret`, wait a little and repeat."""

    payment: PaymentAnswer
    client_secret: str | None
    publishable_key: str
