"""The order as the API takes and shows it. Amounts are whole minor units: 12990 is R$ 129,90, 500 is ¥500."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from commerce.orders.model import Address, Buyer, Item, Order, OrderTerms
from commerce.platform.api.models import AnswerModel, Currency, Email, Id, MinorUnits, RequestModel, Text
from commerce.platform.clock import iso
from commerce.platform.money import Money

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""E.164, for example +5511987654321."""

TaxId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z./-]{5,20}$")]
"""A tax number as its country writes it: CPF or CNPJ in Brazil."""

UserId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:|@-]*$")]
"""The subject (`sub`) of the buyer's token."""


class ItemModel(RequestModel):
    sku: Id
    name: Text
    unit_price: Annotated[int, Field(ge=0, le=10**12, description="Minor units.")]
    quantity: Annotated[int, Field(ge=1, le=100_000)]


class BuyerModel(RequestModel):
    id: UserId
    name: Text
    email: Email
    phone: Phone | None = None
    tax_id: TaxId | None = None
    locale: Literal["pt-BR", "en"] = "pt-BR"


class AddressModel(RequestModel):
    line1: Text
    number: Text | None = None
    line2: Text | None = None
    district: Text | None = None
    city: Text
    state: Text | None = None
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z -]{2,12}$")]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$", to_upper=False)]


class OrderModel(RequestModel):
    """What the store's backend registers. `amount` is what is charged: items plus shipping less discounts."""

    amount: MinorUnits
    currency: Currency
    items: Annotated[list[ItemModel], Field(min_length=1, max_length=200)]
    buyer: BuyerModel
    shipping_address: AddressModel

    def terms(self, order_id: str) -> OrderTerms:
        """Raises Unprocessable, `unsupported_currency`, for a code that is not in ISO 4217."""
        return OrderTerms(
            order_id=order_id,
            money=Money(self.amount, self.currency),
            items=tuple(Item(**item.model_dump()) for item in self.items),
            buyer=Buyer(**self.buyer.model_dump()),
            shipping_address=Address(**self.shipping_address.model_dump()),
        )


class OrderAnswer(AnswerModel):
    """The order, and what has become of it."""

    order_id: str
    status: Literal["open", "paid", "refunded"]
    amount: int
    currency: str
    items: list[ItemModel]
    buyer: BuyerModel
    shipping_address: AddressModel
    open_payment_id: str | None
    paid_payment_id: str | None
    payment_ids: list[str]
    created_at: str
    updated_at: str


def order_view(order: Order) -> dict[str, Any]:
    """The order as JSON."""
    return {
        "order_id": order.order_id,
        "status": order.status.value,
        "amount": order.money.amount,
        "currency": order.money.currency,
        "items": [asdict(item) for item in order.items],
        "buyer": asdict(order.buyer),
        "shipping_address": asdict(order.shipping_address),
        "open_payment_id": order.open_payment_id,
        "paid_payment_id": order.paid_payment_id,
        "payment_ids": list(order.payment_ids),
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
    }
