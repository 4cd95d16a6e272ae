"""Our gateway and a buyer's browser at one PayPal sandbox in this process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.paypal.client import PaypalClient
from commerce.payments.gateways.paypal.gateway import PaypalGateway
from commerce.payments.gateways.paypal.settings import Pages
from commerce.payments.model import CaptureMethod, CheckoutChoices, CommandStatus, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, Retry, provider_session
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.paypal.app import CLIENT_ID, CLIENT_SECRET, PaypalSandbox
from tests.builders import NOW, PRICE, order_terms, payment
from tests.unit.platform.token_rig import MemoryStore

BASE = "https://api-m.sandbox.paypal.com"
SECRET = "dev/paypal"
FIELDS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": "WH-SANDBOX-0001"}
PAGES = Pages("https://store.example/done?from=paypal", "https://store.example/cart")
TERMS = order_terms()
MANUAL = CaptureMethod.MANUAL


def soon() -> Deadline:
    return Deadline.after(10)


def start_payment(payment_id: str = "pay_1", **choices: Any) -> StartPayment:
    return StartPayment(
        payment_id=payment_id,
        order_id="order-1",
        user_id="user-1",
        method="paypal",
        money=PRICE,
        choices=CheckoutChoices(**choices),
        description="Order order-1",
        opened_at=NOW,
    )


def at_paypal(ref: str, status: PaymentStatus = PaymentStatus.PAID, **changes: Any) -> Payment:
    """The ledger's payment whose order at PayPal is `ref`."""
    given = {"payment_id": "pay_1", "provider": "paypal", "method": "paypal", "provider_ref": ref, **changes}
    return payment(status, **given)


class Rig:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.box = PaypalSandbox(clock=self.clock, wall=self.clock, seed=b"rig")
        self.adapter = WsgiAdapter(self.box)
        session = provider_session(BASE, provider="paypal")
        session.mount("https://", self.adapter)
        http = ProviderHttp(session, BASE, retry=Retry(sleep=lambda _: None))
        self.client = PaypalClient.over(http, MemoryStore(), StaticSecrets({SECRET: FIELDS}), SECRET, self.clock)
        self.ledger: dict[str, Payment] = {}
        self.gateway = PaypalGateway(self.client, PAGES, self.clock, livemode=False, known=self.ledger.get)
        self.world = self.box.world

    def start(self, key: str = "pay_1:create", **choices: Any) -> Reading:
        return self.gateway.start(start_payment(**choices), TERMS, key=key, deadline=soon())

    def approved(self, outcome: str = "ok", **choices: Any) -> str:
        """An order that its buyer approved."""
        ref = self.start(**choices).snapshot.provider_ref
        self.world.approve(ref, outcome=outcome)
        return ref

    def complete(self, ref: str, key: str = "pay_1:complete:1", **choices: Any) -> Snapshot:
        waiting = at_paypal(ref, PaymentStatus.PROCESSING, choices=CheckoutChoices(**choices))
        return self.gateway.complete(waiting, key=key, deadline=soon()).snapshot

    def paid(self, outcome: str = "ok") -> str:
        ref = self.approved(outcome)
        self.complete(ref)
        return ref

    def authorized(self, outcome: str = "ok") -> str:
        ref = self.approved(outcome, capture_method=MANUAL)
        self.complete(ref, capture_method=MANUAL)
        return ref

    def read(self, ref: str, known: Payment | None = None) -> Snapshot:
        return self.gateway.read(ref, deadline=soon(), payment=known).snapshot

    def capture(self, ref: str, amount: int = PRICE.amount, key: str = "pay_1:capture:c1") -> Snapshot:
        held = at_paypal(ref, PaymentStatus.AUTHORIZED, authorized=PRICE.amount)
        return self.gateway.capture(held, PRICE.with_amount(amount), key=key, deadline=soon()).snapshot

    def cancel(self, ref: str, **known: Any) -> Snapshot:
        open_one = at_paypal(ref, PaymentStatus.ACTION_REQUIRED, **known)
        return self.gateway.cancel(open_one, reason="abandoned", key="pay_1:cancel:1", deadline=soon()).snapshot

    def refund(self, ref: str, amount: int, refund_id: str = "r1") -> Snapshot:
        wanted = Refund(refund_id, amount, CommandStatus.SENT, requested_at=NOW)
        key = f"pay_1:refund:{refund_id}"
        money = PRICE.with_amount(amount)
        return self.gateway.refund(at_paypal(ref), wanted, money, key=key, deadline=soon()).snapshot

    def pass_time(self, **time: float) -> None:
        self.box.advance(timedelta(**time).total_seconds())

    def fault(self, kind: FaultKind, **options: Any) -> None:
        self.box.faults.add(Fault(kind, **options))

    @property
    def calls(self) -> list[str]:
        """What reached PayPal, oldest first, as `POST /v2/checkout/orders`."""
        return [f"{entry.method} {entry.path}" for entry in self.box.journal.entries()]

    @property
    def books(self) -> Any:
        """What PayPal's books say of the one order: `captured`, `refunded`, minor units."""
        orders: Any = self.box.books()["orders"]
        return orders["order-1"]
