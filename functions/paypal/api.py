"""PayPal checkout: open an order for the buyer to approve, and take the money when they come back."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from commerce.payments.assembly import build_buyer_return, build_checkout
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.gateways.paypal.client import PaypalClient
from commerce.payments.gateways.paypal.gateway import PaypalGateway
from commerce.payments.methods.paypal import PaypalMethod
from commerce.payments.model import CaptureMethod, CheckoutChoices
from commerce.payments.paypal_schemas import PaypalCheckoutAnswer, PaypalCheckoutModel
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import caller, require_idempotency_key
from commerce.platform.api.models import Id
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.deadline import Deadline
from commerce.platform.idempotency import Answer, KeyedRequest
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

SCOPES = ("buyer", "store")

app = create_api()
dynamodb = aws.client("dynamodb")
clock = SystemClock()
gateway = PaypalGateway.from_settings(PaypalClient.from_settings(dynamodb, clock=clock), clock)
method = PaypalMethod()
checkout = build_checkout(dynamodb, aws.client("sqs"), gateway=gateway, method=method, clock=clock)
buyer_return = build_buyer_return(dynamodb, gateway=gateway, method=method, clock=clock)


@app.post(
    "/checkout/paypal",
    **operation(
        "Pay an order with PayPal",
        scopes=SCOPES,
        answers={
            201: "The order is open at PayPal: send the buyer to `approve_url`.",
            200: "The attempt that was open already, as PayPal shows it now.",
            202: "Nobody knows yet whether PayPal took it; repeat later, or read the payment.",
        },
        errors=[402, 404, 409],
        keyed=True,
        tag="checkout",
    ),
)
def pay_with_paypal(body: PaypalCheckoutModel) -> Response[PaypalCheckoutAnswer]:
    buyer = caller(app)
    keyed = KeyedRequest.of(
        route="checkout/paypal", caller=buyer.sub, key=require_idempotency_key(app), body=body.model_dump()
    )
    choices = CheckoutChoices(
        capture_method=CaptureMethod(body.capture_method),
        funding_source=body.funding_source,
    )
    request = CheckoutRequest(body.order_id, choices, keyed, app.request_id())
    return _answer(checkout.pay(request, authorize=buyer.ensure_may_touch, deadline=_deadline()))


@app.post(
    "/checkout/paypal/<payment_id>/capture",
    **operation(
        "Take the money that the buyer approved at PayPal",
        scopes=SCOPES,
        answers={
            200: "Paid, or authorised with manual capture; by this call, an earlier one or the webhook.",
            202: "PayPal is still at it, or its answer is not known yet; read the payment.",
        },
        errors=[402, 404, 409],
        keyed=True,
        tag="checkout",
    ),
)
def capture(payment_id: Annotated[Id, Path()]) -> Response[PaypalCheckoutAnswer]:
    buyer = caller(app)
    # Whatever the key, the payment is taken once: the ledger sees to that.
    require_idempotency_key(app)
    return _answer(
        buyer_return.complete(payment_id, app.request_id(), authorize=buyer.ensure_may_touch, deadline=_deadline())
    )


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _deadline() -> Deadline:
    return Deadline.of(app.lambda_context)


def _answer(answer: Answer) -> Response[PaypalCheckoutAnswer]:
    body = PaypalCheckoutAnswer.model_validate(answer.body)
    return Response(status_code=answer.status, content_type=JSON, body=body)
