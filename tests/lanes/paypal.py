"""PayPal: the buyer approves on its page; webhook, return and clock may all take the money."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from commerce.payments.buyer_return import BuyerReturn
from commerce.payments.gateways.paypal import events
from commerce.payments.gateways.paypal.certificates import Certificates, origins
from commerce.payments.gateways.paypal.client import PaypalClient
from commerce.payments.gateways.paypal.gateway import PaypalGateway
from commerce.payments.gateways.paypal.locating import OrderLocator
from commerce.payments.gateways.paypal.settings import Pages
from commerce.payments.gateways.paypal.signature import PaypalSignature
from commerce.payments.methods.paypal import PaypalMethod
from commerce.payments.model import Payment
from commerce.payments.work import Hint
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, Retry, provider_session
from commerce.platform.idempotency import Answer
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.paypal.app import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID, PaypalSandbox
from local.sandboxes.paypal.certificates import identity, root_pem
from tests.lanes.lane import Lane
from tests.unit.platform.token_rig import MemoryStore

BASE = "https://api-m.sandbox.paypal.com"
FIELDS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": WEBHOOK_ID}


def _nobody_to_ask(*_: object) -> bool:
    raise AssertionError("the certificate is there: PayPal need not be asked")


OUTCOMES = ("ok", "ok", "ok", "ok", "ok", "declined", "declined", "capture_declined", "ECHECK", "PENDING_REVIEW")


class PaypalLane(Lane):
    provider = "paypal"
    authorizes = True
    sandbox: PaypalSandbox

    def open_sandbox(self) -> PaypalSandbox:
        return PaypalSandbox(clock=self.world.clock, wall=self.world.clock, seed=b"lane")

    def open_gateway(self) -> PaypalGateway:
        session = provider_session(BASE, provider="paypal")
        session.mount("https://", self.adapter)
        http = ProviderHttp(session, BASE, retry=Retry(sleep=lambda _: None))
        secrets = StaticSecrets({"paypal": FIELDS})
        self.client = PaypalClient.over(http, MemoryStore(), secrets, "paypal", self.world.clock)
        certificates = Certificates(
            lambda: origins(live_mode=False, api_base=BASE), root_pem, lambda *_: identity().chain_pem()
        )
        self.doors = (PaypalSignature(lambda: (WEBHOOK_ID,), certificates, _nobody_to_ask), events.translate)
        pages = Pages("https://store.example/done", "https://store.example/cart")
        return PaypalGateway(self.client, pages, self.world.clock, livemode=False, known=self.world.ledger.load)

    def open_method(self) -> PaypalMethod:
        return PaypalMethod()

    def buyer_pays(self, payment: Payment, outcome: str = "ok") -> None:
        self.sandbox.world.approve(payment.provider_ref or "", outcome=outcome)

    def buyer_acts(self, payment: Payment, how: int) -> None:
        with suppress(ValueError, LookupError):
            self.buyer_pays(payment, OUTCOMES[how])

    def settles(self) -> None:
        waiting = [row["id"] for row in self.sandbox.state.captures if row["status"] == "PENDING"]
        for capture in waiting:
            self.sandbox.world.complete_capture(capture)

    def buyer_returns(self, payment_id: str) -> Answer:
        """What POST /checkout/paypal/{payment_id}/capture does."""
        back = BuyerReturn(
            ledger=self.world.ledger,
            observer=self.world.observer,
            gateway=self.gateway,
            method=self.method,
            clock=self.world.clock,
            sleep=lambda _: None,
        )
        return back.complete(payment_id, "req-return", authorize=lambda _: None, deadline=Deadline.after(20.0))

    def locate(self, message: Mapping[str, Any]) -> Hint | None:
        return OrderLocator(self.client)(message, Deadline.after(20.0))
