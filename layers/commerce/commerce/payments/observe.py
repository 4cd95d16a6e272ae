"""The one door: webhook, poller, buyer's return and our own calls all change a payment through here.

Observers may run at once. The conditional write lets one of them win; the others read again and fold again, and
since folding is idempotent they all end with the same answer (PAY-17).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from commerce.payments.fold import fold, hold
from commerce.payments.late import LatePolicy
from commerce.payments.ledger import AlreadySeen, Cause, Keyed, KeyTaken, Ledger, OrderMoved
from commerce.payments.model import Payment
from commerce.payments.observation import Snapshot, Source
from commerce.payments.schedule import PollSchedule
from commerce.payments.transition import Fact, OrderEffect, Transition
from commerce.platform.clock import Clock
from commerce.platform.dynamodb import TransactEntry
from commerce.platform.errors import NotFound, VersionConflict
from commerce.platform.observability import logger

TRIES = 8

_ALARMS = {
    "payment.unknown": "PaymentsUnknown",
    "payment.review": "PaymentsInReview",
    "payment.quarantined": "PaymentsQuarantined",
    "payment.surplus": "PaymentsSurplus",
    "payment.late": "PaymentsLate",
    "payment.discrepancy": "PaymentDiscrepancies",
    "payment.refund_failed": "RefundsFailed",
}

type Count = Callable[[str], None]
"""Adds one to a metric; the names are those of the alarms in template.yaml."""

type Folding = Callable[[Payment, bool], Transition]
"""From the payment as it is, and whether another payment paid its order, to what becomes of it."""


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """How this deployment decides.

    `tolerance` is by how many minor units an arrival of money may differ from the order and still pay it.
    """

    livemode: bool
    late_policy: LatePolicy
    schedule: PollSchedule
    tolerance: int = 0


class Observer:
    """Folds what was seen into the ledger, however often and in whatever order it is seen."""

    def __init__(self, ledger: Ledger, rules: PaymentRules, clock: Clock, count: Count) -> None:
        self._ledger = ledger
        self._rules = rules
        self._clock = clock
        self._count = count

    @property
    def rules(self) -> PaymentRules:
        return self._rules

    def observe(
        self,
        payment_id: str,
        snapshot: Snapshot,
        cause: Cause,
        *,
        known: Payment | None = None,
        keyed: Keyed | None = None,
    ) -> Payment:
        """Fold the provider's answer in; gives the payment as it stands afterwards.

        Args:
            known: the payment as just read or written, to save the first read.
            keyed: makes the record of the client's idempotency key out of the payment to be committed.

        Raises:
            NotFound: `unknown_payment`, retryable: the ledger does not know the payment (PAY-15).
            VersionConflict: others kept winning; repeat.
        """
        if snapshot.status is None:
            self._count("UnknownProviderStatus")

        def folding(payment: Payment, paid_elsewhere: bool) -> Transition:
            return fold(
                payment,
                snapshot,
                livemode=self._rules.livemode,
                now=self._clock.now(),
                late_policy=self._rules.late_policy,
                tolerance=self._rules.tolerance,
                paid_elsewhere=paid_elsewhere,
            )

        return self.apply(payment_id, folding, cause, known=known, keyed=keyed, fold_again=True)

    def open(self, opened: Transition, cause: Cause, *, opening: TransactEntry, keyed: TransactEntry) -> Payment:
        """Write a new attempt before any provider call; conflicts are the caller's to understand."""
        scheduled = self._rules.schedule.reschedule(opened.after, self._clock.now())
        return self._ledger.commit(replace(opened, after=scheduled), cause, opening=opening, keyed=lambda _: keyed)

    def give_back_lease(self, payment: Payment) -> None:
        """Nothing happened at the provider: the next try need not wait for the lease to run out."""
        try:
            self._ledger.touch(payment, replace(payment, lease_until=None))
        except VersionConflict:
            return

    def hold(self, payment_id: str, reason: str, cause: Cause) -> Payment:
        """Stop looking and call a person."""
        return self.apply(payment_id, lambda payment, _: hold(payment, reason), cause)

    def note(self, payment_id: str, fact: Fact, cause: Cause) -> Payment:
        """Publish something the provider says about a payment which moves no money, once per provider event."""
        return self.apply(payment_id, lambda payment, _: Transition(payment, payment, (fact,), fact.type), cause)

    def apply(
        self,
        payment_id: str,
        folding: Folding,
        cause: Cause,
        *,
        known: Payment | None = None,
        keyed: Keyed | None = None,
        fold_again: bool = False,
    ) -> Payment:
        """Commit whatever `folding` makes of the newest version, trying again as long as others write first.

        Args:
            fold_again: an event that was seen before may bring news all the same: the provider was read anew for it.
        """
        paid_elsewhere = False
        leave_order = False
        for _ in range(TRIES):
            payment = known or self._load(payment_id)
            known = None
            transition = self._scheduled(folding(payment, paid_elsewhere), cause)
            if not transition.changed:
                if keyed is not None:
                    self._ledger.keep(keyed(payment))
                return self._look_again_later(transition)
            try:
                committed = self._ledger.commit(
                    transition,
                    cause,
                    keyed=keyed,
                    leave_order=leave_order,
                )
            except AlreadySeen:
                if not fold_again:
                    return self._load(payment_id)
                cause = replace(cause, event_id=None)
                continue
            except OrderMoved:
                if transition.order_effect in (OrderEffect.PAID, OrderEffect.PAID_AND_REFUNDED):
                    paid_elsewhere = True
                else:
                    leave_order = True
                continue
            except KeyTaken:
                raise
            except VersionConflict:
                continue
            self._raise_alarms(transition)
            return committed
        raise VersionConflict("Others kept changing this payment; read it and repeat.", retry_after=1)

    def _load(self, payment_id: str) -> Payment:
        payment = self._ledger.load(payment_id)
        if payment is None:
            raise NotFound(
                f"The ledger has no payment {payment_id}; the provider's object names one that was not made here.",
                code="unknown_payment",
                retryable=True,
            )
        return payment

    def _scheduled(self, transition: Transition, cause: Cause) -> Transition:
        before, after = transition.before, transition.after
        if cause.source in (Source.CALL, Source.COMMAND):
            after = replace(after, lease_until=None)
        restart = before.status is not after.status or len(before.open_commands) < len(after.open_commands)
        return replace(transition, after=self._rules.schedule.reschedule(after, self._clock.now(), restart=restart))

    def _look_again_later(self, transition: Transition) -> Payment:
        before, after = transition.before, transition.after
        if (before.due_at, before.lease_until) == (after.due_at, after.lease_until):
            return before
        try:
            return self._ledger.touch(before, after)
        except VersionConflict:
            # Whoever wrote first has seen at least as much, and has set its own next look.
            return self._load(before.payment_id)

    def _raise_alarms(self, transition: Transition) -> None:
        after = transition.after
        for fact in transition.facts:
            if fact.type in _ALARMS:
                self._count(_ALARMS[fact.type])
                # The alarm only counts: this line tells whoever answers it where to look.
                logger.warning(
                    "payment needs attention",
                    extra={
                        "fact": fact.type,
                        "payment_id": after.payment_id,
                        "order_id": after.order_id,
                        "provider_ref": after.provider_ref,
                        "reason": after.review_reason or transition.note,
                    },
                )
