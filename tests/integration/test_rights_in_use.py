"""The whole application runs once through everything it does, and every right of every function is used (PLT-05).

A call without a right would be refused on AWS; a right without a call is one too many. The local stack cannot refuse,
so it records.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from local.stack.interceptors import Interception, Strike
from local.stack.options import StackOptions
from local.stack.providers import all_sandboxes
from local.stack.stack import Stack
from tests.infrastructure.policies import Comparison, compare, physical_names
from tests.infrastructure.stackview import StackView

BUYER = "buyer-1"
PARAMETERS = {"CardPollSeconds": "1,60"}
PATIENCE = 30.0


@dataclass
class Shop:
    """The store's backend, its browser and its operator in one."""

    stack: Stack
    http: requests.Session

    def ask(self, scope: str, method: str, path: str, body: object = None, *, expect: int, key: str = "") -> Any:
        sub = BUYER if scope == "buyer" else f"{scope}-1"
        headers = {"Authorization": f"Bearer {self.stack.token(sub=sub, scopes=[scope])}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"key-{time.monotonic_ns()}"
        answer = self.http.request(method, f"{self.stack.api_url}{path}", json=body, headers=headers, timeout=PATIENCE)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def order(self, order_id: str) -> str:
        body = {
            "amount": 5000,
            "currency": "BRL",
            "items": [{"sku": "mug", "name": "Mug", "unit_price": 5000, "quantity": 1}],
            "buyer": {"id": BUYER, "name": "Ana Souza", "email": "ana@example.com", "locale": "pt-BR"},
            "shipping_address": {
                "line1": "Rua das Flores",
                "number": "10",
                "city": "São Paulo",
                "state": "SP",
                "postal_code": "01001-000",
                "country": "BR",
            },
        }
        self.ask("store", "PUT", f"/orders/{order_id}", body, expect=201)
        return order_id

    def checkout(self, order_id: str, **choices: object) -> tuple[str, str]:
        """The payment's id, and the client secret for the browser."""
        body = {"order_id": order_id, **choices}
        answer = self.ask("buyer", "POST", "/checkout/card", body, expect=201, key=order_id)
        return answer["payment"]["payment_id"], answer["client_secret"]

    def confirm(self, client_secret: str) -> None:
        """What Stripe.js does in the browser, with a test card."""
        intent = client_secret.partition("_secret_")[0]
        url = f"{self.stack.sandbox('stripe').url}/v1/payment_intents/{intent}/confirm"
        form = {
            "client_secret": client_secret,
            "payment_method": "pm_card_visa",
            "return_url": "https://store.example/thanks",
        }
        answer = self.http.post(url, data=form, auth=("pk_test_sandbox", ""), timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        self.stack.drain()

    def send(self, queue: str, message: object) -> None:
        sqs = self.stack.aws("sqs")
        sqs.send_message(QueueUrl=self.stack.resource(queue), MessageBody=json.dumps(message))

    def has_called(self, function: str, action: str) -> bool:
        return any(call.function == function and action in call.actions for call in self.stack.calls)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    options = StackOptions(sandboxes=all_sandboxes(), parameters=PARAMETERS, redelivery=0)
    with Stack(options) as stack, requests.Session() as http:
        http.trust_env = False
        yield Shop(stack, http)


@pytest.fixture(scope="module")
def comparison(shop: Shop) -> Comparison:
    shop.ask("store", "GET", "/health", expect=200)
    sell(shop)
    keep_customers(shop)
    look_at_what_is_due(shop)
    sweep(shop)
    recover_from_an_outage(shop)
    meet_poison(shop)
    view = StackView.of(**PARAMETERS)
    return compare(view, shop.stack.calls, physical_names(view, shop.stack.resource))


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_call_has_its_right(comparison: Comparison) -> None:
    assert comparison.missing == []


@pytest.mark.invariant("PLT-05")
@pytest.mark.timeout(240)
def test_every_right_is_used(comparison: Comparison) -> None:
    assert comparison.unused == []


def sell(shop: Shop) -> None:
    """From the order to the receipt, and everything an operator may do."""
    shop.order("order-paid")
    shop.ask("store", "GET", "/orders/order-paid", expect=200)
    payment, secret = shop.checkout("order-paid")
    assert shop.checkout("order-paid") == (payment, secret), "a client's retry is the same payment"
    # The mailer dies after its first write, and reads it when the message comes back.
    shop.stack.intercept(Interception("SendgridWorkerFunction", Strike.KILL_AFTER, operation="PutItem"))
    shop.confirm(secret)
    shop.ask("buyer", "GET", f"/payments/{payment}", expect=200)
    shop.ask("buyer", "GET", "/payments?order_id=order-paid", expect=200)
    shop.ask("operator", "POST", f"/payments/{payment}/refunds", {"refund_id": "refund-1", "amount": 1000}, expect=202)
    authorized, secret = shop.checkout(shop.order("order-captured"), capture_method="manual")
    shop.confirm(secret)
    shop.ask("operator", "POST", f"/payments/{authorized}/captures", {"capture_id": "capture-1"}, expect=202)
    canceled, _ = shop.checkout(shop.order("order-canceled"))
    shop.ask("operator", "POST", f"/payments/{canceled}/cancel", {}, expect=202)
    shop.ask("operator", "POST", f"/payments/{canceled}/refresh", {}, expect=202)
    shop.stack.drain()


def keep_customers(shop: Shop) -> None:
    shop.ask("buyer", "POST", "/customers", {"user_id": BUYER, "email": "ana@example.com"}, expect=201)
    shop.ask("buyer", "GET", f"/customers/{BUYER}", expect=200)
    shop.ask("buyer", "GET", f"/customers/{BUYER}/payment-methods", expect=200)


def look_at_what_is_due(shop: Shop) -> None:
    """An unpaid checkout is due after the second that PARAMETERS say."""
    shop.checkout(shop.order("order-due"))
    wait_for(lambda: not shop.stack.run_schedule("PaymentsPollerFunction").failed and shop.has_called(*_CLAIM))
    shop.stack.drain()


def sweep(shop: Shop) -> None:
    """A row that the relay never saw: not marked for it, and due since long ago."""
    row = {
        "pk": "OUTBOX#evt_left",
        "sk": "OUTBOX",
        "event_id": "evt_left",
        "type": "order.registered",
        "source": "commerce.orders",
        "payload": json.dumps({"id": "evt_left"}),
        "due_shard": "outbox#0",
        "due_at": "2026-01-01T00:00:00.000Z",
    }
    item = {name: {"S": value} for name, value in row.items()}
    shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("CommerceTable"), Item=item)
    assert not shop.stack.run_schedule("OutboxSweeperFunction").failed


def recover_from_an_outage(shop: Shop) -> None:
    """A circuit that was opened long ago: the next call is the probe that closes it."""
    circuit = {"name": {"S": "stripe"}, "state": {"S": "OPEN"}, "opened_at": {"N": "1700000000"}}
    shop.stack.aws("dynamodb").put_item(TableName=shop.stack.resource("BreakersTable"), Item=circuit)
    shop.stack.kill("StripeWorkerFunction")
    payment, _ = shop.checkout(shop.order("order-outage"))
    shop.ask("operator", "POST", f"/payments/{payment}/cancel", {}, expect=202)
    shop.stack.drain()


def meet_poison(shop: Shop) -> None:
    """Messages that nobody can work are put off, and come back later."""
    shop.send("StripeQueue", {"kind": "nonsense", "correlation_id": "c"})
    shop.send("EmailQueue", {"detail-type": "order.paid", "detail": {}})
    workers = ("StripeWorkerFunction", "SendgridWorkerFunction")
    wait_for(lambda: all(shop.has_called(worker, "sqs:ChangeMessageVisibility") for worker in workers))


_CLAIM = ("PaymentsPollerFunction", "dynamodb:UpdateItem")


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    pause = 0.05
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
