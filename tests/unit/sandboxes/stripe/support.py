"""The real SDK on the sandbox, in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import stripe

from commerce.platform.clock import ManualClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.stripe.app import StripeSandbox

BASE = "https://api.stripe.com"
START = 1_800_000_000
NO_REDIRECTS = {"enabled": True, "allow_redirects": "never"}


@dataclass
class Bench:
    box: StripeSandbox
    adapter: WsgiAdapter
    session: requests.Session
    client: stripe.StripeClient

    @property
    def v1(self) -> Any:
        return self.client.v1

    def pay(self, card: str = "pm_card_visa", amount: int = 1000, **params: Any) -> stripe.PaymentIntent:
        """Create and confirm a PaymentIntent of 10.00 BRL."""
        given = {
            "amount": amount,
            "currency": "brl",
            "payment_method": card,
            "confirm": True,
            "automatic_payment_methods": NO_REDIRECTS,
            "metadata": {"order_id": "order-1"},
        }
        intent: stripe.PaymentIntent = self.v1.payment_intents.create(params=given | params)
        return intent

    def intent(self, **params: Any) -> stripe.PaymentIntent:
        """A PaymentIntent that nobody confirmed yet."""
        created: stripe.PaymentIntent = self.v1.payment_intents.create(
            params={"amount": 1000, "currency": "brl", **params}
        )
        return created

    def charge(self, intent: stripe.PaymentIntent) -> stripe.Charge:
        found: stripe.Charge = self.v1.charges.retrieve(
            self.v1.payment_intents.retrieve(intent.id).latest_charge, params={"expand": ["refunds"]}
        )
        return found

    def events(self) -> list[str]:
        """The types of all events so far, oldest first."""
        return [event["type"] for event in self.box.state.events]

    def http(
        self,
        method: str,
        path: str,
        data: Mapping[str, str] | None = None,
        key: str = "sk_test_sandbox",
        **headers: str,
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if method == "GET":
            return self.session.request(method, BASE + path, params=data, headers=sent)
        return self.session.request(method, BASE + path, data=data, headers=sent)

    def control(self, path: str, **body: Any) -> requests.Response:
        return self.session.post(f"{BASE}/_sandbox{path}", json=body)


def open_bench(box: StripeSandbox | None = None) -> Bench:
    box = box or StripeSandbox(clock=ManualClock(from_epoch(START)), seed=b"tests")
    adapter = WsgiAdapter(box)
    session = requests.Session()
    session.mount(BASE, adapter)
    http_client = stripe.RequestsClient(timeout=(3, 10), session=session)
    return Bench(box, adapter, session, stripe.StripeClient("sk_test_sandbox", http_client=http_client))


def bench_fixture() -> Iterator[Bench]:
    bench = open_bench()
    yield bench
    bench.session.close()


bench = pytest.fixture(bench_fixture, name="bench")
