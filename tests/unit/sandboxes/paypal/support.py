"""A store's server on the PayPal sandbox, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.paypal.app import CLIENT_ID, CLIENT_SECRET, PaypalSandbox

BASE = "https://api-m.sandbox.paypal.com"
START = 1_800_000_000
HOUR, DAY = 3600, 86_400
type Json = dict[str, Any]


def wallet(**experience: str) -> Json:
    urls = {"return_url": "https://store.example/back?o=1", "cancel_url": "https://store.example/cancel"}
    return {"paypal": {"experience_context": {"user_action": "PAY_NOW", **urls, **experience}}}


def brl(value: str) -> Json:
    return {"currency_code": "BRL", "value": value}


def issues(answer: requests.Response) -> list[str]:
    return [detail["issue"] for detail in answer.json()["details"]]


@dataclass
class Bench:
    box: PaypalSandbox
    adapter: WsgiAdapter
    session: requests.Session
    token: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def ask_token(self, **options: Any) -> requests.Response:
        given = {"auth": (CLIENT_ID, CLIENT_SECRET), "data": {"grant_type": "client_credentials"}} | options
        return self.session.post(f"{BASE}/v1/oauth2/token", **given)

    def renew(self) -> None:
        self.token = self.ask_token().json()["access_token"]

    def headers(self, **more: str | None) -> Mapping[str, str]:
        given = {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): more[name] for name in more}}
        return {name: value for name, value in given.items() if value is not None}

    def get(self, path: str, **query: str) -> requests.Response:
        return self.session.get(BASE + path, params=query, headers=self.headers())

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        request_id: str | None = "",
        full: bool = True,
        timeout: float | None = None,
        **more: str | None,
    ) -> requests.Response:
        """`request_id` "" makes a new one, None sends none; `full` asks for the whole object."""
        named = f"request-{next(self._ids)}" if request_id == "" else request_id
        prefer = "return=representation" if full else None
        headers = self.headers(
            **{"Content_Type": "application/json", "Prefer": prefer, "PayPal_Request_Id": named} | more
        )
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.session.post(BASE + path, data=raw, headers=headers, timeout=timeout)

    def create(
        self, value: str = "10.00", *, request_id: str | None = "", timeout: float | None = None, **changes: Any
    ) -> requests.Response:
        """An order of the store's order-1, paid by payment-1."""
        unit = {
            "reference_id": "order-1",
            "custom_id": "payment-1",
            "invoice_id": "payment-1",
            "amount": brl(value),
            **changes.pop("unit", {}),
        }
        body = {"intent": "CAPTURE", "purchase_units": [unit], "payment_source": wallet(), **changes}
        return self.post("/v2/checkout/orders", body, request_id=request_id, timeout=timeout)

    def approved(self, value: str = "10.00", *, outcome: str = "ok", **changes: Any) -> Json:
        order: Json = self.create(value, **changes).json()
        self.box.world.approve(order["id"], outcome=outcome)
        return order

    def paid(self, value: str = "10.00", *, outcome: str = "ok", **changes: Any) -> Json:
        """A new capture."""
        order = self.approved(value, outcome=outcome, **changes)
        answer = self.post(f"/v2/checkout/orders/{order['id']}/capture").json()
        capture: Json = answer["purchase_units"][0]["payments"]["captures"][0]
        return capture

    def authorized(self, value: str = "10.00", *, outcome: str = "ok", **changes: Any) -> Json:
        """A new authorization."""
        order = self.approved(value, outcome=outcome, intent="AUTHORIZE", **changes)
        answer = self.post(f"/v2/checkout/orders/{order['id']}/authorize").json()
        authorization: Json = answer["purchase_units"][0]["payments"]["authorizations"][0]
        return authorization

    def refund(self, capture: str, value: str | None = None, **more: Any) -> requests.Response:
        body = {**({"amount": brl(value)} if value else {}), **more}
        return self.post(f"/v2/payments/captures/{capture}/refund", body)

    def order_of(self, payment: Json) -> Json:
        (up,) = [link["href"] for link in payment["links"] if link["rel"] == "up"]
        order: Json = self.get(up.removeprefix(self.box.state.base)).json()
        return order

    def events(self) -> list[str]:
        """The types of all events so far, oldest first."""
        return [event["event_type"] for event in self.box.state.events]

    def entry(self, order_id: str = "order-1") -> Json:
        """What the books say about an order of the store."""
        orders: Any = self.box.books()["orders"]
        entry: Json = orders[order_id]
        return entry

    def violations(self) -> list[str]:
        found: Any = self.box.books()["violations"]
        return list(found)

    def control(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{BASE}/_sandbox{path}", json=body)


def open_bench(box: PaypalSandbox | None = None) -> Bench:
    box = box or PaypalSandbox(clock=ManualClock(from_epoch(START)), seed=b"tests")
    adapter = WsgiAdapter(box)
    session = requests.Session()
    session.mount("https://", adapter)
    bench = Bench(box, adapter, session)
    bench.renew()
    return bench


def bench_fixture() -> Iterator[Bench]:
    bench = open_bench()
    yield bench
    bench.session.close()


bench = pytest.fixture(bench_fixture, name="bench")
