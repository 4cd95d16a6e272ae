"""A store's HTTP calls on the sandbox, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN
from local.sandboxes.mercado_pago.app import MercadoPagoSandbox

BASE = "https://api.mercadopago.com"
START = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
PAYER = {
    "email": "maria@example.com",
    "first_name": "Maria",
    "last_name": "Silva",
    "identification": {"type": "CPF", "number": "19119119100"},
}
ADDRESS = {
    "zip_code": "01310-100",
    "street_name": "Avenida Paulista",
    "street_number": "1000",
    "neighborhood": "Bela Vista",
    "city": "São Paulo",
    "federal_unit": "SP",
}
DUE = "2027-01-20T23:59:59.000-03:00"


@dataclass
class Bench:
    box: MercadoPagoSandbox
    adapter: WsgiAdapter
    session: requests.Session
    keys: Iterator[int] = field(default_factory=lambda: iter(range(10**6)))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "",
        token: str = ACCESS_TOKEN,
        **headers: str,
    ) -> requests.Response:
        """`key` "" takes a new one, None sends none."""
        sent = {
            "Authorization": f"Bearer {token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if method == "POST" and key is not None:
            sent["X-Idempotency-Key"] = key or f"key-{next(self.keys)}"
        return self.session.request(method, BASE + path, json=body, headers=sent)

    def pix(self, **fields: Any) -> dict[str, Any]:
        """A Pix of 129.90, given out."""
        return self.made({"payment_method_id": "pix", "payer": PAYER, **fields})

    def boleto(self, **fields: Any) -> dict[str, Any]:
        """A boleto of 129.90, due on 20 January 2027."""
        payer = {**PAYER, "address": ADDRESS}
        return self.made({"payment_method_id": "bolbradesco", "payer": payer, "date_of_expiration": DUE, **fields})

    def made(self, fields: dict[str, Any]) -> dict[str, Any]:
        body = {
            "transaction_amount": 129.9,
            "external_reference": "pay-1",
            "metadata": {"order_id": "order-1"},
            **fields,
        }
        answer = self.call("POST", "/v1/payments", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def get(self, payment: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"/v1/payments/{payment['id']}", **headers).json()
        return answer

    def refund(self, payment: dict[str, Any], body: Any = None, **options: Any) -> requests.Response:
        return self.call("POST", f"/v1/payments/{payment['id']}/refunds", body, **options)

    def control(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{BASE}/_sandbox{path}", json=body)

    def order(self) -> dict[str, Any]:
        orders: Any = self.box.books()["orders"]
        found: dict[str, Any] = orders["order-1"]
        return found

    def notices(self) -> list[tuple[dict[str, list[str]], dict[str, Any]]]:
        """(query, body) of each webhook that waits, taken away."""
        taken = self.box.webhooks.drain()
        return [(parse_qs(urlsplit(d.endpoint.url or "").query), json.loads(d.body)) for d in taken]


def causes(answer: requests.Response, status: int = 400) -> list[int]:
    """The codes of an error, which must have `status`."""
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status), answer.text
    assert set(body) == {"message", "error", "status", "cause"}
    return [cause["code"] for cause in body["cause"]]


def bench_fixture() -> Iterator[Bench]:
    box = MercadoPagoSandbox(clock=ManualClock(START), first_id=5_000_000_000)
    box.set_endpoint(url="https://store.test/hook")
    adapter = WsgiAdapter(box)
    session = requests.Session()
    session.mount(BASE, adapter)
    yield Bench(box, adapter, session)
    session.close()


bench = pytest.fixture(bench_fixture, name="bench")
