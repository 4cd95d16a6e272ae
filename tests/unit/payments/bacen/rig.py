"""Our gateway and the payer at one bank's sandbox in this process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import requests

from commerce.payments.gateway import Reading, StartPayment
from commerce.payments.gateways.bacen.client import BankClient
from commerce.payments.gateways.bacen.connection import BankConnection
from commerce.payments.gateways.bacen.gateway import BacenGateway
from commerce.payments.gateways.bacen.profile import BankProfile
from commerce.payments.gateways.bacen.profiles import PROFILES
from commerce.payments.gateways.bacen.settings import stand_in
from commerce.payments.model import CheckoutChoices, CommandStatus, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.payer import Payer
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderHttp, ProviderSession, Retry
from commerce.platform.money import Money
from commerce.platform.secrets import StaticSecrets
from commerce.platform.tls import ClientCertificate
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.pix_bank.app import CLIENT_ID, CLIENT_SECRET, PIX_KEY, PixBankSandbox
from local.sandboxes.pix_bank.settings import Settings
from tests.builders import NOW, PRICE, order_terms, payment
from tests.unit.platform.token_rig import MemoryStore

BASE = "https://bank.example"
SECRET = "dev/pix"
FIELDS = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "pix_key": PIX_KEY,
    "merchant_name": "Loja Exemplo",
    "merchant_city": "Sao Paulo",
    "app_key": "developer-key",
}
PAYER = Payer("Ana Souza", "39053344705", "ana@example.com")
TERMS = order_terms()
LIFE = timedelta(minutes=30)


def soon() -> Deadline:
    return Deadline.after(10)


def start_payment(payment_id: str = "pay_1", money: Money = PRICE, **choices: Any) -> StartPayment:
    due: date | None = choices.get("due_date")
    return StartPayment(
        payment_id=payment_id,
        order_id="order-1",
        user_id="user-1",
        method="pix",
        money=money,
        choices=CheckoutChoices(**{"payer": PAYER, **choices}),
        description="Order order-1",
        opened_at=NOW,
        expires_at=None if due is not None else NOW + LIFE,
    )


class Rig:
    """`profile` is served by the sandbox under its own path, with whichever habits `settings` give it."""

    def __init__(
        self, profile: BankProfile = PROFILES["efi"], fields: dict[str, str] | None = None, **settings: Any
    ) -> None:
        self.clock = ManualClock(NOW)
        self.box = PixBankSandbox(
            clock=self.clock, settings=Settings(base_path=profile.path, **settings), seed=b"tests"
        )
        self.adapter = WsgiAdapter(self.box)
        self.sent: list[requests.PreparedRequest] = []
        self.token_calls: list[requests.PreparedRequest] = []
        self.fields = FIELDS | (fields or {})
        self.shown: list[tuple[str, ClientCertificate | None, str | None]] = []
        self.store = MemoryStore()
        self.connection = BankConnection(
            stand_in(profile, BASE),
            self.store,
            StaticSecrets({SECRET: self.fields}),
            SECRET,
            self.clock,
            make_http=self.http,
        )
        self.client = BankClient(self.connection)
        self.gateway = BacenGateway(self.client, self.clock, livemode=False)

    def http(self, base: str, certificate: ClientCertificate | None, server_ca: str | None) -> ProviderHttp:
        self.shown.append((base, certificate, server_ca))
        session = ProviderSession(base, provider="bacen")
        session.mount("https://", self.adapter)
        session.hooks["response"].append(self._hear)
        return ProviderHttp(session, base, retry=Retry(sleep=lambda _: None))

    def _hear(self, answer: requests.Response, **_: Any) -> None:
        (self.token_calls if "/oauth/" in str(answer.request.url) else self.sent).append(answer.request)

    def start(self, request: StartPayment | None = None) -> Reading:
        return self.gateway.start(request or start_payment(), TERMS, key="unused", deadline=soon())

    def find(self, request: StartPayment | None = None) -> Reading | None:
        return self.gateway.find(request or start_payment(), since=NOW, until=NOW, deadline=soon())

    def read(self, txid: str, known: Payment | None = None) -> Snapshot:
        return self.gateway.read(txid, deadline=soon(), payment=known).snapshot

    def pay(self, txid: str, amount: int | None = None, **how: Any) -> str:
        """The endToEndId."""
        return str(self.box.world.pay(txid, amount, **how)["endToEndId"])

    def cancel(self, txid: str) -> Snapshot:
        return self.gateway.cancel(at_bank(txid), reason=None, key="unused", deadline=soon()).snapshot

    def refund(self, txid: str, e2eid: str | None, amount: int, refund_id: str = "r1") -> Snapshot:
        wanted = sent_refund(refund_id, amount, e2eid)
        known = with_refunds(at_bank(txid), wanted)
        money = PRICE.with_amount(amount)
        return self.gateway.refund(known, wanted, money, key="unused", deadline=soon()).snapshot

    def fault(self, kind: FaultKind, **options: Any) -> None:
        self.box.faults.add(Fault(kind, **options))

    def at(self, moment: datetime) -> None:
        self.clock.advance((moment - self.clock.now()).total_seconds())


def at_bank(txid: str, **changes: Any) -> Payment:
    """The ledger's payment whose charge at the bank is `txid`."""
    named = {"payment_id": "pay_1", "provider": "bacen", "method": "pix", "provider_ref": txid}
    return payment(PaymentStatus.ACTION_REQUIRED, **(named | changes))


def sent_refund(refund_id: str, amount: int, e2eid: str | None) -> Refund:
    return Refund(refund_id, amount, CommandStatus.SENT, requested_at=NOW, sent_at=NOW, receipt_ref=e2eid)


def with_refunds(known: Payment, *refunds: Refund) -> Payment:
    return replace(known, refunds={one.refund_id: one for one in refunds})
