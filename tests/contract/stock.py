"""Something for schemathesis to hit: orders, payments in every state that matters, a customer with saved cards.

What it makes up exists nowhere, so all it would ever see of the happy paths is 404.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

from tests.application import Application
from tests.builders import PRICE

USER = "buyer-1"
FRESH_ORDERS = 24
CARDS = 6
HOME = {"country": "BR", "postal_code": "05010-000", "state": "SP"}
STREET = {"state": "SP", "city": "São Paulo", "street": "Rua Augusta"}


@dataclass
class Stock:
    """Ids that exist; `aim` writes them over those that schemathesis made up."""

    running: Application
    http: requests.Session
    orders: list[str] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    authorized: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    _turn: Any = field(default_factory=itertools.count)

    def fill(self) -> Stock:
        self._ask("POST", "/customers", {"user_id": USER, "email": "ana@example.com"})
        for _ in range(CARDS):
            path = f"/customers/{USER}/payment-methods"
            saved = self._ask("POST", path, {"payment_method_id": "pm_card_visa"})
            self.methods.append(saved["payment_method"]["payment_method_id"])
        for _ in range(CARDS):
            self.addresses.append(self._ask("POST", f"/users/{USER}/addresses", HOME)["address"]["address_id"])
        for _ in range(4):
            self.payments += [self._pay(confirmed=True), self._pay(confirmed=False)]
            self.authorized.append(self._pay(confirmed=True, capture_method="manual"))
        self.orders += [self._order(f"fresh-{number}") for number in range(FRESH_ORDERS)]
        return self

    def aim(self, case: schemathesis.Case[Any]) -> None:
        """Let half of the requests name what exists; one that is meant to be wrong there stays as it is."""
        turn = next(self._turn)
        if turn % 2:
            return
        meta, turn = case.meta, turn // 2
        payments = self.authorized if case.path.endswith("/captures") else self.payments
        known = {
            "order_id": self.orders[turn % len(self.orders)],
            "payment_id": payments[turn % len(payments)],
            # The last one is not forgotten, so that there is one to be made the default.
            "payment_method_id": self.methods[turn % (CARDS - 1) if case.method == "DELETE" else -1],
            "address_id": self.addresses[turn % (CARDS - 1) if case.method == "DELETE" else -1],
            "user_id": USER,
            "cep": "05010-000",
        }
        if case.path.startswith("/addresses/search"):
            known |= STREET
        for location, container in (
            (ParameterLocation.PATH, case.path_parameters),
            (ParameterLocation.QUERY, case.query),
            (ParameterLocation.BODY, case.body),
        ):
            if isinstance(container, dict) and not (meta and meta.is_negative_at(location)):
                container.update({name: value for name, value in known.items() if name in container})
                if location is ParameterLocation.BODY and "/addresses" in case.path:
                    container.update(HOME)

    def _pay(self, *, confirmed: bool, **choices: str) -> str:
        order_id = self._order(f"stock-{len(self.orders)}")
        answer = self._ask("POST", "/checkout/card", {"order_id": order_id, **choices})
        payment_id: str = answer["payment"]["payment_id"]
        if confirmed:
            self.running.confirm(answer["client_secret"])
            self.running.queue({"kind": "poll", "payment_id": payment_id, "correlation_id": "stock"})
            self.running.work()
        self.orders.append(order_id)
        return payment_id

    def _order(self, order_id: str) -> str:
        body = {
            "amount": PRICE.amount,
            "currency": PRICE.currency,
            "items": [{"sku": "SKU-1", "name": "Cafeteira", "unit_price": PRICE.amount, "quantity": 1}],
            "buyer": {"id": USER, "name": "Ana Souza", "email": "ana@example.com"},
            "shipping_address": {
                "line1": "Rua das Flores",
                "city": "São Paulo",
                "postal_code": "01310100",
                "country": "BR",
            },
        }
        self._ask("PUT", f"/orders/{order_id}", body)
        return order_id

    def _ask(self, method: str, path: str, body: object) -> Any:
        token, key = self.running.token("store"), f"stock-{next(self._turn)}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        answer = self.http.request(method, self.running.url + path, json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()
