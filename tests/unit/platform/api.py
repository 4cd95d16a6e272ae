"""An API with every kind of route, and HTTP API events to ask it with."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from commerce.platform.answers import JSON
from commerce.platform.api.caller import Role, caller, require_idempotency_key
from commerce.platform.api.models import AnswerModel, Currency, Id, MinorUnits, RequestModel, Text
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.errors import Conflict, IntegrationError, NotFound, StoreUnavailable
from commerce.platform.money import Money
from tests.conftest import FakeContext
from tests.unit.platform.lines import Lines, recorded

app = create_api()


class Item(RequestModel):
    sku: Id
    name: Text
    quantity: Annotated[int, Field(ge=1, le=999)]
    gift: bool = False


class Order(RequestModel):
    amount: MinorUnits
    currency: Currency
    locale: Literal["pt-BR", "en"] = "en"
    items: Annotated[list[Item], Field(min_length=1, max_length=3)]


class OrderAnswer(AnswerModel):
    order_id: str
    amount: int


ERRORS: dict[str, Exception] = {
    "missing": NotFound("Order missing is not registered.", code="order_not_found", details={"order_id": "missing"}),
    "locked": Conflict("Order locked has an open attempt.", code="order_locked"),
    "throttled": StoreUnavailable("Try again shortly.", retry_after=2),
    "broken": RuntimeError("postgres://user:hunter2@host for maria@example.com"),
    "bare": IntegrationError("Something of ours."),
}

ORDER_ID = Annotated[Id, Path()]


@app.put(
    "/orders/<order_id>",
    **operation(
        "Register an order",
        scopes=["store"],
        answers={201: "Created.", 200: "Unchanged."},
        errors=[409],
        tag="orders",
    ),
)
def put_order(order_id: ORDER_ID, order: Order) -> Response[OrderAnswer]:
    body = OrderAnswer(order_id=order_id, amount=Money(order.amount, order.currency).amount)
    return Response(status_code=200 if order_id == "same" else 201, content_type=JSON, body=body)


@app.get(
    "/orders/<order_id>",
    **operation("Read an order", scopes=["store", "buyer"], answers={200: "It."}, errors=[404, 409], tag="orders"),
)
def get_order(order_id: ORDER_ID, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> OrderAnswer:
    caller(app).ensure_may_touch("user-1")
    if order_id in ERRORS:
        raise ERRORS[order_id]
    if order_id == "wrong":
        return {"order_id": 5}  # type: ignore[return-value]
    return OrderAnswer(order_id=order_id, amount=limit)


@app.delete(
    "/orders/<order_id>", **operation("Forget an order", scopes=["operator"], answers={204: "Gone."}, tag="orders")
)
def delete_order(order_id: ORDER_ID) -> None:
    caller(app).ensure_any(Role.OPERATOR)


@app.post("/refunds", **operation("Refund", scopes=["operator"], answers={202: "Queued."}, keyed=True, tag="payments"))
def refund() -> dict[str, str]:
    return {"key": require_idempotency_key(app), "request_id": app.request_id()}


@app.get("/health", **operation("Whether it answers", answers={200: "It does."}, tag="health"))
def health() -> dict[str, str]:
    return {"status": "ok"}


GOOD: dict[str, Any] = {
    "amount": 1999,
    "currency": "BRL",
    "items": [{"sku": "mug", "name": "Caneca ☕", "quantity": 2}],
}
JSON_HEADERS = {"content-type": "application/json"}


def http_event(
    method: str,
    path: str,
    body: object = None,
    *,
    headers: dict[str, str] | None = None,
    query: str = "",
    scope: str | None = "store",
    sub: str = "store-backend",
    encoded: bool = False,
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0."""
    claims = {"sub": sub, "iss": "https://issuer.example"} | ({} if scope is None else {"scope": scope})
    return {
        "version": "2.0",
        "routeKey": f"{method} {_template(path)}",
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": dict(parse_qsl(query)) if query else None,
        "headers": JSON_HEADERS if headers is None else headers,
        "requestContext": {
            "requestId": "req-1",
            "stage": "$default",
            "http": {"method": method, "path": path},
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": encoded,
    }


def _template(path: str) -> str:
    return "/orders/{order_id}" if path.startswith("/orders/") else path


class Answered:
    """An answer, and what was logged on the way."""

    def __init__(self, event: dict[str, Any]) -> None:
        self.lines: Lines
        with recorded() as self.lines:
            raw = handle(app, event, FakeContext())
        self.status: int = raw["statusCode"]
        self.headers: dict[str, str] = raw["headers"]
        self.text: str = raw["body"]

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.body["error"]
        assert set(self.body) == {"error"}
        assert set(error) == {"code", "message", "details", "retryable", "request_id"}
        return error

    @property
    def problems(self) -> dict[str, str]:
        return {field["field"]: field["problem"] for field in self.error["details"]["fields"]}


def ask(method: str, path: str, body: object = None, **options: Any) -> Answered:
    return Answered(http_event(method, path, body, **options))
