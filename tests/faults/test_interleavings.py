"""Any order of anything: checkout, retry, webhooks repeated and late, polls, refunds, crashes, faults, time.

After every step the provider's own books must show at most one charge for each order and never more refunded than
charged. In the end, with the faults gone and the clockwork run, ledger and books must tell the same story.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commerce.payments.late import LatePolicy
from commerce.payments.model import CaptureMethod, Payment
from commerce.payments.status import DEAD, SETTLED, PaymentStatus
from commerce.platform.dynamodb import unmarshal
from commerce.platform.errors import IntegrationError
from commerce.platform.idempotency import Answer
from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from local.sandboxes.kernel.webhooks import Delivery
from tests.builders import order_terms
from tests.lanes.every import LANES
from tests.lanes.lane import Lane
from tests.lanes.paypal import PaypalLane
from tests.lanes.stories import HOME
from tests.tables import tables
from tests.world import Killed, World, deadline

ORDERS = ("order-1", "order-2")
CARDS = ("pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired", "pm_card_refundFail")
OURS = r"^(?!.*/confirm$)"
"""The path of every request but the browser's."""

FAULTS = (
    Fault(FaultKind.CUT_BEFORE, path=OURS),
    Fault(FaultKind.CUT_AFTER, path=OURS),
    Fault(FaultKind.HANG_AFTER, path=OURS, seconds=60),
    Fault(FaultKind.DELAY, path=OURS, seconds=60),
    Fault(FaultKind.UNREACHABLE, path=OURS, times=4),
    Fault(FaultKind.STATUS, path=OURS, status=500, stage=FaultStage.STORED),
    Fault(FaultKind.STATUS, path=OURS, status=408, stage=FaultStage.AFTER),
    Fault(FaultKind.STATUS, path=OURS, status=429, times=4),
    Fault(FaultKind.HTML, path=OURS, stage=FaultStage.AFTER),
)
S = PaymentStatus

orders = st.sampled_from(ORDERS)
kills = st.none() | st.tuples(st.integers(1, 6), st.booleans())


class Store(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.answers: list[tuple[str, Answer]] = []
        self.lane: Lane | None = None
        self.attempts: list[str] = []
        self.mail: list[Delivery] = []
        self.keys = 0

    @initialize(policy=st.sampled_from(list(LatePolicy)), lane=st.sampled_from([None, *LANES]))
    def opens(self, policy: LatePolicy, lane: type[Lane] | None) -> None:
        """Stripe is always there, and perhaps another provider beside it that the buyer may turn to instead."""
        lanes = [] if lane is None else [lane]
        self.world = World(self.stack.enter_context(tables()), late_policy=policy, lanes=lanes)
        self.lane = None if lane is None else self.world.lanes[lane.provider]
        for order_id in ORDERS:
            self.world.orders.register(order_terms(order_id, shipping_address=HOME), correlation_id="req-0")

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.ends_well()
        finally:
            self.stack.close()

    def does(self, run: Callable[[], Any], kill: tuple[int, bool] | None) -> Any:
        """Run as a process that may be killed; errors of our tree are answers."""

        def guarded() -> Any:
            try:
                return run()
            except IntegrationError as error:
                return error

        if kill is None:
            return self.world.act(guarded)
        return self.world.act(guarded, kill_at=kill[0], after=kill[1])

    @rule(
        order_id=orders,
        fresh=st.booleans(),
        manual=st.booleans(),
        kill=kills,
    )
    def client_checks_out(self, order_id: str, fresh: bool, manual: bool, kill: tuple[int, bool] | None) -> None:
        self.keys += fresh
        method = CaptureMethod.MANUAL if manual else CaptureMethod.AUTOMATIC
        key = f"key-{self.keys}-{order_id}-{method}"
        answer = self.does(lambda: self.world.checkout(order_id, key=key, capture_method=method), kill)
        if isinstance(answer, Answer) and answer.body["client_secret"]:
            self.answers.append((order_id, answer))

    @rule(order_id=orders, fresh=st.booleans(), manual=st.booleans(), kill=kills)
    def client_checks_out_elsewhere(
        self, order_id: str, fresh: bool, manual: bool, kill: tuple[int, bool] | None
    ) -> None:
        lane = self.lane
        if lane is None:
            return
        self.keys += fresh
        choices = {"capture_method": CaptureMethod.MANUAL} if manual and lane.authorizes else {}
        key = f"other-{self.keys}-{order_id}-{bool(choices)}"
        answer = self.does(lambda: lane.checkout(order_id, key=key, **choices), kill)
        if isinstance(answer, Answer):
            self.attempts.append(answer.body["payment"]["payment_id"])

    @rule(pick=st.integers(0, 99), how=st.integers(0, 9))
    def buyer_acts_elsewhere(self, pick: int, how: int) -> None:
        if self.lane is None or not self.attempts:
            return
        payment = self.world.load(self.attempts[pick % len(self.attempts)])
        if payment.provider_ref is not None:
            self.lane.buyer_acts(payment, how)

    @rule(pick=st.integers(0, 99), kill=kills)
    def buyer_returns(self, pick: int, kill: tuple[int, bool] | None) -> None:
        lane = self.lane
        if isinstance(lane, PaypalLane) and self.attempts:
            self.does(lambda: lane.buyer_returns(self.attempts[pick % len(self.attempts)]), kill)

    @rule(pick=st.integers(0, 99), card=st.sampled_from(CARDS))
    def browser_confirms(self, pick: int, card: str) -> None:
        if self.answers:
            self.world.browser_pays(self.answers[pick % len(self.answers)][1], card)

    @rule(pick=st.integers(0, 99), outcome=st.sampled_from(["succeeded", "failed"]))
    def buyer_authenticates(self, pick: int, outcome: str) -> None:
        if self.answers:
            intent = self.world.intent_of(self.answers[pick % len(self.answers)][1])
            self.world.at_stripe("POST", f"/_sandbox/payment_intents/{intent}/authenticate", outcome=outcome)

    @rule(pick=st.integers(0, 99), again=st.booleans(), kill=kills)
    def a_webhook_arrives(self, pick: int, again: bool, kill: tuple[int, bool] | None) -> None:
        self.mail += self.world.webhooks()
        if self.mail:
            number = pick % len(self.mail)
            delivery = self.mail[number] if again else self.mail.pop(number)
            self.does(lambda: self.world.receive(delivery), kill)

    @rule(pick=st.integers(0, 99), again=st.booleans(), kill=kills)
    def the_worker_takes_a_message(self, pick: int, again: bool, kill: tuple[int, bool] | None) -> None:
        queue = self.world.queue
        if not queue:
            return
        message: Mapping[str, object] = queue[pick % len(queue)]
        outcome = self.does(lambda: self.world.work_on(message), kill)
        if not again and not isinstance(outcome, Killed | IntegrationError):
            queue.remove(message)

    @rule(kill=kills)
    def the_clock_polls(self, kill: tuple[int, bool] | None) -> None:
        self.does(lambda: self.world.poller.run("req", deadline()), kill)

    @rule(order_id=orders, name=st.integers(1, 3), amount=st.sampled_from([None, 500, 12_000, 99_999]), kill=kills)
    def operator_refunds(self, order_id: str, name: int, amount: int | None, kill: tuple[int, bool] | None) -> None:
        for payment in self.payments(order_id):
            self.does(lambda p=payment: self.world.refund(p.payment_id, f"r{name}", amount), kill)  # type: ignore[misc]

    @rule(order_id=orders, amount=st.sampled_from([None, 9_000]), kill=kills)
    def operator_captures(self, order_id: str, amount: int | None, kill: tuple[int, bool] | None) -> None:
        for payment in self.payments(order_id):
            self.does(lambda p=payment: self.world.capture(p.payment_id, amount), kill)  # type: ignore[misc]

    @rule(order_id=orders, kill=kills)
    def operator_cancels(self, order_id: str, kill: tuple[int, bool] | None) -> None:
        for payment in self.payments(order_id):
            self.does(lambda p=payment: self.world.cancel(p.payment_id), kill)  # type: ignore[misc]

    @rule(seconds=st.sampled_from([5, 40, 61, 400, 4_000, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    @rule(fault=st.sampled_from(FAULTS))
    def the_provider_will_fail(self, fault: Fault) -> None:
        for sandbox in self.sandboxes():
            sandbox.faults.add(fault)

    def sandboxes(self) -> list[Any]:
        return [self.world.sandbox] if self.lane is None else [self.world.sandbox, self.lane.sandbox]

    @rule()
    def late_requests_arrive(self) -> None:
        self.world.run_late()

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "world"):
            return
        for books in self.world.all_books():
            assert books["violations"] == [], books
            for book in books["orders"].values():
                assert book["refunded"] <= book["captured"], book

    @invariant()
    def the_ledger_never_promises_too_much(self) -> None:
        if not hasattr(self, "world"):
            return
        for order_id in ORDERS:
            for payment in self.payments(order_id):
                assert payment.refund_reserved <= payment.captured
                assert payment.receipts or payment.captured <= payment.money.amount
                assert all(payment.left_of(one) >= 0 for one in payment.receipts.values())

    def payments(self, order_id: str) -> list[Payment]:
        order = self.world.orders.get(order_id)
        return [] if order is None else self.world.ledger.load_many(order.payment_ids)

    def ends_well(self) -> None:
        self.world.run_late()
        self.world.queue += [message for message in self.world.queue if message["kind"] == "event"]
        for delivery in self.mail:
            self.world.receive(delivery)
        self.world.settle(rounds=14)
        self.world.clock.advance(26 * 3600)
        self.world.settle(rounds=14)
        if self.lane is not None:
            self.lane.settles()
        for _ in range(25 if self.lane and self.lane.seconds_between_looks > 3600 else 3):
            self.world.clock.advance(24 * 3600)
            self.world.settle(rounds=2)
        self.the_books_are_right()
        for order_id in ORDERS:
            books = [books["orders"].get(order_id, {}) for books in self.world.all_books()]
            sums = {name: sum(book.get(name, 0) for book in books) for name in ("captured", "refunded")}
            self.tells_the_same_story(order_id, sums)
        self.nothing_was_published_twice()

    def tells_the_same_story(self, order_id: str, book: dict[str, Any]) -> None:
        payments = self.payments(order_id)
        assert sum(_received(payment) for payment in payments) == book["captured"]
        assert sum(_sent_back(payment) for payment in payments) == book["refunded"]
        for payment in payments:
            undecided = payment.status is S.REVIEW and any(one.is_open for one in payment.discrepancies.values())
            assert payment.status in SETTLED | DEAD | {S.AUTHORIZED} or payment.abandoned or undecided, payment
            assert not payment.open_commands, payment
        order = self.world.orders.get(order_id)
        assert order is not None
        kept = [p for p in payments if p.confirmed and not p.returned]
        assert [p.payment_id for p in kept] == ([order.paid_payment_id] if order.paid_payment_id else [])

    def nothing_was_published_twice(self) -> None:
        rows = [unmarshal(item) for item in self.world.client.scan(TableName="CommerceTable")["Items"]]
        events = [json.loads(row["payload"]) for row in rows if row.get("kind") == "outbox"]
        paid = Counter((e["type"], e["data"].get("payment_id")) for e in events if e["type"] == "payment.paid")
        assert all(times == 1 for times in paid.values()), paid
        orders_paid = Counter(e["data"]["order_id"] for e in events if e["type"] == "order.paid")
        assert all(times == 1 for times in orders_paid.values()), orders_paid


def _received(payment: Payment) -> int:
    return payment.captured + sum(one.amount for one in payment.receipts.values() if one.surplus)


def _sent_back(payment: Payment) -> int:
    return sum(refund.amount for refund in payment.refunds.values() if refund.status.holds_money)


@pytest.mark.invariant(
    "PAY-01", "PAY-02", "PAY-04", "PAY-07", "PAY-08", "PAY-13", "PAY-14", "PAY-17", "PAY-19", "PLT-01", "PLT-03"
)
@pytest.mark.timeout(300)
def test_any_interleaving_ends_with_one_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    run_state_machine_as_test(
        Store,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
