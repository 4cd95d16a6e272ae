"""The store's backend registers orders here; they are the only source of amounts."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from commerce.orders.schemas import OrderAnswer, OrderModel, order_view
from commerce.orders.store import OrderStore, Outcome
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import Role, caller
from commerce.platform.api.models import Id
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.errors import NotFound
from commerce.platform.ids import RandomIds
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import observed

app = create_api()
store = OrderStore(aws.client("dynamodb"), setting("COMMERCE_TABLE"), clock=SystemClock(), ids=RandomIds())


@app.put(
    "/orders/<order_id>",
    **operation(
        "Register an order, or change one that no payment has touched",
        scopes=["store"],
        answers={200: "The order, changed or as it was.", 201: "The order is registered."},
        errors=[409],
        tag="orders",
    ),
)
def put_order(order_id: Annotated[Id, Path()], order: OrderModel) -> Response[OrderAnswer]:
    caller(app).ensure_any(Role.STORE)
    registration = store.register(order.terms(order_id), correlation_id=app.request_id())
    status = 201 if registration.outcome is Outcome.CREATED else 200
    return _answer(status, order_view(registration.order))


@app.get(
    "/orders/<order_id>",
    **operation("Read an order", scopes=["store"], answers={200: "The order."}, errors=[404], tag="orders"),
)
def get_order(order_id: Annotated[Id, Path()]) -> Response[OrderAnswer]:
    caller(app).ensure_any(Role.STORE)
    order = store.get(order_id)
    if order is None:
        raise NotFound(f"Order {order_id} is not registered.", code="order_not_found")
    return _answer(200, order_view(order))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _answer(status: int, body: dict[str, Any]) -> Response[OrderAnswer]:
    return Response(status_code=status, content_type=JSON, body=OrderAnswer(**body))
