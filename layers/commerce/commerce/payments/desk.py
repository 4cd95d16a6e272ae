"""The operator's desk: ask for a capture, a refund or a cancel. Reserved here, carried out by the provider's worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.payments.acceptance import accept_amount, arrived_at, record_receipt
from commerce.payments.commands import request_cancel, request_capture
from commerce.payments.ledger import Cause, KeyTaken, Ledger
from commerce.payments.messages import Enqueue, command_message, poll_message
from commerce.payments.model import Payment
from commerce.payments.observation import Source
from commerce.payments.observe import Count, Folding, Observer
from commerce.payments.receipts import Receipt
from commerce.payments.refund_request import request_refund
from commerce.payments.transition import Transition
from commerce.payments.views import payment_view
from commerce.platform.clock import Clock
from commerce.platform.errors import Conflict, NotFound, StoreUnavailable, Unprocessable
from commerce.platform.idempotency import Answer, IdempotencyRecords, KeyedRequest


class PaymentDesk:
    """Takes commands on payments: each is reserved in the ledger before anybody hears of it."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        observer: Observer,
        records: IdempotencyRecords,
        clock: Clock,
        enqueue: Mapping[str, Enqueue],
        count: Count,
    ) -> None:
        self._ledger = ledger
        self._observer = observer
        self._records = records
        self._clock = clock
        self._enqueue = enqueue
        self._count = count

    def refund(
        self,
        payment_id: str,
        keyed: KeyedRequest,
        correlation_id: str,
        *,
        refund_id: str,
        amount: int | None,
        reason: str | None,
        receipt_ref: str | None = None,
        by_hand: bool = False,
    ) -> Answer:
        """Reserve a refund of `amount` minor units (None: all that is left); the same id again is the same refund.

        See `request_refund` for the rest. One that was made by hand is recorded, and sent to nobody.
        """
        now = self._clock.now()
        return self._command(
            payment_id,
            keyed,
            correlation_id,
            lambda payment, _: request_refund(
                payment,
                refund_id=refund_id,
                amount=amount,
                reason=reason,
                now=now,
                receipt_ref=receipt_ref,
                by_hand=by_hand,
            ),
        )

    def capture(
        self, payment_id: str, keyed: KeyedRequest, correlation_id: str, *, capture_id: str, amount: int | None
    ) -> Answer:
        """Reserve a capture of `amount` minor units (None: all that is authorised)."""
        now = self._clock.now()
        return self._command(
            payment_id,
            keyed,
            correlation_id,
            lambda payment, _: request_capture(payment, capture_id=capture_id, amount=amount, now=now),
        )

    def cancel(self, payment_id: str, keyed: KeyedRequest, correlation_id: str, *, reason: str | None) -> Answer:
        """Ask to end an attempt that is not paid."""
        now = self._clock.now()
        return self._command(
            payment_id,
            keyed,
            correlation_id,
            lambda payment, _: request_cancel(payment, reason=reason, now=now),
        )

    def confirm(
        self,
        payment_id: str,
        keyed: KeyedRequest,
        correlation_id: str,
        *,
        receipt_ref: str | None = None,
        amount: int | None = None,
        received_at: datetime | None = None,
    ) -> Answer:
        """A person's word on money: `amount` minor units arrived for a payment that no provider watches, or, without
        one, what arrived pays the order although it is another amount (PAY-21).

        Args:
            received_at: when it arrived; None means in time (see `arrived_at`).

        Raises:
            Unprocessable: `receipt_incomplete`; also what `accept_amount`, `arrived_at` and `record_receipt` raise.
        """
        if (receipt_ref is None) != (amount is None) or (receipt_ref is None and received_at is not None):
            missing = "receipt_ref" if receipt_ref is None else "amount"
            raise Unprocessable(
                "A receipt has both a receipt_ref and an amount.",
                code="receipt_incomplete",
                details={"field": missing},
            )
        now = self._clock.now()
        rules = self._observer.rules

        def confirmed(payment: Payment, paid_elsewhere: bool) -> Transition:
            if receipt_ref is None or amount is None:
                return accept_amount(payment, paid_elsewhere=paid_elsewhere)
            receipt = Receipt(receipt_ref, amount, arrived_at(payment, received_at, now))
            return record_receipt(payment, receipt, rules=rules, now=now, paid_elsewhere=paid_elsewhere)

        return self._command(payment_id, keyed, correlation_id, confirmed)

    def refresh(self, payment_id: str, correlation_id: str) -> Answer:
        """Have the provider asked now; the way out of review."""
        payment = self._require(payment_id)
        self._send(payment, poll_message(payment.provider, payment_id, correlation_id))
        return Answer(202, {"payment": payment_view(payment)})

    def _command(self, payment_id: str, keyed: KeyedRequest, correlation_id: str, request: Folding) -> Answer:
        stored = self._records.stored_answer(keyed)
        if stored is not None:
            return stored
        payment = self._require(payment_id)
        if not request(payment, False).changed:
            return Answer(200, {"payment": payment_view(payment)})
        try:
            committed = self._observer.apply(
                payment_id,
                request,
                Cause(Source.OPERATOR, correlation_id),
                known=payment,
                keyed=lambda after: self._records.answer(keyed, Answer(202, {"payment": payment_view(after)})),
            )
        except KeyTaken as taken:
            stored = self._records.stored_answer(keyed)
            if stored is not None:
                return stored
            raise Conflict(
                "The same request is running at this moment; repeat it shortly.",
                code="request_in_progress",
                retryable=True,
                retry_after=1,
            ) from taken
        self._send(committed, command_message(committed.provider, committed.payment_id, correlation_id))
        return Answer(202, {"payment": payment_view(committed)})

    def _send(self, payment: Payment, message: Mapping[str, object]) -> None:
        try:
            self._enqueue[payment.provider](message)
        except StoreUnavailable:
            # The reservation stands and is due within a minute: the poller sends what the queue did not take.
            self._count("CommandsDelayed")

    def _require(self, payment_id: str) -> Payment:
        payment = self._ledger.load(payment_id)
        if payment is None:
            raise NotFound(f"There is no payment {payment_id}.", code="payment_not_found")
        return payment
