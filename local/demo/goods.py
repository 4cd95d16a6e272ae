"""Who buys in the demo, and what: orders as the store's backend registers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from babel import Locale

from commerce.messaging.formats import format_money
from commerce.platform.money import Money


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer; `id` is the subject of their token."""

    id: str
    name: str
    email: str
    locale: str
    address: Mapping[str, str]
    tax_id: str | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Item:
    """`unit_price` in minor units."""

    sku: str
    name: str
    unit_price: int
    quantity: int = 1

    def times(self, quantity: int) -> Item:
        return replace(self, quantity=quantity)


@dataclass(frozen=True, slots=True)
class Order:
    """`shipping` in minor units is part of the amount."""

    order_id: str
    buyer: Person
    items: tuple[Item, ...]
    currency: str = "BRL"
    shipping: int = 0

    @property
    def amount(self) -> int:
        return self.shipping + sum(item.unit_price * item.quantity for item in self.items)

    def body(self) -> dict[str, Any]:
        """Of `PUT /orders/{order_id}`."""
        names = ("id", "name", "email", "locale", "tax_id")
        buyer = {name: value for name in names if (value := getattr(self.buyer, name)) is not None}
        items = [
            {"sku": item.sku, "name": item.name, "unit_price": item.unit_price, "quantity": item.quantity}
            for item in self.items
        ]
        return {
            "amount": self.amount,
            "currency": self.currency,
            "items": items,
            "buyer": buyer,
            "shipping_address": dict(self.buyer.address),
        }

    def money(self, amount: int | None = None) -> str:
        """An amount in minor units, by default the order's, for people."""
        return written(self.amount if amount is None else amount, self.currency)


def written(amount: int, currency: str) -> str:
    """An amount in minor units as the currency's country writes it."""
    locale = Locale("pt", "BR") if currency == "BRL" else Locale("en")
    return format_money(Money(amount, currency), locale).replace("\N{NO-BREAK SPACE}", " ")


ANA = Person(
    "ana",
    "Ana Souza",
    "ana@example.com",
    "pt-BR",
    {
        "line1": "Rua Augusta",
        "number": "1200",
        "district": "Consolação",
        "city": "São Paulo",
        "state": "SP",
        "postal_code": "01304-001",
        "country": "BR",
    },
    tax_id="390.533.447-05",
)
BRUNO = Person(
    "bruno",
    "Bruno Lima",
    "bruno@example.com",
    "pt-BR",
    {
        "line1": "Rua da Bahia",
        "number": "85",
        "district": "Centro",
        "city": "Salvador",
        "state": "BA",
        "postal_code": "40070-000",
        "country": "BR",
    },
    tax_id="111.444.777-35",
)
EMMA = Person(
    "emma",
    "Emma Clark",
    "emma@example.com",
    "en",
    {"line1": "Main Street", "number": "7", "city": "Portland", "state": "OR", "postal_code": "97201", "country": "US"},
)

CUP = Item("cup-blue", "Caneca azul", 6490)
POT = Item("pot-01", "Bule de ferro", 18900)
TEA = Item("tea-mint", "Chá de hortelã", 2750)
LAMP = Item("lamp-02", "Reading lamp", 8900)
