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
FRESH_ORDERS = 60
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
    approved: list[str] = field(default_factory=list)
    underpaid: list[str] = field(default_factory=list)
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
            self.approved.append(self._approved())
            self.underpaid.append(self._underpaid())
        self.orders += [self._order(f"fresh-{number}") for number in range(FRESH_ORDERS)]
        return self

    def aim(self, case: schemathesis.Case[Any]) -> None:
        """Let half of the requests name what exists; one that is meant to be wrong there stays as it is."""
        turn = next(self._turn)
        if turn % 2:
            return
        meta, turn = case.meta, turn // 2
        payments = self._payments_for(case.path)
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
                if location is ParameterLocation.BODY:
                    _spoil_nothing(case.path, container)

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

    def _payments_for(self, path: str) -> list[str]:
        """Those in the state in which the operation does something."""
        if path.endswith("/captures"):
            return self.authorized
        if path.endswith("/capture"):
            return self.approved
        return self.underpaid if path.endswith("/confirmations") else self.payments

    def _approved(self) -> str:
        opened = self._ask("POST", "/checkout/paypal", {"order_id": self._order(f"paypal-{len(self.approved)}")})
        self.running.sandboxes["paypal"].world.approve(opened["approve_url"].rpartition("=")[2])
        payment_id: str = opened["payment"]["payment_id"]
        return payment_id

    def _underpaid(self) -> str:
        order_id = self._order(f"pix-{len(self.underpaid)}")
        opened = self._ask("POST", "/checkout/pix", {"order_id": order_id})
        payment_id: str = opened["payment"]["payment_id"]
        bank = self.running.sandboxes["pix_bank"]
        bank.world.pay(bank.books()["orders"][order_id]["txids"][0], amount=PRICE.amount - 1)
        look = {"kind": "poll", "provider": "bacen", "payment_id": payment_id, "correlation_id": "stock"}
        self.running.queue(look, "PixQueue")
        self.running.work("PixWorkerFunction", "PixQueue")
        return payment_id

    def _order(self, order_id: str) -> str:
        body = {
            "amount": PRICE.amount,
            "currency": PRICE.currency,
            "items": [{"sku": "SKU-1", "name": "Cafeteira", "unit_price": PRICE.amount, "quantity": 1}],
            "buyer": {"id": USER, "name": "Ana Souza", "email": "ana@example.com", "tax_id": "39053344705"},
            "shipping_address": {
                "line1": "Rua das Flores",
                "number": "10",
                "district": "Centro",
                "city": "São Paulo",
                "state": "SP",
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


def _spoil_nothing(path: str, body: dict[str, Any]) -> None:
    """What is well-formed and still cannot be, whoever makes it up: a payer's check digits, a day, a receipt."""
    if path.endswith("/confirmations"):
        body.clear()
    for made_up in ("payer", "due_date", "receipt_ref") if "/checkout/" in path or path.endswith("/refunds") else ():
        body.pop(made_up, None)
