"""What comes after a payment: a second one, the rest of one, an object that its provider lost, an event told twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import PRICE
from tests.lanes.bacen import BacenLane
from tests.lanes.brazil_payments import BrazilPaymentsBoletoLane
from tests.lanes.stories import check_out, hear, look, open_store, paid
from tests.world import World

S = PaymentStatus
DAY = 24 * 3600


@pytest.fixture
def bank() -> Iterator[World]:
    with open_store(BacenLane) as opened:
        yield opened


@pytest.fixture
def slips() -> Iterator[World]:
    with open_store(BrazilPaymentsBoletoLane) as opened:
        yield opened


def lane_of(world: World) -> BacenLane:
    lane = world.lanes["bacen"]
    assert isinstance(lane, BacenLane)
    return lane


@pytest.mark.invariant("PAY-20", "PAY-18")
def test_a_second_pix_whose_webhook_is_lost_is_found_and_goes_back(bank: World) -> None:
    payment = paid(bank, BacenLane)
    lane_of(bank).pay(payment, again=True, late=True)
    bank.webhooks()
    for _ in range(3):
        look(bank, DAY)
        hear(bank)

    after = bank.load(payment.payment_id)
    assert [one.kind.value for one in after.discrepancies.values()] == ["second_payment"]
    (refund,) = after.refunds.values()
    assert (refund.amount, refund.status) == (PRICE.amount, CommandStatus.SUCCEEDED)
    assert after.status is S.PAID


@pytest.mark.invariant("PAY-21", "PAY-18")
def test_a_boleto_paid_twice_is_found_at_a_gateway_that_tells_nothing_by_itself(slips: World) -> None:
    payment = paid(slips, BrazilPaymentsBoletoLane)
    look(slips, 13 * 3600)
    assert slips.load(payment.payment_id).status is S.PAID
    lane = slips.lanes["brazil_payments"]
    assert isinstance(lane, BrazilPaymentsBoletoLane)
    lane.sandbox.world.pay(payment.provider_ref or "", again=True)
    for _ in range(3):
        look(slips, DAY)

    after = slips.load(payment.payment_id)
    assert "second_payment" in [one.kind.value for one in after.discrepancies.values()]
    assert "PaymentsSurplus" in slips.alarms


@pytest.mark.invariant("PAY-21")
def test_the_rest_of_an_underpaid_pix_is_found_by_the_clock(bank: World) -> None:
    payment = bank.payment(check_out(bank, BacenLane))
    lane_of(bank).pay(payment, amount=10_000)
    hear(bank)
    assert bank.load(payment.payment_id).status is S.REVIEW
    lane_of(bank).pay(payment, amount=2_990, again=True)
    bank.webhooks()
    for _ in range(3):
        look(bank, DAY)

    assert bank.load(payment.payment_id).status is S.PAID


@pytest.mark.invariant("PAY-18")
def test_a_payment_that_its_provider_lost_calls_a_person_who_can_end_it(bank: World) -> None:
    payment = bank.payment(check_out(bank, BacenLane))
    lane_of(bank).sandbox.state.charges.clear()
    for _ in range(20):
        look(bank)

    held = bank.load(payment.payment_id)
    assert (held.status, held.review_reason) == (S.REVIEW, "provider_lost_it")
    bank.cancel(payment.payment_id)
    bank.drain_queue()
    assert bank.load(payment.payment_id).status is S.CANCELED
    assert bank.checkout(key="card").status == 201


@pytest.mark.invariant("PAY-13", "PAY-20")
def test_an_event_told_twice_brings_what_the_provider_did_not_show_the_first_time(bank: World) -> None:
    payment = bank.payment(check_out(bank, BacenLane))
    lane = lane_of(bank)
    e2eid = lane.pay(payment, withhold=True)
    event = {
        "kind": "event",
        "provider": "bacen",
        "event_id": e2eid,
        "type": "pix",
        "object_id": e2eid,
        "txid": payment.provider_ref,
        "correlation_id": e2eid,
    }
    bank.work_on(event)
    assert bank.load(payment.payment_id).status is S.PROCESSING
    lane.sandbox.world.release(payment.provider_ref or "")
    bank.work_on(event)
    bank.work_on(event)

    assert bank.load(payment.payment_id).status is S.PAID
    assert [told["type"] for told in bank.events()].count("payment.paid") == 1


@pytest.mark.invariant("PAY-25")
def test_a_surplus_is_not_sent_back_while_the_bank_may_be_taking_it(bank: World) -> None:
    payment = paid(bank, BacenLane)
    lane = lane_of(bank)
    (first,) = bank.load(payment.payment_id).receipts
    lane.sandbox.world.take_back(first)
    hear(bank)
    assert bank.load(payment.payment_id).status is S.DISPUTED
    lane.pay(payment, again=True, late=True)
    hear(bank)
    look(bank)

    (waiting,) = bank.load(payment.payment_id).refunds.values()
    assert waiting.status is CommandStatus.REQUESTED
    with pytest.raises(Conflict) as refused:
        bank.refund(payment.payment_id, "r1", 1)
    assert refused.value.code == "refunds_frozen"


@pytest.mark.invariant("PAY-04", "PAY-07")
def test_a_refund_in_doubt_keeps_its_money_while_the_provider_does_not_know_the_payment(bank: World) -> None:
    payment = paid(bank, BacenLane)
    lane = lane_of(bank)
    lane.sandbox.faults.add(Fault(FaultKind.CUT_AFTER, path="/devolucao/", times=4))
    bank.refund(payment.payment_id, "r1", 5_000)
    bank.drain_queue()
    lane.sandbox.faults.clear()
    lane.sandbox.state.charges.clear()
    look(bank)

    assert bank.load(payment.payment_id).refundable == PRICE.amount - 5_000
