"""Customers and their saved payment methods as the API takes and shows them."""

from __future__ import annotations

from commerce.orders.schemas import UserId
from commerce.payments.schemas import MethodId
from commerce.platform.api.models import AnswerModel, Email, RequestModel, Text


class CustomerModel(RequestModel):
    """Who becomes a customer at the provider, and what it is told of them."""

    user_id: UserId
    email: Email | None = None
    name: Text | None = None


class SaveMethodModel(RequestModel):
    """Attach a method that the browser made; without one, start saving one in the browser."""

    payment_method_id: MethodId | None = None


class CustomerAnswer(AnswerModel):
    user_id: str
    default_payment_method_id: str | None


class CustomerEnvelope(AnswerModel):
    customer: CustomerAnswer


class SavedMethodAnswer(AnswerModel):
    payment_method_id: str
    kind: str
    brand: str | None
    last4: str | None
    exp_month: int | None
    exp_year: int | None
    wallet: str | None
    is_default: bool


class SavedMethodEnvelope(AnswerModel):
    payment_method: SavedMethodAnswer


class SavedMethodsEnvelope(AnswerModel):
    payment_methods: list[SavedMethodAnswer]


class MethodSetupAnswer(AnswerModel):
    """Either the method that is saved, or what Stripe.js needs to save one."""

    payment_method: SavedMethodAnswer | None
    client_secret: str | None
    publishable_key: str
