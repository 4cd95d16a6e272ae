"""A checkout: one attempt, written before the provider is called, resumed under the same key until it is over.

The request path is one read of the order, one write, one provider call, one write. Whatever happens in between, a
timeout, a crash, a second click, a client that starts again, comes back here and goes on with the same attempt: only
the provider's own word that it is dead lets another begin (PAY-01, PAY-02, PAY-04).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from commerce.orders import entries as order_entries
from commerce.orders.model import Order, OrderStatus
from commerce.orders.store import OrderReader
from commerce.payments.attempts import abandon, fingerprint, open_attempt, resend, unknown
from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.checkout_refusals import being_ended, in_progress, other_in_progress, refuse_waiting
from commerce.payments.commands import request_cancel
from commerce.payments.fold_commands import REFUSAL_STANDS
from commerce.payments.gateway import PaymentGateway, Reading
from commerce.payments.ledger import Cause, KeyTaken, Ledger
from commerce.payments.messages import Enqueue, command_message
from commerce.payments.methods.method import CheckoutMethod
from commerce.payments.model import CheckoutChoices, Failure, Payment
from commerce.payments.observation import Source
from commerce.payments.observe import Observer
from commerce.payments.opening import find, patience, start_request
from commerce.payments.settle import Settlement
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import Transition
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.dynamodb import TransactEntry
from commerce.platform.errors import (
    Conflict,
    IntegrationError,
    NotFound,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    VersionConflict,
)
from commerce.platform.idempotency import Answer, IdempotencyRecords, KeyedRequest

TRIES = 4
_BUYERS_TURN = frozenset({PaymentStatus.ACTION_REQUIRED, PaymentStatus.FAILED})


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """Which order to pay, and how; the amount is the order's."""

    order_id: str
    choices: CheckoutChoices
    keyed: KeyedRequest
    correlation_id: str


class Checkout:
    """Pays orders by one method, at one provider."""

    def __init__(  # noqa: PLR0913 - the collaborators are the use case
        self,
        *,
        orders: OrderReader,
        ledger: Ledger,
        observer: Observer,
        records: IdempotencyRecords,
        gateway: PaymentGateway,
        method: CheckoutMethod,
        table: str,
        clock: Clock,
        enqueue: Mapping[str, Enqueue],
    ) -> None:
        """`enqueue` reaches the workers of all providers: one of them may have to end what was begun with it."""
        self._orders = orders
        self._ledger = ledger
        self._observer = observer
        self._records = records
        self._gateway = gateway
        self._method = method
        self._table = table
        self._clock = clock
        self._enqueue = enqueue
        self._settlement = Settlement(ledger=ledger, observer=observer, gateway=gateway, clock=clock)

    def pay(self, request: CheckoutRequest, *, authorize: Callable[[str], None], deadline: Deadline) -> Answer:
        """Open or resume the attempt to pay the order.

        Args:
            authorize: raises Forbidden unless the caller may act for this user id.

        Raises:
            NotFound: `order_not_found`.
            Conflict: `order_already_paid`, `checkout_in_progress` (retryable), `payment_in_review`,
                `cancel_in_progress`, `attempt_superseded`, `payment_in_progress` (other choices, and the open attempt
                cannot be ended now).
            Unprocessable: `idempotency_key_reused`, and what the method and the gateway refuse.
            ProviderRefused, ProviderUnavailable: the provider said no, or provably was not reached.
        """
        for _ in range(TRIES):
            order = self._orders.get(request.order_id)
            if order is None:
                raise NotFound(
                    f"Order {request.order_id} is not registered; the store's backend registers it with "
                    f"PUT /orders/{request.order_id}.",
                    code="order_not_found",
                )
            authorize(order.buyer.id)
            try:
                choices = self._method.prepare(order, request.choices)
                answer = self._pay(order, replace(request, choices=choices), deadline)
            except KeyTaken:
                answer = self._records.stored_answer(request.keyed)
            except VersionConflict:
                continue
            if answer is not None:
                return answer
        raise in_progress(request.order_id)

    def _pay(self, order: Order, request: CheckoutRequest, deadline: Deadline) -> Answer | None:
        if order.status is OrderStatus.OPEN and order.open_payment_id is None:
            payment = self._open(order, request)
            return self._send(payment, order, request, deadline)
        record = self._records.find(request.keyed)
        if record is not None and record.answer is not None:
            return record.answer
        if order.open_payment_id is None:
            raise Conflict(
                f"Order {order.order_id} is already {order.status.value}.",
                code="order_already_paid",
                details={"payment_id": order.paid_payment_id},
            )
        if record is not None and record.subject not in (None, order.open_payment_id):
            # A retry that comes late must not end what its own buyer has begun since.
            raise Conflict(
                "The attempt of this Idempotency-Key is over, and another one is open; use its key, or a new one.",
                code="attempt_superseded",
                details={"payment_id": order.open_payment_id},
            )
        payment = self._require(order.open_payment_id)
        if self._supersede(payment, order, request, deadline):
            return None
        if payment.provider_ref is None:
            return self._resume(payment, order, request, deadline)
        reading = self._gateway.read(payment.provider_ref, deadline=deadline, payment=payment)
        return self._adopt(payment, reading, request)

    def _open(self, order: Order, request: CheckoutRequest) -> Payment:
        now = self._clock.now()
        self._gateway.accept(order.money, request.choices)
        expires_at = self._method.payable_until(request.choices, now)
        self._method.ensure_ready()
        opened = open_attempt(
            order,
            store=self._table,
            provider=self._gateway.provider,
            method=self._method.name,
            choices=request.choices,
            now=now,
            expires_at=expires_at,
        )
        hold = order_entries.hold(self._table, order, opened.after.payment_id, now)
        claim = self._records.claim(request.keyed, opened.after.payment_id)
        return self._observer.open(opened, self._cause(request), opening=hold, keyed=claim)

    def _send(
        self, payment: Payment, order: Order, request: CheckoutRequest, deadline: Deadline, *, repeated: bool = False
    ) -> Answer:
        cause = self._cause(request)
        try:
            reading = self._gateway.start(
                start_request(payment), order.terms, key=payment.operation_key, deadline=deadline
            )
        except (ProviderRefused, ProviderMissing) as refusal:
            if repeated:
                # It speaks of this call alone: an earlier one may have gone through, and only a read can tell.
                return self._unknown(payment, refusal.code, cause)
            self._refused(payment, refusal, cause)
            raise
        except (ProviderAmbiguous, ProviderConflict) as ambiguity:
            return self._unknown(payment, ambiguity.code, cause)
        except IntegrationError:
            self._observer.give_back_lease(payment)
            raise
        return self._finish(payment, reading, request)

    def _unknown(self, payment: Payment, code: str, cause: Cause) -> Answer:
        held = self._observer.apply(payment.payment_id, lambda newest, _: unknown(newest, code), cause, known=payment)
        return Answer(202, self._method.body(held, None))

    def _finish(self, payment: Payment, reading: Reading, request: CheckoutRequest) -> Answer:
        def keyed(after: Payment) -> TransactEntry:
            return self._records.answer(request.keyed, Answer(201, self._method.body(after, reading)))

        committed = self._observer.observe(
            payment.payment_id, reading.snapshot, self._cause(request), known=payment, keyed=keyed
        )
        return Answer(201, self._method.body(committed, reading))

    def _resume(self, payment: Payment, order: Order, request: CheckoutRequest, deadline: Deadline) -> Answer | None:
        now = self._clock.now()
        if payment.leased(now):
            raise in_progress(payment.order_id)
        if now - (payment.sent_at or now) < self._gateway.key_life:
            leased = self._ledger.touch(payment, resend(payment, now).after)
            return self._send(leased, order, request, deadline, repeated=True)
        reading = find(self._gateway, payment, deadline)
        if reading is not None:
            return self._adopt(payment, reading, request)
        if now - (payment.last_sent_at or payment.created_at) < patience(payment):
            return self._unknown(payment, "not_found_yet", self._cause(request))
        failure = Failure("not_created", "try_again_later")
        self._observer.apply(payment.payment_id, lambda p, _: abandon(p, failure), self._cause(request), known=payment)
        return None

    def _adopt(self, payment: Payment, reading: Reading, request: CheckoutRequest) -> Answer:
        cause = Cause(Source.RETURN, request.correlation_id)
        committed = self._observer.observe(payment.payment_id, reading.snapshot, cause, known=payment)
        answer = Answer(200, self._method.body(committed, reading))
        self._records.keep(request.keyed, answer)
        return answer

    def _refused(self, payment: Payment, refusal: ProviderError, cause: Cause) -> None:
        usual = BuyerCode.CARD_DECLINED if payment.method == "card" else BuyerCode.PAYMENT_DECLINED
        failure = Failure(refusal.code, str(refusal.details.get("buyer_code", usual)))
        self._observer.apply(payment.payment_id, lambda p, _: abandon(p, failure), cause, known=payment)

    def _supersede(self, payment: Payment, order: Order, request: CheckoutRequest, deadline: Deadline) -> bool:
        """Whether the open attempt was ended for this request, which chose otherwise; refuse what has to wait for it.

        Only an attempt that waits for the buyer is ended, and only the provider's word ends it (PAY-02). Money that
        comes first after all is the order's, so the wish is one of the clock's kind.
        """
        refuse_waiting(payment)
        now = self._clock.now()
        if self._is_same(payment, order, request) and not _run_out(payment, now):
            return False
        if not _may_be_ended(payment, now):
            raise other_in_progress(payment)
        if payment.provider != self._gateway.provider:
            raise self._end_elsewhere(payment, request)
        seen = self._look(payment, request, deadline)
        if seen.holds_order and seen.status not in _BUYERS_TURN:
            raise other_in_progress(seen)
        ending = self._observer.apply(payment.payment_id, lambda p, _: self._end(p), self._cause(request), known=seen)
        self._settlement.settle(ending, Cause(Source.COMMAND, request.correlation_id), deadline)
        return True

    def _is_same(self, payment: Payment, order: Order, request: CheckoutRequest) -> bool:
        wanted = fingerprint(order.order_id, order.money, self._method.name, request.choices)
        return payment.provider == self._gateway.provider and payment.fingerprint == wanted

    def _end_elsewhere(self, payment: Payment, request: CheckoutRequest) -> Conflict:
        """Another provider has the open attempt: its own worker ends it, and the caller repeats shortly."""
        ending = self._observer.apply(
            payment.payment_id, lambda p, _: self._end(p), self._cause(request), known=payment
        )
        if ending.cancellation is None or not ending.cancellation.status.is_open:
            return other_in_progress(ending)
        message = command_message(payment.provider, payment.payment_id, request.correlation_id)
        self._enqueue[payment.provider](message)
        return being_ended(ending)

    def _end(self, payment: Payment) -> Transition:
        if payment.status not in _BUYERS_TURN:
            return Transition(payment, payment)
        return request_cancel(payment, reason="superseded", now=self._clock.now(), expiry=True)

    def _look(self, payment: Payment, request: CheckoutRequest, deadline: Deadline) -> Payment:
        reading = self._gateway.read(payment.provider_ref or "", deadline=deadline, payment=payment)
        cause = Cause(Source.RETURN, request.correlation_id)
        return self._observer.observe(payment.payment_id, reading.snapshot, cause, known=payment)

    def _require(self, payment_id: str) -> Payment:
        payment = self._ledger.load(payment_id)
        if payment is None:
            raise VersionConflict(f"Payment {payment_id} is not there yet; repeat.", retry_after=1)
        return payment

    def _cause(self, request: CheckoutRequest) -> Cause:
        return Cause(Source.CALL, request.correlation_id)


def _run_out(payment: Payment, now: datetime) -> bool:
    """The buyer can no longer pay it, although the provider may still call it open.

    Instructions that failed are of no more use, where a card or a PayPal account can be tried again. A code that no
    provider watches can be paid for ever: a person, and not the clock, ends it.
    """
    if _is_manual(payment):
        return False
    spent = payment.status is PaymentStatus.FAILED and payment.method in ("pix", "boleto")
    return spent or (payment.expires_at is not None and payment.expires_at <= now)


def _may_be_ended(payment: Payment, now: datetime) -> bool:
    """It waits for the buyer, the provider knows it, and it tells by itself whether it was paid."""
    wish = payment.cancellation
    refused = wish is not None and not wish.status.is_open and now - wish.requested_at <= REFUSAL_STANDS
    known = payment.provider_ref is not None and not _is_manual(payment)
    return payment.status in _BUYERS_TURN and known and not refused


def _is_manual(payment: Payment) -> bool:
    return payment.instructions is not None and payment.instructions.manual
