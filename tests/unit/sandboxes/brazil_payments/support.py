"""A store's HTTP calls on the sandbox, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox
from local.sandboxes.brazil_payments.contract import API_KEY, MERCHANT_ID
from local.sandboxes.kernel.adapter import WsgiAdapter

BASE = "https://gateway.test"
START = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
PAYER = {"name": "Maria Silva", "tax_id": "19119119100", "email": "maria@example.com"}
ADDRESS = {
    "street": "Avenida Paulista",
    "number": "1000",
    "neighborhood": "Bela Vista",
    "city": "São Paulo",
    "state": "SP",
    "zip_code": "01310100",
}
PIX = {
    "merchant_id": MERCHANT_ID,
    "amount": "129.90",
    "description": "Order order-1",
    "payer": PAYER,
    "expiration_minutes": 30,
}
BOLETO = {
    "merchant_id": MERCHANT_ID,
    "amount": "129.90",
    "due_date": "2027-01-20",
    "payer": {**PAYER, "address": ADDRESS},
    "instructions": "Order order-1. Não receber após o vencimento.",
}


@dataclass
class Bench:
    box: BrazilPaymentsSandbox
    adapter: WsgiAdapter
    session: requests.Session

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = API_KEY, key: str = ""
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        return self.session.request(method, BASE + path, json=body, headers=headers)

    def pix(self, **fields: Any) -> dict[str, Any]:
        return self._made("/pix/qrcode", {**PIX, **fields})

    def boleto(self, **fields: Any) -> dict[str, Any]:
        return self._made("/boleto/generate", {**BOLETO, **fields})

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def get(self, made: dict[str, Any]) -> dict[str, Any]:
        seen: dict[str, Any] = self.call("GET", f"/transactions/{made['id']}").json()
        return seen

    def control(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{BASE}/_sandbox{path}", json=body)

    def order(self) -> dict[str, Any]:
        orders: Any = self.box.books()["orders"]
        found: dict[str, Any] = orders["order-1"]
        return found


def code_of(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"]


def fields_of(answer: requests.Response) -> list[str]:
    """The fields of a 422."""
    assert code_of(answer) == (422, "invalid_request"), answer.text
    return [field["field"] for field in answer.json()["error"]["fields"]]


def bench_fixture() -> Iterator[Bench]:
    box = BrazilPaymentsSandbox(clock=ManualClock(START), seed=b"tests")
    adapter = WsgiAdapter(box)
    session = requests.Session()
    session.mount(BASE, adapter)
    yield Bench(box, adapter, session)
    session.close()


bench = pytest.fixture(bench_fixture, name="bench")
