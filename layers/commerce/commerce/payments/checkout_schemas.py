"""What the checkouts by Pix and boleto take and answer. Amounts are the order's and cannot be sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic.config import JsonDict

from commerce.orders.model import Address
from commerce.orders.schemas import AddressModel
from commerce.payments.payer import Payer
from commerce.payments.schemas import PaymentAnswer
from commerce.platform.api.models import AnswerModel, Email, Id, RequestModel, Text

TaxIdText = Annotated[str, StringConstraints(min_length=11, max_length=20)]
DueDate = Annotated[
    date | None, Field(strict=False, description="YYYY-MM-DD, a day in São Paulo; absent: the store's default.")
]


_ONE_END: JsonDict = {
    "not": {
        "properties": {"expires_in_seconds": {"type": "integer"}, "due_date": {"type": "string"}},
        "required": ["expires_in_seconds", "due_date"],
    }
}


class PayerModel(RequestModel):
    """Who pays; what is absent is the order's buyer. `tax_id` is a CPF or CNPJ, with or without punctuation."""

    name: Text | None = None
    tax_id: TaxIdText | None = None
    email: Email | None = None

    def payer(self, address: Address | None = None) -> Payer:
        return Payer(self.name or "", self.tax_id or "", self.email or "", address)


class PayerWithAddressModel(PayerModel):
    """As for Pix, and the address that the bank prints; absent, it is the order's shipping address."""

    address: AddressModel | None = None

    def whole_payer(self) -> Payer:
        return self.payer(None if self.address is None else Address(**self.address.model_dump()))


class PixCheckoutModel(RequestModel):
    """Its end is either a time from now or a due date, not both."""

    model_config = ConfigDict(json_schema_extra=_ONE_END)

    order_id: Id
    payer: PayerModel | None = None
    expires_in_seconds: Annotated[
        int | None, Field(ge=60, le=86_400, description="How long the code can be paid; absent: the store's default.")
    ] = None
    due_date: DueDate = None

    @field_validator("due_date")
    @classmethod
    def _one_end(cls, due_date: date | None, info: ValidationInfo) -> date | None:
        if due_date is not None and info.data.get("expires_in_seconds") is not None:
            raise ValueError("says the end of the code, as expires_in_seconds does: send one of them")
        return due_date


class BoletoCheckoutModel(RequestModel):
    """A due date on which banks rest is moved to the next on which they work, and the answer says so."""

    order_id: Id
    payer: PayerWithAddressModel | None = None
    due_date: DueDate = None


class PixAnswer(AnswerModel):
    """`code` is the text to copy ("Pix copia e cola"); both pictures show it as a QR code. With `needs_confirmation`
    no provider tells when it is paid: the store looks at its account. A due date on which banks rest is moved to the
    next on which they work; `due_date_moved_from` then says which day was asked for."""

    code: str
    qr_png_base64: str
    qr_svg: str
    expires_at: str | None
    due_date_moved_from: str | None
    needs_confirmation: bool


class BoletoCheckoutAnswer(AnswerModel):
    """`digitable_line` is what the buyer types or copies; `barcode_svg` draws the 44 digits of `barcode`."""

    barcode: str
    barcode_svg: str
    digitable_line: str
    digitable_line_formatted: str
    pdf_url: str | None
    due_date: str
    due_date_moved_from: str | None


class PixEnvelope(AnswerModel):
    """Without `pix` nobody knows yet whether the code was made: repeat shortly; or there is nothing left to pay,
    which the payment's status says."""

    payment: PaymentAnswer
    pix: PixAnswer | None


class BoletoEnvelope(AnswerModel):
    """Without `boleto` nobody knows yet whether it was issued: repeat shortly; or there is nothing left to pay,
    which the payment's status says."""

    payment: PaymentAnswer
    boleto: BoletoCheckoutAnswer | None
