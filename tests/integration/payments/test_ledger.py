"""One commit is one transaction: state, timeline, mark of the webhook, order and events together or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from commerce.orders import entries
from commerce.orders.model import OrderStatus
from commerce.orders.store import OrderStore, Outcome
from commerce.payments.attempts import open_attempt
from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.ledger import AlreadySeen, Cause, KeyTaken, Ledger, OrderMoved
from commerce.payments.model import CheckoutChoices, Payment
from commerce.payments.observation import Snapshot, Source
from commerce.payments.observe import Observer, PaymentRules
from commerce.payments.refund_request import request_refund
from commerce.payments.schedule import PollSchedule
from commerce.payments.status import PaymentStatus
from commerce.payments.transition import LATE_REFUND_ID, Transition
from commerce.platform.clock import ManualClock
from commerce.platform.dynamodb import unmarshal
from commerce.platform.errors import Conflict, Unprocessable, VersionConflict
from commerce.platform.idempotency import Answer, IdempotencyRecords, KeyedRequest
from commerce.platform.ids import RandomIds
from commerce.platform.money import Money
from tests.builders import NOW, PRICE, later, order_terms, snapshot

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "CommerceTable"
CALL = Cause(Source.CALL, "req-1")
S = PaymentStatus


class Books:
    """Ledger, orders and observer on one clock."""

    def __init__(self, client: DynamoDBClient, late_policy: LatePolicy = LatePolicy.REFUND) -> None:
        self.client = client
        self.clock = ManualClock(NOW)
        self.orders = OrderStore(client, TABLE, clock=self.clock, ids=RandomIds())
        self.ledger = Ledger(client, TABLE, clock=self.clock, ids=RandomIds())
        self.records = IdempotencyRecords(client, "IdempotencyTable", self.clock)
        self.alarms: list[str] = []
        rules = PaymentRules(livemode=False, late_policy=late_policy, schedule=PollSchedule())
        self.observer = Observer(self.ledger, rules, self.clock, self.alarms.append)

    def open(self, *, key: str = "key-1", body: object = "body", attempt_of: str = "order-1") -> Payment:
        order = self.orders.get(attempt_of)
        assert order is not None
        opened = open_attempt(
            order,
            store=TABLE,
            provider="stripe",
            method="card",
            choices=CheckoutChoices(),
            now=self.clock.now(),
        )
        keyed = KeyedRequest.of(route="checkout", caller="user-1", key=key, body=body)
        hold = entries.hold(TABLE, order, opened.after.payment_id, self.clock.now())
        return self.observer.open(opened, CALL, opening=hold, keyed=self.records.claim(keyed, opened.after.payment_id))

    def see(self, payment: Payment, seen: Snapshot, *, event_id: str | None = None) -> Payment:
        of_payment = replace(seen, payment_id=payment.payment_id, order_id=payment.order_id)
        return self.observer.observe(payment.payment_id, of_payment, Cause(Source.WEBHOOK, "req-2", event_id))

    def events(self) -> list[str]:
        """The types of everything in the outbox, oldest first."""
        rows = [unmarshal(item) for item in self.client.scan(TableName=TABLE)["Items"]]
        payloads = [json.loads(row["payload"]) for row in rows if row.get("kind") == "outbox"]
        return [payload["type"] for payload in sorted(payloads, key=lambda payload: payload["occurred_at"])]


@pytest.fixture
def books(dynamodb: DynamoDBClient) -> Books:
    found = Books(dynamodb)
    found.orders.register(order_terms(), correlation_id="req-0")
    found.clock.advance(1)
    return found


def test_an_order_is_registered_once_and_changed_while_nothing_is_open(books: Books) -> None:
    again = books.orders.register(order_terms(), correlation_id="r")
    changed = books.orders.register(order_terms(money=Money(500, "BRL")), correlation_id="r")

    assert again.outcome is Outcome.UNCHANGED
    assert changed.outcome is Outcome.UPDATED
    assert books.events() == ["order.registered", "order.updated"]


@pytest.mark.invariant("PAY-05")
def test_the_terms_stand_still_while_an_attempt_is_open(books: Books) -> None:
    payment = books.open()

    with pytest.raises(Conflict) as refused:
        books.orders.register(order_terms(money=Money(1, "BRL")), correlation_id="r")
    assert refused.value.code == "order_locked"

    books.see(payment, snapshot(S.CANCELED))
    assert books.orders.register(order_terms(money=Money(1, "BRL")), correlation_id="r").outcome is Outcome.UPDATED


@pytest.mark.invariant("PAY-01", "PAY-02")
def test_one_order_has_one_open_attempt_whoever_tries(books: Books) -> None:
    books.open()

    with pytest.raises(OrderMoved):
        stale = books.orders.get("order-1")
        assert stale is not None
        opened = open_attempt(stale, store=TABLE, provider="stripe", method="card", choices=CheckoutChoices(), now=NOW)
        hold = entries.hold(TABLE, stale, opened.after.payment_id, NOW)
        books.ledger.commit(opened, CALL, opening=hold)


@pytest.mark.invariant("PAY-01", "PAY-17")
def test_sixteen_observers_at_once_make_one_payment_paid_and_one_event(books: Books) -> None:
    payment = books.open()
    books.clock.advance(5)

    with ThreadPoolExecutor(16) as pool:
        ends = list(pool.map(lambda _: books.see(payment, snapshot(S.PAID)), range(16)))

    assert {end.status for end in ends} == {S.PAID}
    assert books.events().count("payment.paid") == 1
    assert books.events().count("order.paid") == 1


@pytest.mark.invariant("PAY-13")
def test_a_webhook_ten_times_has_one_effect(books: Books) -> None:
    payment = books.open()

    for _ in range(10):
        books.see(payment, snapshot(S.PAID), event_id="evt_1")

    assert books.events().count("payment.paid") == 1
    found = books.ledger.history(payment.payment_id)
    assert found is not None
    assert [entry.facts for entry in found[1]] == [("payment.created",), ("payment.paid",)]


@pytest.mark.invariant("PAY-13")
def test_the_mark_of_a_webhook_outlives_the_providers_repeats(books: Books) -> None:
    payment = books.see(books.open(), snapshot(S.PAID), event_id="evt_1")
    row = unmarshal(books.client.get_item(TableName=TABLE, Key=_key("SEEN#stripe#evt_1", "SEEN"))["Item"])

    assert row["expires_at"] - books.clock.now().timestamp() >= 30 * 86_400
    refund = request_refund(payment, refund_id="r1", amount=1, reason=None, now=NOW)
    with pytest.raises(AlreadySeen):
        books.ledger.commit(refund, Cause(Source.WEBHOOK, "req", "evt_1"))


@pytest.mark.invariant("PLT-01")
def test_a_lost_race_publishes_nothing(books: Books) -> None:
    payment = books.open()
    paid = fold(payment, _of(payment, snapshot(S.PAID)), livemode=False, now=NOW, late_policy=LatePolicy.REFUND)
    books.ledger.commit(paid, CALL)
    before = books.events()

    with pytest.raises(VersionConflict):
        books.ledger.commit(paid, CALL)

    assert books.events() == before


@pytest.mark.invariant("PAY-01", "PAY-19")
@pytest.mark.parametrize("policy", list(LatePolicy))
def test_a_second_payment_of_a_paid_order_is_sent_back(dynamodb: DynamoDBClient, policy: LatePolicy) -> None:
    books = Books(dynamodb, policy)
    books.orders.register(order_terms(), correlation_id="req-0")
    books.clock.advance(1)
    first = books.see(books.open(), snapshot(S.CANCELED))
    second = books.open(key="key-2")
    books.see(second, snapshot(S.PAID, provider_ref="pi_2"))

    late = books.see(first, snapshot(S.PAID, observed_at=later(50)))

    assert late.refunds[LATE_REFUND_ID].amount == PRICE.amount
    order = books.orders.get("order-1")
    assert order is not None
    assert (order.status, order.paid_payment_id) == (OrderStatus.PAID, second.payment_id)
    assert books.events().count("order.paid") == 1


@pytest.mark.invariant("PAY-05")
def test_a_mismatch_rings_the_alarm_and_leaves_the_order_alone(books: Books) -> None:
    books.see(books.open(), snapshot(S.PAID, money=Money(1, "BRL")))

    order = books.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.OPEN
    assert books.alarms == ["PaymentsQuarantined"]


@pytest.mark.invariant("PAY-23")
def test_an_unknown_status_rings_the_alarm(books: Books) -> None:
    assert books.see(books.open(), snapshot(None)).status is S.REVIEW
    assert books.alarms == ["UnknownProviderStatus", "PaymentsInReview"]


@pytest.mark.invariant("PAY-03")
def test_a_key_stands_for_one_body(books: Books) -> None:
    books.open(key="key-1", body={"a": 1})
    other = KeyedRequest.of(route="checkout", caller="user-1", key="key-1", body={"a": 2})

    with pytest.raises(Unprocessable) as refused:
        books.records.stored_answer(other)
    assert refused.value.code == "idempotency_key_reused"
    with pytest.raises(KeyTaken):
        books.ledger.keep(books.records.claim(other, "pay_2"))


@pytest.mark.invariant("PAY-03")
def test_a_key_gives_its_answer_until_it_expires(books: Books) -> None:
    request = KeyedRequest.of(route="checkout", caller="user-1", key="key-1", body={"a": 1})
    books.records.keep(request, Answer(201, {"x": "é"}))

    assert books.records.stored_answer(request) == Answer(201, {"x": "é"})
    books.clock.advance(3 * 86_400)
    assert books.records.stored_answer(request) is None


def test_a_whole_transition_can_be_kept_from_the_order(books: Books) -> None:
    payment = books.open()
    paid: Transition = fold(
        payment, _of(payment, snapshot(S.PAID)), livemode=False, now=NOW, late_policy=LatePolicy.REFUND
    )
    books.ledger.commit(paid, CALL, leave_order=True)

    order = books.orders.get("order-1")
    assert order is not None
    assert order.status is OrderStatus.OPEN


def _of(payment: Payment, seen: Snapshot) -> Snapshot:
    return replace(seen, payment_id=payment.payment_id)


def _key(pk: str, sk: str) -> Any:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
