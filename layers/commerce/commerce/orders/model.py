"""The order as the store's backend registered it. Amounts are integers in minor units (ISO 4217)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commerce.platform.money import Money


class OrderStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the order; `unit_price` in minor units of the order's currency."""

    sku: str
    name: str
    unit_price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys. `id` is the subject of the buyer's token; `tax_id` is a CPF or CNPJ in Brazil."""

    id: str
    name: str
    email: str
    phone: str | None = None
    tax_id: str | None = None
    locale: str = "pt-BR"


@dataclass(frozen=True, slots=True)
class Address:
    """Where it goes. `postal_code` is the CEP in Brazil, `district` the bairro."""

    line1: str
    city: str
    country: str
    postal_code: str
    number: str | None = None
    line2: str | None = None
    district: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What the store's backend says of an order, and nothing else may say."""

    order_id: str
    money: Money
    items: tuple[Item, ...]
    buyer: Buyer
    shipping_address: Address


@dataclass(frozen=True, slots=True)
class Order:
    """The terms, and what has become of them.

    `open_payment_id` is the attempt that may still be paid: while it is set, the terms cannot change.
    `attempts` counts every attempt ever opened; the next one is `attempts + 1`.
    """

    terms: OrderTerms
    status: OrderStatus
    version: int
    created_at: datetime
    updated_at: datetime
    attempts: int = 0
    open_payment_id: str | None = None
    paid_payment_id: str | None = None
    payment_ids: tuple[str, ...] = ()

    @property
    def order_id(self) -> str:
        return self.terms.order_id

    @property
    def money(self) -> Money:
        return self.terms.money

    @property
    def items(self) -> tuple[Item, ...]:
        return self.terms.items

    @property
    def buyer(self) -> Buyer:
        return self.terms.buyer

    @property
    def shipping_address(self) -> Address:
        return self.terms.shipping_address
