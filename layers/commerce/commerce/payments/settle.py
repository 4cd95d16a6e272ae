"""Carry out what the ledger has reserved: captures, refunds, cancels, each sent once and seen through.

`sent_at` is written before the call. A command that may already be at the provider is looked for there before it is
sent again, under the same key; an answer that says "already done" is answered by reading (PAY-09).
"""

from __future__ import annotations

from dataclasses import replace

from commerce.payments.commands import Command, end_missing, fail_command, mark_sent
from commerce.payments.gateway import PaymentGateway, Reading
from commerce.payments.ledger import Cause, Ledger
from commerce.payments.model import Cancellation, Capture, CommandStatus, Completion, Payment, Refund
from commerce.payments.observe import Observer
from commerce.payments.transition import Transition
from commerce.platform.clock import Clock, iso
from commerce.platform.deadline import Deadline
from commerce.platform.errors import (
    IntegrationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    VersionConflict,
)


class Settlement:
    """Sends the open commands of a payment and folds in what comes of them."""

    def __init__(self, *, ledger: Ledger, observer: Observer, gateway: PaymentGateway, clock: Clock) -> None:
        self._ledger = ledger
        self._observer = observer
        self._gateway = gateway
        self._clock = clock

    def settle(self, payment: Payment, cause: Cause, deadline: Deadline) -> Payment:
        """Every command that waits to be sent, one after the other; gives the payment as it stands afterwards.

        Raises:
            ProviderUnavailable, ConfigurationError: provably nothing happened; the command stays reserved.
        """
        for command in payment.open_commands:
            if command.status is CommandStatus.PENDING:
                continue
            if payment.provider_ref is None or payment.leased(self._clock.now()):
                return payment
            if isinstance(command, Refund) and payment.refunds_frozen:
                # Reserved, and sent once the dispute is won; the bank may be taking the same money back (PAY-25).
                continue
            payment = self._carry_out(payment, command, cause, deadline)
        return payment

    def _carry_out(self, payment: Payment, command: Command, cause: Cause, deadline: Deadline) -> Payment:
        if command.status is CommandStatus.SENT:
            payment = self._looked_at(payment, command, cause, deadline)
        current = same_command(payment, command)
        if current is None or current.status not in (CommandStatus.REQUESTED, CommandStatus.SENT):
            return payment
        try:
            payment = self._ledger.touch(payment, mark_sent(payment, current, self._clock.now()).after)
        except VersionConflict:
            # Somebody else is at this payment; it looks after the command, or the next look does.
            return self._ledger.load(payment.payment_id) or payment
        return self._send(payment, current, cause, deadline)

    def _send(self, payment: Payment, command: Command, cause: Cause, deadline: Deadline) -> Payment:
        try:
            reading = self._call(payment, command, deadline)
        except (ProviderConflict, ProviderMissing) as conflict:
            if isinstance(conflict, ProviderMissing) and _given_up(command):
                return self._end_missing(payment, conflict, cause)
            adopted = self._read(payment, cause, deadline)
            return self._fail(adopted, command, conflict, cause)
        except ProviderRefused as refusal:
            return self._fail(payment, command, refusal, cause)
        except ProviderAmbiguous:
            return self._observer.apply(payment.payment_id, _unchanged, cause, known=payment)
        except IntegrationError:
            self._observer.give_back_lease(payment)
            raise
        return self._observer.observe(payment.payment_id, reading.snapshot, cause, known=payment)

    def _looked_at(self, payment: Payment, command: Command, cause: Cause, deadline: Deadline) -> Payment:
        try:
            return self._read(payment, cause, deadline)
        except ProviderMissing as missing:
            # What was sent may have been done all the same: only a person's wish to end the attempt needs no answer.
            if not _given_up(command):
                raise
            return self._end_missing(payment, missing, cause)

    def _end_missing(self, payment: Payment, missing: ProviderMissing, cause: Cause) -> Payment:
        """The provider knows no such object. A person's wish to end it is fulfilled; money that shows up is late."""
        return self._observer.apply(payment.payment_id, lambda p, _: end_missing(p, missing.code), cause, known=payment)

    def _call(self, payment: Payment, command: Command, deadline: Deadline) -> Reading:
        match command:
            case Refund():
                key = f"{payment.payment_id}:refund:{command.refund_id}"
                money = payment.money.with_amount(command.amount)
                return self._gateway.refund(payment, command, money, key=key, deadline=deadline)
            case Capture():
                key = f"{payment.payment_id}:capture:{command.capture_id}"
                money = payment.money.with_amount(command.amount)
                return self._gateway.capture(payment, money, key=key, deadline=deadline)
            case Completion():
                # Each approval has a key of its own: the provider would repeat its refusal of an earlier one.
                key = f"{payment.payment_id}:complete:{iso(command.requested_at)}"
                return self._gateway.complete(payment, key=key, deadline=deadline)
            case Cancellation():
                # Each wish has a key of its own, for the same reason.
                key = f"{payment.payment_id}:cancel:{iso(command.requested_at)}"
                return self._gateway.cancel(payment, reason=command.reason, key=key, deadline=deadline)

    def _read(self, payment: Payment, cause: Cause, deadline: Deadline) -> Payment:
        reading = self._gateway.read(payment.provider_ref or "", deadline=deadline, payment=payment)
        return self._observer.observe(payment.payment_id, reading.snapshot, cause, known=payment)

    def _fail(self, payment: Payment, command: Command, refusal: ProviderError, cause: Cause) -> Payment:
        told = refusal.details.get("buyer_code") if isinstance(refusal, ProviderRefused) else None

        def folding(newest: Payment, _: bool) -> Transition:
            current = same_command(newest, command)
            # What the provider has under way (pending) was not refused, whatever it answered to another try.
            if current is None or current.status not in (CommandStatus.REQUESTED, CommandStatus.SENT):
                return _unchanged(newest, False)
            return fail_command(newest, current, refusal.code, told if isinstance(told, str) else None)

        return self._observer.apply(payment.payment_id, folding, cause, known=payment)


def same_command(payment: Payment, command: Command) -> Command | None:
    """The command under the same name in a newer version of the payment."""
    match command:
        case Refund():
            return payment.refunds.get(command.refund_id)
        case Capture():
            return payment.captures.get(command.capture_id)
        case Completion():
            same = payment.completion is not None and payment.completion.requested_at == command.requested_at
            return payment.completion if same else None
        case Cancellation():
            return payment.cancellation


def _given_up(command: Command) -> bool:
    return isinstance(command, Cancellation) and not command.expiry


def _unchanged(payment: Payment, _: bool) -> Transition:
    return Transition(payment, replace(payment, lease_until=None))
