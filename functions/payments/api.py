"""What became of a payment, and what an operator may do with it. Commands are reserved here and sent by the worker."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from commerce.orders.store import OrderReader
from commerce.payments.assembly import provider_queues
from commerce.payments.desk import PaymentDesk
from commerce.payments.ledger import Ledger
from commerce.payments.observe import Observer
from commerce.payments.schemas import (
    CancelModel,
    CaptureModel,
    ConfirmationModel,
    PaymentEnvelope,
    PaymentsEnvelope,
    PaymentTimelineEnvelope,
    RefundModel,
)
from commerce.payments.settings import payment_rules
from commerce.payments.views import payment_view
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import Role, caller, require_idempotency_key
from commerce.platform.api.models import Id, RequestModel
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.errors import NotFound
from commerce.platform.idempotency import Answer, IdempotencyRecords, KeyedRequest
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import count, observed

app = create_api()
dynamodb = aws.client("dynamodb")
clock = SystemClock()
table = setting("COMMERCE_TABLE")
orders = OrderReader(dynamodb, table)
ledger = Ledger(dynamodb, table, clock=clock, ids=RandomIds())
rules = payment_rules()


desk = PaymentDesk(
    ledger=ledger,
    observer=Observer(ledger, rules, clock, count),
    records=IdempotencyRecords(dynamodb, setting("IDEMPOTENCY_TABLE"), clock),
    clock=clock,
    enqueue=provider_queues(aws.client("sqs")),
    count=count,
)

READERS = ("buyer", "store", "operator")


def command(summary: str) -> dict[str, Any]:
    return operation(
        summary,
        scopes=["operator"],
        answers={
            202: "Reserved; the payment's timeline tells when it is done.",
            200: "Nothing to do: it was asked for before, or is done.",
        },
        errors=[404, 409],
        keyed=True,
        tag="payments",
    )


@app.get(
    "/payments/<payment_id>",
    **operation(
        "Read a payment with its timeline",
        scopes=READERS,
        answers={200: "The payment and everything that happened to it, oldest first."},
        errors=[404],
        tag="payments",
    ),
)
def get_payment(payment_id: Annotated[Id, Path()]) -> Response[PaymentTimelineEnvelope]:
    found = ledger.history(payment_id)
    if found is None:
        raise NotFound(f"There is no payment {payment_id}.", code="payment_not_found")
    payment, timeline = found
    caller(app).ensure_may_touch(payment.user_id)
    body = PaymentTimelineEnvelope.model_validate({"payment": payment_view(payment, timeline)})
    return Response(status_code=200, content_type=JSON, body=body)


@app.get(
    "/payments",
    **operation(
        "List the payments of an order",
        scopes=READERS,
        answers={200: "Every attempt to pay the order, oldest first."},
        errors=[404],
        tag="payments",
    ),
)
def list_payments(order_id: Annotated[Id, Query()]) -> Response[PaymentsEnvelope]:
    order = orders.get(order_id)
    if order is None:
        raise NotFound(f"Order {order_id} is not registered.", code="order_not_found")
    caller(app).ensure_may_touch(order.buyer.id)
    payments = ledger.load_many(order.payment_ids)
    body = PaymentsEnvelope.model_validate({"payments": [payment_view(payment) for payment in payments]})
    return Response(status_code=200, content_type=JSON, body=body)


@app.post("/payments/<payment_id>/refunds", **command("Refund a payment"))
def refund(payment_id: Annotated[Id, Path()], body: RefundModel) -> Response[PaymentEnvelope]:
    keyed = _keyed(f"refund:{payment_id}", body)
    return _answer(
        desk.refund(
            payment_id,
            keyed,
            app.request_id(),
            refund_id=body.refund_id,
            amount=body.amount,
            reason=body.reason,
            receipt_ref=body.receipt_ref,
            by_hand=body.by_hand,
        )
    )


@app.post("/payments/<payment_id>/captures", **command("Capture an authorised payment"))
def capture(payment_id: Annotated[Id, Path()], body: CaptureModel) -> Response[PaymentEnvelope]:
    keyed = _keyed(f"capture:{payment_id}", body)
    return _answer(desk.capture(payment_id, keyed, app.request_id(), capture_id=body.capture_id, amount=body.amount))


@app.post("/payments/<payment_id>/cancel", **command("Cancel an attempt that is not paid"))
def cancel(payment_id: Annotated[Id, Path()], body: CancelModel) -> Response[PaymentEnvelope]:
    keyed = _keyed(f"cancel:{payment_id}", body)
    return _answer(desk.cancel(payment_id, keyed, app.request_id(), reason=body.reason))


@app.post("/payments/<payment_id>/confirmations", **command("Confirm money that no provider vouches for"))
def confirm(payment_id: Annotated[Id, Path()], body: ConfirmationModel) -> Response[PaymentEnvelope]:
    keyed = _keyed(f"confirm:{payment_id}", body)
    return _answer(
        desk.confirm(
            payment_id,
            keyed,
            app.request_id(),
            receipt_ref=body.receipt_ref,
            amount=body.amount,
            received_at=body.received_at,
        )
    )


@app.post(
    "/payments/<payment_id>/refresh",
    **operation(
        "Have the provider asked now",
        scopes=["operator"],
        answers={202: "The provider is asked; the timeline tells what it says."},
        errors=[404],
        keyed=True,
        tag="payments",
    ),
)
def refresh(payment_id: Annotated[Id, Path()]) -> Response[PaymentEnvelope]:
    caller(app).ensure_any(Role.OPERATOR)
    require_idempotency_key(app)
    return _answer(desk.refresh(payment_id, app.request_id()))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _keyed(route: str, body: RequestModel) -> KeyedRequest:
    operator = caller(app)
    operator.ensure_any(Role.OPERATOR)
    key = require_idempotency_key(app)
    return KeyedRequest.of(route=route, caller=operator.sub, key=key, body=body.model_dump(mode="json"))


def _answer(answer: Answer) -> Response[PaymentEnvelope]:
    body = PaymentEnvelope.model_validate(answer.body)
    return Response(status_code=answer.status, content_type=JSON, body=body)
