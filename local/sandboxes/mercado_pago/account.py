"""A seller's account: everything the sandbox knows, without HTTP, and what can happen to a payment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.sandboxes.brazil.bank_days import SAO_PAULO, next_bank_day, opening_of
from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.mercado_pago.errors import NO_PAYMENT, not_found
from local.sandboxes.mercado_pago.notices import Notice, Notices
from local.sandboxes.mercado_pago.payment import WAITING, Payment, Refund, codes_of
from local.sandboxes.mercado_pago.payment_body import Asked

_ID = re.compile(r"\d{1,20}", re.ASCII)
_HELD = ("in_mediation", "charged_back")


@dataclass(slots=True)
class Switches:
    """How the provider behaves where it is not always the same.

    Args:
        refunds_to_hold: so many of the next refunds stay `in_process`.
        bare_refund_replay: a refund asked for again under its key is answered with 200 and an empty body, as was
            observed at the real API, in place of the first answer.
        search_lag: the search finds a payment only after so long.
    """

    refunds_to_hold: int = 0
    bare_refund_replay: bool = False
    search_lag: timedelta = timedelta()


def _any_start() -> int:
    """Ids go up from here, and differ from those of a sandbox that ran before."""
    return 10**10 + int.from_bytes(os.urandom(4))


@dataclass
class Account:
    """Args:
    first_id: the id before the first one.
    """

    clock: MovableClock
    notices: Notices
    first_id: int = field(default_factory=_any_start)

    def __post_init__(self) -> None:
        self._last_id = self.first_id
        self.clear()

    def clear(self) -> None:
        self.payments: dict[int, Payment] = {}
        self.switches = Switches()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def find(self, payment_id: str | int) -> Payment:
        """
        Raises:
            Trouble: 404.
        """
        text = str(payment_id)
        payment = self.payments.get(int(text)) if _ID.fullmatch(text) else None
        if payment is None:
            raise not_found(NO_PAYMENT)
        return payment

    def open(self, asked: Asked, base: str) -> Payment:
        payment_id = self.new_id()
        codes = codes_of(asked, payment_id)
        payment = Payment(payment_id, asked, codes, base, self.now, self.now, WAITING[asked.method])
        self.payments[payment_id] = payment
        self.tell(payment, "payment.created")
        return payment

    def move(self, payment: Payment, status: str, detail: str) -> None:
        """Give the payment another status, and tell the store."""
        payment.status, payment.detail, payment.updated = status, detail, self.now
        self.tell(payment)

    def receive(self, payment: Payment, cents: int, at: datetime | None = None) -> None:
        """Money comes in: the payment is approved, whatever it was and however much it is."""
        payment.received += cents
        payment.approved = payment.approved or at or self.now
        self.reckon(payment)

    def receive_later(self, payment: Payment, cents: int) -> None:
        """Money comes in that the buyer's bank tells of when it opens on its next day: a boleto's way."""
        told_at = opening_of(next_bank_day(self.now.astimezone(SAO_PAULO).date()))
        payment.clearing.append((told_at, cents))

    def give_back(self, payment: Payment, cents: int, *, by_admin: bool = False) -> Refund:
        """A refund, which stays in process when the account was told so."""
        refund = Refund(self.new_id(), payment.id, cents, self.now, by_admin=by_admin)
        payment.refunds.append(refund)
        if self.switches.refunds_to_hold > 0 and not by_admin:
            self.switches.refunds_to_hold -= 1
            refund.status = "in_process"
        else:
            self.reckon(payment)
        return refund

    def end_refund(self, payment: Payment, refund: Refund, status: str) -> None:
        """A refund got through or did not. While the money is disputed the payment's own status stays."""
        refund.status = status
        if payment.status in _HELD:
            self.move(payment, payment.status, payment.detail)
        else:
            self.reckon(payment)

    def reckon(self, payment: Payment) -> None:
        """The status that follows from what came and what went."""
        if payment.returned == 0:
            self.move(payment, "approved", "accredited")
        elif payment.returned < payment.received:
            self.move(payment, "approved", "partially_refunded")
        else:
            self.move(payment, "refunded", "by_admin" if payment.refunds[-1].by_admin else "refunded")

    def tell(self, payment: Payment, action: str = "payment.updated") -> None:
        notice = Notice(str(payment.id), action)
        self.notices.send(notice, self.new_id(), self.now, url=payment.asked.notification_url)

    def age(self) -> None:
        """What has cleared is approved, and what nobody paid in time is cancelled."""
        for payment in self.payments.values():
            while payment.clearing and payment.clearing[0][0] <= self.now:
                told_at, cents = payment.clearing.pop(0)
                self.receive(payment, cents, told_at)
            if payment.clearing:
                continue
            if payment.status == "pending" and payment.asked.expires <= self.now:
                self.move(payment, "cancelled", "expired")
