"""One payment as the ledger keeps it, without a ledger: what is read of it is folded in, as everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from commerce.orders.model import Address
from commerce.payments.commands import mark_sent, request_cancel
from commerce.payments.fold import fold
from commerce.payments.gateway import StartPayment
from commerce.payments.late import LatePolicy
from commerce.payments.model import CheckoutChoices, CommandStatus, Payment, Refund
from commerce.payments.observation import Snapshot
from commerce.payments.payer import Payer
from commerce.payments.refund_request import request_refund
from commerce.payments.status import PaymentStatus
from commerce.platform.clock import Clock
from commerce.platform.money import Money
from tests.builders import NOW, PRICE, payment

ADDRESS = Address(
    line1="Avenida Paulista",
    number="1000",
    district="Bela Vista",
    city="São Paulo",
    state="SP",
    country="BR",
    postal_code="01310100",
)
PAYER = Payer("Ana Maria de Souza", "39053344705", "ana@example.com")
PAYER_WITH_ADDRESS = replace(PAYER, address=ADDRESS)
DUE = datetime.fromisoformat("2026-11-27T23:59:59-03:00")


def start_request(method: str = "pix", money: Money = PRICE, **changes: Any) -> StartPayment:
    is_boleto = method == "boleto"
    request = StartPayment(
        payment_id="pay_1",
        order_id="order-1",
        user_id="user-1",
        method=method,
        money=money,
        choices=CheckoutChoices(payer=PAYER_WITH_ADDRESS if is_boleto else PAYER),
        description="Order order-1",
        opened_at=NOW,
        expires_at=DUE if is_boleto else NOW + timedelta(minutes=30),
    )
    return replace(request, **changes)


class Kept:
    """The row of one payment, changed by folding alone."""

    def __init__(self, request: StartPayment, provider: str, clock: Clock) -> None:
        self._clock = clock
        self.payment: Payment = payment(
            PaymentStatus.CREATED,
            payment_id=request.payment_id,
            provider=provider,
            method=request.method,
            money=request.money,
            choices=request.choices,
            expires_at=request.expires_at,
        )
        self.facts: list[str] = []

    def recall(self, payment_id: str) -> Payment | None:
        return self.payment if payment_id == self.payment.payment_id else None

    def fold(self, snapshot: Snapshot) -> Payment:
        folded = fold(
            self.payment, snapshot, livemode=False, now=self._clock.now(), late_policy=LatePolicy.REFUND, tolerance=0
        )
        self.facts += [fact.type for fact in folded.facts]
        self.payment = folded.after
        return self.payment

    def ask_refund(self, refund_id: str, amount: int) -> Refund:
        """Reserved and marked as sent, as before every call."""
        asked = request_refund(
            self.payment, refund_id=refund_id, amount=amount, reason=None, now=self._clock.now()
        ).after
        return self.send_refund(refund_id, asked)

    def send_refund(self, refund_id: str, asked: Payment | None = None) -> Refund:
        """Mark one as sent that the fold itself has asked for, or once more."""
        asked = asked or self.payment
        self.payment = mark_sent(asked, asked.refunds[refund_id], self._clock.now()).after
        return self.payment.refunds[refund_id]

    def ask_cancel(self) -> None:
        self.payment = request_cancel(self.payment, reason="superseded", now=self._clock.now(), expiry=True).after

    @property
    def refunds(self) -> dict[str, tuple[int, CommandStatus]]:
        return {name: (refund.amount, refund.status) for name, refund in self.payment.refunds.items()}
