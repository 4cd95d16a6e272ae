"""Customers and saved payment methods as a store shows them, and how Stripe's objects become them. Pure.

Source: API reference, the Customer, PaymentMethod and SetupIntent objects.
"""

from __future__ import annotations

from dataclasses import dataclass

from commerce.payments.gateways.stripe.fields import Json, id_of, integer, obj, optional_text, text


@dataclass(frozen=True, slots=True)
class Profile:
    """What the store wants Stripe to know of a buyer beside their user id; None leaves it as it is."""

    email: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A user of the store as a customer of Stripe. `default_method_ref` is charged when no other is named."""

    user_id: str
    customer_ref: str
    default_method_ref: str | None = None


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A payment method of a customer, with no more of a card than its last four digits."""

    method_ref: str
    kind: str
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    wallet: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class MethodSetup:
    """A method about to be saved: the browser finishes it with `client_secret`, which is for the buyer alone."""

    setup_ref: str
    status: str
    client_secret: str


def customer_of(user_id: str, customer: Json) -> Customer:
    """Raises KeyError, TypeError: the answer is none that Stripe documents."""
    settings = obj(customer, "invoice_settings") or {}
    return Customer(user_id, text(customer, "id"), id_of(settings.get("default_payment_method")))


def method_of(method: Json, *, default_ref: str | None) -> SavedMethod:
    """Raises KeyError, TypeError: the answer is none that Stripe documents."""
    kind = text(method, "type")
    card = obj(method, "card")
    method_ref = text(method, "id")
    if card is None:
        return SavedMethod(method_ref, kind, is_default=method_ref == default_ref)
    return SavedMethod(
        method_ref,
        kind,
        brand=optional_text(card.get("brand")),
        last4=optional_text(card.get("last4")),
        exp_month=integer(card, "exp_month"),
        exp_year=integer(card, "exp_year"),
        wallet=optional_text((obj(card, "wallet") or {}).get("type")),
        is_default=method_ref == default_ref,
    )


def setup_of(setup: Json) -> MethodSetup:
    """Raises KeyError, TypeError: the answer is none that Stripe documents."""
    return MethodSetup(text(setup, "id"), text(setup, "status"), text(setup, "client_secret"))
