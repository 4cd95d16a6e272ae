"""Our gateway, a payment as the ledger keeps it, and Mercado Pago's sandbox, in this process."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from commerce.payments.gateway import Reading
from commerce.payments.gateways.mercado_pago.client import MercadoPagoClient
from commerce.payments.gateways.mercado_pago.gateway import MercadoPagoGateway
from commerce.payments.model import Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.secrets import StaticSecrets
from commerce.platform.webhooks import WebhookCall
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.app import MercadoPagoSandbox
from tests.builders import NOW, PRICE, order_terms
from tests.unit.payments.folding import Kept, start_request
from tests.unit.payments.wire import http_over

BASE = "https://api.mercadopago.com"
SECRET = "dev/mercado-pago"
FIELDS = {"access_token": ACCESS_TOKEN, "webhook_secret": WEBHOOK_SECRET}
TERMS = order_terms()
KEY = "pay_1:create"


def soon() -> Deadline:
    return Deadline.after(10)


def client_over(adapter: Any, secrets: StaticSecrets | None = None) -> MercadoPagoClient:
    return MercadoPagoClient(
        http_over(adapter, BASE, "mercado_pago"), secrets or StaticSecrets({SECRET: FIELDS}), SECRET, live_mode=False
    )


class Rig:
    def __init__(self, method: str = "pix") -> None:
        self.clock = ManualClock(NOW)
        self.box = MercadoPagoSandbox(clock=self.clock, wall=self.clock, first_id=5_000_000_000)
        self.box.set_endpoint(url="https://store.test/hook")
        self.adapter = WsgiAdapter(self.box)
        self.world = self.box.world
        self.request = start_request(method)
        self.kept = Kept(self.request, "mercado_pago", self.clock)
        self.gateway = MercadoPagoGateway(client_over(self.adapter), self.clock, self.kept.recall)

    def start(self, key: str = KEY, **changes: Any) -> Reading:
        request = self.request if not changes else start_request(self.request.method, **changes)
        return self.gateway.start(request, TERMS, key=key, deadline=soon())

    def opened(self) -> str:
        """A payment that waits for its buyer, with the first answer folded in."""
        self.kept.fold(self.start().snapshot)
        return self.ref

    def paid(self, amount: int | None = None) -> str:
        ref = self.opened()
        self.world.pay(ref, amount=amount)
        self.look()
        return ref

    @property
    def ref(self) -> str:
        return self.kept.payment.provider_ref or ""

    def read(self, payment: Payment | None = None) -> Snapshot:
        return self.gateway.read(self.ref, deadline=soon(), payment=payment).snapshot

    def look(self) -> Payment:
        """As a webhook does: nobody passes the payment."""
        return self.kept.fold(self.read())

    def send(self, refund: Refund) -> Snapshot:
        """The call for a refund that is marked as sent; what comes of it is not folded in yet."""
        key = f"pay_1:refund:{refund.refund_id}"
        money = PRICE.with_amount(refund.amount)
        return self.gateway.refund(self.kept.payment, refund, money, key=key, deadline=soon()).snapshot

    def refund(self, refund_id: str, amount: int) -> Payment:
        return self.kept.fold(self.send(self.kept.ask_refund(refund_id, amount)))

    def cancel(self, key: str = "pay_1:cancel:1") -> Payment:
        self.kept.ask_cancel()
        reading = self.gateway.cancel(self.kept.payment, reason="superseded", key=key, deadline=soon())
        return self.kept.fold(reading.snapshot)

    def find(self) -> Reading | None:
        return self.gateway.find(self.request, since=NOW, until=NOW, deadline=soon())

    def fault(self, kind: FaultKind, **options: Any) -> None:
        self.box.faults.add(Fault(kind, **options))

    def webhooks(self) -> list[tuple[WebhookCall, dict[str, Any]]]:
        """Every webhook that waits, as it would come in, with its body parsed."""
        calls = []
        for delivery in self.box.webhooks.drain():
            headers = {name.lower(): value for name, value in delivery.headers(self.clock.now()).items()}
            query = dict(parse_qsl(urlsplit(delivery.endpoint.url or "").query))
            calls.append((WebhookCall(delivery.body, headers, query=query), json.loads(delivery.body)))
        return calls

    @property
    def order(self) -> dict[str, Any]:
        books: Any = self.box.books()
        assert books["violations"] == []
        found: dict[str, Any] = books["orders"]["order-1"]
        return found
