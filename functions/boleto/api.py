"""Boleto checkout, through whichever gateway the deployment chose."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from boleto_gateways import chosen_boleto_gateway

from commerce.payments.assembly import build_checkout
from commerce.payments.checkout import CheckoutRequest
from commerce.payments.checkout_schemas import BoletoCheckoutModel, BoletoEnvelope
from commerce.payments.methods.boleto import BoletoMethod
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
    gateway=chosen_boleto_gateway(SecretsManagerSecrets()),
    method=BoletoMethod(due_days=int(setting("BOLETO_DUE_DAYS"))),
    clock=SystemClock(),
)


@app.post(
    "/checkout/boleto",
    **operation(
        "Pay an order by boleto",
        scopes=("buyer", "store"),
        answers={
            201: "The boleto: its bars, its digits, and where to print it.",
            200: "The attempt that was open already, as the provider shows it now.",
            202: "Nobody knows yet whether the provider issued it; repeat later, or read the payment.",
        },
        errors=[402, 404, 409],
        keyed=True,
        tag="checkout",
    ),
)
def pay_by_boleto(body: BoletoCheckoutModel) -> Response[BoletoEnvelope]:
    buyer = caller(app)
    keyed = KeyedRequest.of(
        route="checkout/boleto", caller=buyer.sub, key=require_idempotency_key(app), body=body.model_dump(mode="json")
    )
    choices = CheckoutChoices(
        payer=None if body.payer is None else body.payer.whole_payer(),
        due_date=body.due_date,
    )
    request = CheckoutRequest(body.order_id, choices, keyed, app.request_id())
    answer = checkout.pay(request, authorize=buyer.ensure_may_touch, deadline=Deadline.of(app.lambda_context))
    return Response(status_code=answer.status, content_type=JSON, body=BoletoEnvelope.model_validate(answer.body))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)
