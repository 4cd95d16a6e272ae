"""When to look at a payment again, and when to stop and call a person (PAY-18). Pure; jitter is the poller's.

Cards and PayPal are looked at 1, 2, 5, 15 and 60 minutes after they began to wait; a Pix every minute until it has
expired and ten minutes more; a boleto hourly in banking hours until seven business days after its due date. Once they
are paid or over, both are looked at daily for what the banks still have under way, a Pix for two days, a boleto as long
as before. Captures, refunds and cancels that the provider has not
finished are looked at on the cards' clock and daily after it; disputes daily; an authorisation when it lapses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commerce.payments import bank_clock, pix_clock
from commerce.payments.model import Payment
from commerce.payments.status import DEAD, SETTLED, PaymentStatus

CARD_SECONDS = (60, 120, 300, 900, 3600)
COMMAND_PATIENCE = timedelta(days=30)
OUT_OF_REACH = "provider_out_of_reach"
"""The one reason for a review that may pass by itself: an outage, or a key that somebody sets right."""
_OUTAGE_LOOK = timedelta(hours=1)
_DAY = timedelta(days=1)
_AFTER_LAPSE = timedelta(minutes=5)
_AUTHORIZATION_LIFE = timedelta(days=7)
_WAITING = frozenset(
    {
        PaymentStatus.CREATED,
        PaymentStatus.ACTION_REQUIRED,
        PaymentStatus.PROCESSING,
        PaymentStatus.PENDING,
        PaymentStatus.FAILED,
        PaymentStatus.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class PollSchedule:
    """`seconds` are offsets from the moment the payment began to wait; the last one is the last look."""

    seconds: tuple[int, ...] = CARD_SECONDS

    @classmethod
    def parse(cls, text: str) -> PollSchedule:
        """From the setting CARD_POLL_SECONDS, for example `60,120,300,900,3600`."""
        return cls(tuple(int(part) for part in text.split(",")))

    def is_over(self, payment: Payment, now: datetime) -> bool:
        """Whether the last look was taken and the payment still waits."""
        return self.waits(payment) and now >= self._last_look(payment)

    def waits(self, payment: Payment) -> bool:
        """Whether the outcome of the attempt itself is open and the clock decides when to ask."""
        return payment.status in _WAITING and payment.holds_order

    def next_due(self, payment: Payment, now: datetime) -> datetime | None:
        """The next look after `now`, None when there is nothing left to look for."""
        if payment.open_commands:
            return self._command_due(payment, now)
        if self.waits(payment):
            # Past the last offset the last look is still owed: it decides between expiry and review.
            return self._waiting_due(payment, now) or self._last_look(payment)
        if payment.status is PaymentStatus.AUTHORIZED:
            lapse = payment.capture_before or payment.updated_at + _AUTHORIZATION_LIFE
            return max(lapse + _AFTER_LAPSE, now + _AFTER_LAPSE)
        return _outcome_due(payment, now)

    def reschedule(self, payment: Payment, now: datetime, *, restart: bool = False) -> Payment:
        """The payment with its next look; `restart` begins the wait anew, as a change of state does."""
        since = now if restart or payment.waiting_since is None else payment.waiting_since
        waiting = replace(payment, waiting_since=since)
        return replace(waiting, due_at=self.next_due(waiting, now), poll_step=self._step(since, now))

    def command_is_overdue(self, payment: Payment, now: datetime) -> bool:
        """Whether a command waits so long that only a person can tell what became of it."""
        return any(now - (c.sent_at or c.requested_at) > COMMAND_PATIENCE for c in payment.open_commands)

    def _waiting_due(self, payment: Payment, now: datetime) -> datetime | None:
        if _by_pix_clock(payment):
            return pix_clock.next_look(payment, now)
        if _by_bank_clock(payment):
            return bank_clock.next_look(payment, now)
        return self._offset_due(_since(payment), now)

    def _last_look(self, payment: Payment) -> datetime:
        if _by_pix_clock(payment):
            return pix_clock.last_look(payment)
        if _by_bank_clock(payment):
            return bank_clock.last_look(payment)
        return _since(payment) + timedelta(seconds=self.seconds[-1])

    def _command_due(self, payment: Payment, now: datetime) -> datetime | None:
        if payment.review_reason is not None and self.command_is_overdue(payment, now):
            return None
        since = max(command.sent_at or command.requested_at for command in payment.open_commands)
        return self._offset_due(since, now) or now + _DAY

    def _offset_due(self, since: datetime, now: datetime) -> datetime | None:
        offsets = (since + timedelta(seconds=seconds) for seconds in self.seconds)
        return next((due for due in offsets if due > now), None)

    def _step(self, since: datetime, now: datetime) -> int:
        return sum(1 for seconds in self.seconds if since + timedelta(seconds=seconds) <= now)


def _outcome_due(payment: Payment, now: datetime) -> datetime | None:
    if payment.review_reason == OUT_OF_REACH:
        return now + _OUTAGE_LOOK
    disputed = payment.dispute is not None and not payment.dispute.is_final
    looks = (now + _DAY if disputed else None, _after_the_end(payment, now))
    return min((look for look in looks if look is not None), default=None)


def _since(payment: Payment) -> datetime:
    return payment.waiting_since or payment.created_at


def _by_pix_clock(payment: Payment) -> bool:
    """An attempt whose creation is still in doubt is found out about on the cards' clock, whatever its method."""
    return payment.method == "pix" and payment.expires_at is not None and payment.provider_ref is not None


def _by_bank_clock(payment: Payment) -> bool:
    return payment.method == "boleto" and payment.expires_at is not None and payment.provider_ref is not None


def _after_the_end(payment: Payment, now: datetime) -> datetime | None:
    """Money may still be under way when the attempt is over or paid: banks stop neither a late one nor a second one."""
    if payment.status not in DEAD | SETTLED and not payment.receipts:
        return None
    if _by_pix_clock(payment):
        return pix_clock.look_after_the_end(payment, now)
    if _by_bank_clock(payment):
        return bank_clock.look_after_the_end(payment, now)
    return None
