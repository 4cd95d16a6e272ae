"""Our gateway, our customers, and the buyer's browser, at one Stripe sandbox in this process."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import stripe

from commerce.payments.gateway import Reading
from commerce.payments.gateways.stripe.client import API_VERSION
from commerce.payments.gateways.stripe.customers import StripeCustomers
from commerce.payments.gateways.stripe.gateway import StripeGateway
from commerce.payments.gateways.stripe.transport import DeadlineHttpClient
from commerce.payments.model import CommandStatus, Refund
from commerce.platform.http import Retry, provider_session
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.stripe.app import StripeSandbox
from tests.builders import NOW, PRICE
from tests.unit.payments.stripe.test_customers import Store
from tests.unit.payments.stripe.wire import BASE, TERMS, at_stripe, soon, start_payment
from tests.unit.sandboxes.stripe.support import Bench, open_bench


class Rig:
    """Our gateway and the buyer's browser at one sandbox."""

    def __init__(self) -> None:
        self.bench: Bench = open_bench()
        self.box: StripeSandbox = self.bench.box
        session = provider_session(BASE, provider="stripe")
        session.mount(BASE, WsgiAdapter(self.box))
        self.client = stripe.StripeClient(
            "sk_test_sandbox",
            stripe_version=API_VERSION,
            base_addresses={"api": BASE},
            max_network_retries=0,
            http_client=DeadlineHttpClient(session, retry=Retry(sleep=lambda _: None)),
        )
        self.gateway = StripeGateway(lambda: self.client, self.box.clock)
        self.customers = StripeCustomers(lambda: self.client, Store(), self.box.clock)

    def start(self, key: str = "pay_1:create", **choices: Any) -> Reading:
        return self.gateway.start(start_payment(**choices), TERMS, key=key, deadline=soon())

    def confirm(self, reading: Reading, card: str = "pm_card_visa") -> None:
        """The browser pays with what it got; a decline is the browser's to show."""
        try:
            self.bench.v1.payment_intents.confirm(
                reading.snapshot.provider_ref,
                params={"payment_method": card, "return_url": "https://store.example/done"},
            )
        except stripe.CardError:
            return

    def pay(self, card: str = "pm_card_visa", **choices: Any) -> str:
        reading = self.start(**choices)
        self.confirm(reading, card)
        return reading.snapshot.provider_ref

    def read(self, ref: str) -> Any:
        return self.gateway.read(ref, deadline=soon()).snapshot

    def refund(self, ref: str, amount: int, refund_id: str = "r1", method: str = "card") -> Reading:
        wanted = Refund(refund_id, amount, CommandStatus.SENT, requested_at=NOW)
        money = PRICE.with_amount(amount)
        key = f"pay_1:refund:{refund_id}"
        return self.gateway.refund(replace(at_stripe(ref), method=method), wanted, money, key=key, deadline=soon())

    def find(self) -> Reading | None:
        now = self.box.clock.now()
        return self.gateway.find(
            start_payment(), since=now - timedelta(minutes=5), until=now + timedelta(minutes=5), deadline=soon()
        )

    def fault(self, kind: FaultKind, **options: Any) -> None:
        self.box.faults.add(Fault(kind, **options))

    @property
    def intents(self) -> int:
        return len(list(self.box.state.intents))
