"""What a provider's worker does with a message: a webhook's hint, a command, a look that is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from commerce.payments.attempts import abandon
from commerce.payments.commands import request_cancel, request_completion
from commerce.payments.gateway import PaymentGateway
from commerce.payments.ledger import Cause, Ledger
from commerce.payments.model import Failure, Payment
from commerce.payments.observation import Source
from commerce.payments.observe import Count, Observer, PaymentRules
from commerce.payments.opening import find, patience
from commerce.payments.schedule import OUT_OF_REACH
from commerce.payments.settle import Settlement
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import Fact, Transition
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    NotFound,
    ProviderAmbiguous,
    ProviderMissing,
    ProviderUnavailable,
)
from commerce.platform.observability import log_failure

OUTAGE_GRACE = timedelta(hours=6)
"""How long past its last look a payment may wait for a provider that does not answer, before a person is called."""

_GONE = frozenset({PaymentStatus.ACTION_REQUIRED, PaymentStatus.FAILED})
"""States in which only the buyer can go on; when the clock runs out, the buyer has gone."""


type Guard = Callable[[Callable[[], Payment]], Payment]


@dataclass(frozen=True, slots=True)
class Hint:
    """A verified webhook, reduced to what it points at; nothing it says is believed.

    `notice` names a fact worth publishing that moves no money, such as a fraud warning. `approval` says that the buyer
    has just agreed, perhaps once more after a decline. `of_an_ended_one` says that its object may be gone by now, which
    the clock finds out as well.
    """

    event_id: str
    provider_ref: str
    notice: str | None = None
    approval: bool = False
    of_an_ended_one: bool = False


class PaymentWork:
    """The asynchronous side of one provider."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        observer: Observer,
        gateway: PaymentGateway,
        rules: PaymentRules,
        clock: Clock,
        count: Count,
    ) -> None:
        self._ledger = ledger
        self._observer = observer
        self._gateway = gateway
        self._rules = rules
        self._clock = clock
        self._count = count
        self._settlement = Settlement(ledger=ledger, observer=observer, gateway=gateway, clock=clock)

    def on_hint(self, hint: Hint, correlation_id: str, deadline: Deadline) -> None:
        """Read the object back and fold it in; an object that is not of this application changes nothing (PAY-15).

        Raises:
            NotFound: `unknown_payment`, retryable: it names a payment that the ledger does not know.
        """
        cause = Cause(Source.WEBHOOK, correlation_id, hint.event_id)
        try:
            snapshot = self._gateway.read(hint.provider_ref, deadline=deadline).snapshot
        except ProviderMissing:
            if not hint.of_an_ended_one:
                raise
            self._count("ObjectsMissing")
            return
        if snapshot.payment_id is None or snapshot.foreign or snapshot.livemode is not self._rules.livemode:
            self._count("ForeignObjects")
            return
        payment = self._observer.observe(snapshot.payment_id, snapshot, cause)
        if hint.notice is not None:
            noted = Cause(Source.WEBHOOK, correlation_id, f"{hint.event_id}#notice")
            payment = self._observer.note(payment.payment_id, Fact(hint.notice), noted)
        if hint.approval and snapshot.approved:
            payment = self._approved_again(payment, hint.event_id, correlation_id)
        self._settlement.settle(payment, Cause(Source.COMMAND, correlation_id), deadline)

    def _approved_again(self, payment: Payment, event_id: str, correlation_id: str) -> Payment:
        """Once per event: a repeated delivery must not try a declined instrument again."""
        now = self._clock.now()
        cause = Cause(Source.WEBHOOK, correlation_id, f"{event_id}#approval")
        return self._observer.apply(payment.payment_id, lambda p, _: request_completion(p, now), cause, known=payment)

    def on_command(self, payment_id: str, correlation_id: str, deadline: Deadline) -> None:
        """Send what is reserved; first find out what became of an attempt whose answer never came."""
        cause = Cause(Source.COMMAND, correlation_id)
        payment = self._load(payment_id)
        if payment.provider_ref is None:
            payment = self._reconcile(payment, cause, deadline)
        self._settlement.settle(payment, cause, deadline)

    def on_due(self, payment_id: str, correlation_id: str, deadline: Deadline, *, guard: Guard) -> None:
        """Look at a payment because its time has come; the last look decides.

        Args:
            guard: runs the part that talks to the provider, or refuses to while its circuit is open.
        """
        cause = Cause(Source.POLL, correlation_id)
        payment = self._load(payment_id)
        try:
            payment = guard(lambda: self._look_and_settle(payment, cause, deadline))
        except (ProviderUnavailable, ProviderAmbiguous, ProviderMissing, ConfigurationError) as error:
            self._postpone(payment, error, cause)
            return
        self._decide(payment, correlation_id, deadline)

    def _postpone(self, payment: Payment, error: IntegrationError, cause: Cause) -> None:
        """Still due, so the poller comes back when the lease is over; when that has lasted, a person is called."""
        now, schedule = self._clock.now(), self._rules.schedule
        self._count("LooksPostponed")
        if isinstance(error, ConfigurationError | ProviderMissing):
            log_failure("look postponed", error, payment_id=payment.payment_id)
        if schedule.command_is_overdue(payment, now):
            self._observer.hold(payment.payment_id, "command_overdue", cause)
        elif isinstance(error, ProviderMissing) and schedule.is_over(payment, now):
            self._observer.hold(payment.payment_id, "provider_lost_it", cause)
        elif schedule.is_over(payment, now - OUTAGE_GRACE):
            self._observer.hold(payment.payment_id, OUT_OF_REACH, cause)

    def _look_and_settle(self, payment: Payment, cause: Cause, deadline: Deadline) -> Payment:
        seen = self._look(payment, cause, deadline)
        return self._settlement.settle(seen, Cause(Source.COMMAND, cause.correlation_id), deadline)

    def _look(self, payment: Payment, cause: Cause, deadline: Deadline) -> Payment:
        if payment.provider_ref is None:
            return self._reconcile(payment, cause, deadline)
        snapshot = self._gateway.read(payment.provider_ref, deadline=deadline, payment=payment).snapshot
        return self._observer.observe(payment.payment_id, snapshot, cause, known=payment)

    def _reconcile(self, payment: Payment, cause: Cause, deadline: Deadline) -> Payment:
        """End an UNKNOWN by reading: adopt the object, or, when it stays unfound long enough, give the order back."""
        now = self._clock.now()
        if payment.leased(now) or payment.abandoned:
            return payment
        reading = find(self._gateway, payment, deadline)
        if reading is not None:
            return self._observer.observe(payment.payment_id, reading.snapshot, cause, known=payment)
        if now - (payment.last_sent_at or payment.created_at) < patience(payment):
            return self._observer.apply(payment.payment_id, lambda p, _: Transition(p, p), cause, known=payment)
        failure = Failure("not_created", "try_again_later")

        def give_up(newest: Payment, _: bool) -> Transition:
            # Whoever took the lease meanwhile is calling the provider under the same key.
            if newest.leased(now):
                return Transition(newest, newest)
            return abandon(newest, failure)

        return self._observer.apply(payment.payment_id, give_up, cause, known=payment)

    def _decide(self, payment: Payment, correlation_id: str, deadline: Deadline) -> None:
        now = self._clock.now()
        clock = Cause(Source.CLOCK, correlation_id)
        if self._rules.schedule.command_is_overdue(payment, now):
            self._observer.hold(payment.payment_id, "command_overdue", clock)
        if not self._rules.schedule.is_over(payment, now) or payment.open_commands:
            return
        if payment.status in _GONE and payment.provider_ref is not None:
            ended = self._observer.apply(
                payment.payment_id,
                lambda newest, _: self._end(newest),
                clock,
                known=payment,
            )
            ended = self._settlement.settle(ended, Cause(Source.COMMAND, correlation_id), deadline)
            if ended.status in _GONE and not ended.open_commands:
                # Refused for good: asking again every minute would only repeat the refusal.
                self._observer.hold(payment.payment_id, "cancel_refused", clock)
            return
        manual = payment.instructions is not None and payment.instructions.manual
        reason = "manual_confirmation" if manual else f"still_{payment.status.value}"
        self._observer.hold(payment.payment_id, reason, clock)

    def _end(self, payment: Payment) -> Transition:
        if payment.status not in _GONE:
            return Transition(payment, payment)
        return request_cancel(payment, reason="abandoned", now=self._clock.now(), expiry=True)

    def _load(self, payment_id: str) -> Payment:
        payment = self._ledger.load(payment_id)
        if payment is None:
            raise NotFound(f"The ledger has no payment {payment_id}.", code="unknown_payment", retryable=True)
        return payment
