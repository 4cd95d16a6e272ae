"""A shop on the running local stack: its backend, its buyer's browser and its operator, all through the front doors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from local.stack.stack import Stack

BUYER = "buyer-1"
PATIENCE = 30.0


@dataclass
class Shop:
    """The store's backend, its browser and its operator in one."""

    stack: Stack
    http: requests.Session

    def ask(self, scope: str, method: str, path: str, body: object = None, *, expect: int, key: str = "") -> Any:
        sub = BUYER if scope == "buyer" else f"{scope}-1"
        answer = self.request(scope, sub, method, path, body, key=key)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def request(
        self, scope: str, sub: str, method: str, path: str, body: object = None, *, key: str = ""
    ) -> requests.Response:
        """A request of anybody; a POST without a key gets a fresh one."""
        headers = {"Authorization": f"Bearer {self.stack.token(sub=sub, scopes=[scope])}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"key-{time.monotonic_ns()}"
        return self.http.request(method, f"{self.stack.api_url}{path}", json=body, headers=headers, timeout=PATIENCE)

    def order(self, order_id: str) -> str:
        body = {
            "amount": 5000,
            "currency": "BRL",
            "items": [{"sku": "mug", "name": "Mug", "unit_price": 5000, "quantity": 1}],
            "buyer": {
                "id": BUYER,
                "name": "Ana Souza",
                "email": "ana@example.com",
                "tax_id": "390.533.447-05",
                "locale": "pt-BR",
            },
            "shipping_address": {
                "line1": "Rua das Flores",
                "number": "10",
                "district": "Centro",
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


def wait_for(condition: Callable[[], bool]) -> None:
    """Look until it is so; a condition, not a pause, decides."""
    end = time.monotonic() + PATIENCE
    pause = 0.05
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
