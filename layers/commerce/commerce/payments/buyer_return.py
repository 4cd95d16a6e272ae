"""The buyer comes back from the provider's page: take the money now, beside the webhook that does the same (PAY-17).

Both come through the ledger: whoever reserves the call makes it, the other waits for its outcome and answers alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from commerce.payments.commands import request_completion
from commerce.payments.gateway import PaymentGateway
from commerce.payments.ledger import Cause, Ledger
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.model import Payment
from commerce.payments.observation import Source
from commerce.payments.observe import Observer
from commerce.payments.settle import Settlement
from commerce.payments.status import DEAD, SETTLED, PaymentStatus
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import Conflict, NotFound, ProviderRefused
from commerce.platform.idempotency import Answer

PAUSE_SECONDS = 0.25
MOST_WAIT_SECONDS = 8.0
_DONE = SETTLED | {PaymentStatus.AUTHORIZED}


class BuyerReturn:
    """Finishes a payment that its buyer has approved."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        observer: Observer,
        gateway: PaymentGateway,
        method: CheckoutMethod,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ledger = ledger
        self._observer = observer
        self._gateway = gateway
        self._method = method
        self._clock = clock
        self._sleep = sleep
        self._settlement = Settlement(ledger=ledger, observer=observer, gateway=gateway, clock=clock)

    def complete(
        self, payment_id: str, correlation_id: str, *, authorize: Callable[[str], None], deadline: Deadline
    ) -> Answer:
        """200 with the payment paid or authorised, 202 while its outcome is open.

        Args:
            authorize: raises Forbidden unless the caller may act for this user id.

        Raises:
            NotFound: `payment_not_found`.
            Conflict: `payment_not_approved` (send the buyer to `details.approve_url`), `payment_over`.
            ProviderRefused: the instrument was declined; `details.approve_url` lets the buyer choose another.
        """
        payment = self._ledger.load(payment_id)
        if payment is None or payment.provider != self._gateway.provider:
            raise NotFound(f"There is no payment {payment_id} that a buyer approves.", code="payment_not_found")
        authorize(payment.user_id)
        if payment.status not in _DONE | DEAD and payment.provider_ref is not None:
            payment = self._finish(payment, correlation_id, deadline)
        return self._answer(payment)

    def _finish(self, payment: Payment, correlation_id: str, deadline: Deadline) -> Payment:
        cause = Cause(Source.RETURN, correlation_id)
        snapshot = self._gateway.read(payment.provider_ref or "", deadline=deadline, payment=payment).snapshot
        payment = self._observer.observe(payment.payment_id, snapshot, cause, known=payment)
        if snapshot.approved:
            now = self._clock.now()
            payment = self._observer.apply(
                payment.payment_id, lambda p, _: request_completion(p, now), cause, known=payment
            )
        payment = self._settlement.settle(payment, Cause(Source.COMMAND, correlation_id), deadline)
        return self._outcome_of_another(payment, deadline)

    def _outcome_of_another(self, payment: Payment, deadline: Deadline) -> Payment:
        """While somebody else makes the call, its answer is ours as well."""
        patience = Deadline.after(min(MOST_WAIT_SECONDS, max(deadline.remaining(), 0.0)))
        while self._is_being_completed(payment) and patience.remaining() > PAUSE_SECONDS:
            self._sleep(PAUSE_SECONDS)
            payment = self._ledger.load(payment.payment_id) or payment
        return payment

    def _is_being_completed(self, payment: Payment) -> bool:
        wish = payment.completion
        return wish is not None and wish.status.is_open and payment.leased(self._clock.now())

    def _answer(self, payment: Payment) -> Answer:
        body = self._method.body(payment, None)
        if payment.status in _DONE:
            return Answer(200, body)
        approve_url = body.get("approve_url")
        details = {"payment_id": payment.payment_id, "approve_url": approve_url}
        if payment.status in DEAD or payment.abandoned or (payment.status is PaymentStatus.FAILED and not approve_url):
            raise Conflict(
                f"The payment is {payment.status.value}; start a new checkout of the order.",
                code="payment_over",
                details={"payment_id": payment.payment_id},
            )
        if payment.status is PaymentStatus.FAILED and payment.failure is not None:
            raise ProviderRefused(
                "The payment was declined. Send the buyer back to `details.approve_url` to choose another instrument.",
                code=payment.failure.code,
                details={**details, "buyer_code": payment.failure.buyer_code},
            )
        if payment.status is PaymentStatus.ACTION_REQUIRED:
            raise Conflict(
                "The buyer has not approved the payment yet. Send them to `details.approve_url`.",
                code="payment_not_approved",
                details=details,
            )
        return Answer(202, body)
