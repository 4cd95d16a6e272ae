"""Card checkout at Stripe, and the buyer's customer with its saved payment methods."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from commerce.orders.schemas import UserId
from commerce.payments.assembly import build_checkout
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.customer_schemas import (
    CustomerEnvelope,
    CustomerModel,
    MethodSetupAnswer,
    SavedMethodEnvelope,
    SavedMethodsEnvelope,
    SaveMethodModel,
)
from commerce.payments.customer_store import CustomerTable
from commerce.payments.gateways.stripe.client import require_key
from commerce.payments.gateways.stripe.customers import StripeCustomers
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.methods import Customer, Profile, SavedMethod
from commerce.payments.methods.card import CardMethod
from commerce.payments.model import CaptureMethod, CheckoutChoices
from commerce.payments.schemas import CardCheckoutModel, CheckoutAnswer, MethodId
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import Role, caller, require_idempotency_key
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.config import live_mode, setting
from commerce.platform.deadline import Deadline
from commerce.platform.idempotency import KeyedRequest
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed
from commerce.platform.secrets import SecretsManagerSecrets, secret_field

PROVIDER = "stripe"
SCOPES = ("buyer", "store")

app = create_api()
dynamodb = aws.client("dynamodb")
secrets = SecretsManagerSecrets()
secret_name = setting("STRIPE_SECRET_NAME")
customers = StripeCustomers.from_settings(CustomerTable(dynamodb, setting("COMMERCE_TABLE"), PROVIDER), secrets)


def publishable_key() -> str:
    key = secret_field(secrets.get(secret_name), secret_name, "publishable_key")
    return require_key("publishable_key", key, live_mode=live_mode())


checkout = build_checkout(
    dynamodb,
    aws.client("sqs"),
    gateway=StripeGateway.from_settings(secrets),
    method=CardMethod(publishable_key=publishable_key, customer_of=customers.reference),
    clock=SystemClock(),
)


@app.post(
    "/checkout/card",
    **operation(
        "Pay an order by card, Apple Pay or Google Pay",
        scopes=SCOPES,
        answers={
            201: "The payment is open: go on in the browser with `client_secret`.",
            200: "The attempt that was open already, as the provider shows it now.",
            202: "Nobody knows yet whether the provider took it; repeat later, or read the payment.",
        },
        errors=[402, 404, 409],
        keyed=True,
        tag="checkout",
    ),
)
def pay_by_card(body: CardCheckoutModel) -> Response[CheckoutAnswer]:
    buyer = caller(app)
    keyed = KeyedRequest.of(
        route="checkout/card", caller=buyer.sub, key=require_idempotency_key(app), body=body.model_dump()
    )
    choices = CheckoutChoices(
        capture_method=CaptureMethod(body.capture_method),
        payment_method_ref=body.payment_method_id,
        # Only the store's own backend may charge without the buyer; a buyer confirms in the browser, where the bank
        # can ask (3-D Secure), and a stranger's card is not charged by naming it.
        off_session=body.payment_method_id is not None and Role.STORE in buyer.roles,
        save_payment_method=body.save_payment_method,
    )
    request = CheckoutRequest(body.order_id, choices, keyed, app.request_id())
    answer = checkout.pay(request, authorize=buyer.ensure_may_touch, deadline=_deadline())
    return Response(status_code=answer.status, content_type=JSON, body=CheckoutAnswer.model_validate(answer.body))


@app.post(
    "/customers",
    **operation(
        "Register a buyer as customer",
        scopes=SCOPES,
        answers={201: "The customer; the same one for the same user."},
        errors=[402, 409],
        keyed=True,
        tag="customers",
    ),
)
def post_customer(body: CustomerModel) -> Response[CustomerEnvelope]:
    caller(app).ensure_may_touch(body.user_id)
    require_idempotency_key(app)
    customer = customers.register(body.user_id, Profile(body.email, body.name), deadline=_deadline())
    return Response(status_code=201, content_type=JSON, body=_customer(customer))


@app.get(
    "/customers/<user_id>",
    **operation("Read a customer", scopes=SCOPES, answers={200: "The customer."}, errors=[404], tag="customers"),
)
def get_customer(user_id: Annotated[UserId, Path()]) -> Response[CustomerEnvelope]:
    caller(app).ensure_may_touch(user_id)
    customer = customers.get(user_id, deadline=_deadline())
    return Response(status_code=200, content_type=JSON, body=_customer(customer))


@app.get(
    "/customers/<user_id>/payment-methods",
    **operation(
        "List a customer's saved payment methods",
        scopes=SCOPES,
        answers={200: "The saved methods, newest first."},
        errors=[404],
        tag="customers",
    ),
)
def list_methods(user_id: Annotated[UserId, Path()]) -> Response[SavedMethodsEnvelope]:
    caller(app).ensure_may_touch(user_id)
    saved = customers.methods(user_id, deadline=_deadline())
    body = SavedMethodsEnvelope.model_validate({"payment_methods": [_method(method) for method in saved]})
    return Response(status_code=200, content_type=JSON, body=body)


@app.post(
    "/customers/<user_id>/payment-methods",
    **operation(
        "Save a payment method",
        scopes=SCOPES,
        answers={201: "The saved method, or the `client_secret` with which the browser saves one."},
        errors=[402, 404, 409],
        keyed=True,
        tag="customers",
    ),
)
def save_method(user_id: Annotated[UserId, Path()], body: SaveMethodModel) -> Response[MethodSetupAnswer]:
    caller(app).ensure_may_touch(user_id)
    key = require_idempotency_key(app)
    answer: dict[str, Any] = {"payment_method": None, "client_secret": None, "publishable_key": publishable_key()}
    if body.payment_method_id is None:
        answer["client_secret"] = customers.start_saving(user_id, key=key, deadline=_deadline()).client_secret
    else:
        answer["payment_method"] = _method(customers.attach(user_id, body.payment_method_id, deadline=_deadline()))
    return Response(status_code=201, content_type=JSON, body=MethodSetupAnswer.model_validate(answer))


@app.put(
    "/customers/<user_id>/payment-methods/<payment_method_id>/default",
    **operation(
        "Make a saved payment method the default",
        scopes=SCOPES,
        answers={200: "The method, now the default."},
        errors=[402, 404, 409],
        tag="customers",
    ),
)
def make_default(
    user_id: Annotated[UserId, Path()], payment_method_id: Annotated[MethodId, Path()]
) -> Response[SavedMethodEnvelope]:
    caller(app).ensure_may_touch(user_id)
    method = customers.make_default(user_id, payment_method_id, deadline=_deadline())
    body = SavedMethodEnvelope.model_validate({"payment_method": _method(method)})
    return Response(status_code=200, content_type=JSON, body=body)


@app.delete(
    "/customers/<user_id>/payment-methods/<payment_method_id>",
    **operation(
        "Forget a saved payment method",
        scopes=SCOPES,
        answers={204: "It is gone, and cannot be charged again."},
        errors=[402, 404, 409],
        tag="customers",
    ),
)
def forget_method(user_id: Annotated[UserId, Path()], payment_method_id: Annotated[MethodId, Path()]) -> Response[None]:
    caller(app).ensure_may_touch(user_id)
    customers.detach(user_id, payment_method_id, deadline=_deadline())
    return Response(status_code=204, body=None)


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _deadline() -> Deadline:
    return Deadline.of(app.lambda_context)


def _customer(customer: Customer) -> CustomerEnvelope:
    view = {"user_id": customer.user_id, "default_payment_method_id": customer.default_method_ref}
    return CustomerEnvelope.model_validate({"customer": view})


def _method(method: SavedMethod) -> dict[str, Any]:
    view = asdict(method)
    view["payment_method_id"] = view.pop("method_ref")
    return view
