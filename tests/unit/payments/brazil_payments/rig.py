"""Our gateway, a payment as the ledger keeps it, and the generic gateway's sandbox, in this process."""

from __future__ import annotations

from typing import Any

from commerce.payments.gateway import Reading
from commerce.payments.gateways.brazil_payments.client import BrazilPaymentsClient
from commerce.payments.gateways.brazil_payments.gateway import BrazilPaymentsGateway
from commerce.payments.model import Payment
from commerce.payments.observation import Snapshot
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.brazil_payments.app import BrazilPaymentsSandbox
from local.sandboxes.brazil_payments.contract import API_KEY, MERCHANT_ID
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import NOW, order_terms
from tests.unit.payments.folding import Kept, start_request
from tests.unit.payments.wire import http_over

BASE = "https://gateway.test"
SECRET = "dev/brazil-payments"
FIELDS = {"api_key": API_KEY, "merchant_id": MERCHANT_ID}
INSTRUCTIONS = "Não receber após o vencimento."
KEY = "pay_1:create"
TERMS = order_terms()


def soon() -> Deadline:
    return Deadline.after(10)


def gateway_over(adapter: Any, clock: ManualClock, secrets: StaticSecrets | None = None) -> BrazilPaymentsGateway:
    client = BrazilPaymentsClient(
        http_over(adapter, BASE, "brazil_payments"), secrets or StaticSecrets({SECRET: FIELDS}), SECRET
    )
    return BrazilPaymentsGateway(client, livemode=False, instructions=lambda: INSTRUCTIONS, clock=clock)


class Rig:
    def __init__(self, method: str = "pix") -> None:
        self.clock = ManualClock(NOW)
        self.box = BrazilPaymentsSandbox(clock=self.clock, seed=b"rig")
        self.world = self.box.world
        self.request = start_request(method)
        self.kept = Kept(self.request, "brazil_payments", self.clock)
        self.gateway = gateway_over(WsgiAdapter(self.box), self.clock)

    def start(self, key: str = KEY, **changes: Any) -> Reading:
        request = self.request if not changes else start_request(self.request.method, **changes)
        return self.gateway.start(request, TERMS, key=key, deadline=soon())

    def opened(self) -> str:
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

    def read(self) -> Snapshot:
        return self.gateway.read(self.ref, deadline=soon(), payment=self.kept.payment).snapshot

    def look(self) -> Payment:
        return self.kept.fold(self.read())

    def cancel(self) -> Payment:
        self.kept.ask_cancel()
        reading = self.gateway.cancel(self.kept.payment, reason="superseded", key="c", deadline=soon())
        return self.kept.fold(reading.snapshot)

    def fault(self, kind: FaultKind, **options: Any) -> None:
        self.box.faults.add(Fault(kind, **options))

    @property
    def order(self) -> dict[str, Any]:
        books: Any = self.box.books()
        assert books["violations"] == []
        found: dict[str, Any] = books["orders"]["order-1"]
        return found
