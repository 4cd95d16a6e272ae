"""Pix checkout, through whichever gateway the deployment chose."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from pix_gateways import chosen_pix_gateway

from commerce.payments.assembly import build_checkout
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.checkout_schemas import PixCheckoutModel, PixEnvelope
from commerce.payments.methods.pix import PixMethod
from commerce.payments.model import CheckoutChoices
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import caller, require_idempotency_key
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.idempotency import KeyedRequest
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed
from commerce.platform.secrets import SecretsManagerSecrets

app = create_api()
dynamodb = aws.client("dynamodb")
checkout = build_checkout(
    dynamodb,
    aws.client("sqs"),
    gateway=chosen_pix_gateway(dynamodb, SecretsManagerSecrets()),
    method=PixMethod(expires_seconds=int(setting("PIX_EXPIRES_SECONDS"))),
    clock=SystemClock(),
)


@app.post(
    "/checkout/pix",
    **operation(
        "Pay an order by Pix",
        scopes=("buyer", "store"),
        answers={
            201: "The code to pay, as text and as a picture.",
            200: "The attempt that was open already, as the provider shows it now.",
            202: "Nobody knows yet whether the provider made the code; repeat later, or read the payment.",
        },
        errors=[402, 404, 409],
        keyed=True,
        tag="checkout",
    ),
)
def pay_by_pix(body: PixCheckoutModel) -> Response[PixEnvelope]:
    buyer = caller(app)
    keyed = KeyedRequest.of(
        route="checkout/pix", caller=buyer.sub, key=require_idempotency_key(app), body=body.model_dump(mode="json")
    )
    choices = CheckoutChoices(
        payer=None if body.payer is None else body.payer.payer(),
        expires_in=body.expires_in_seconds,
        due_date=body.due_date,
    )
    request = CheckoutRequest(body.order_id, choices, keyed, app.request_id())
    answer = checkout.pay(request, authorize=buyer.ensure_may_touch, deadline=Deadline.of(app.lambda_context))
    return Response(status_code=answer.status, content_type=JSON, body=PixEnvelope.model_validate(answer.body))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)
