"""A store without any provider: the code is made offline, and a person says what arrived (PAY-18, PAY-21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from commerce.payments.model import Payment
from commerce.payments.status import PaymentStatus
from commerce.payments.views import payment_view
from commerce.platform.errors import ConfigurationError, Conflict, Unprocessable
from commerce.platform.idempotency import Answer, KeyedRequest
from tests.builders import PRICE
from tests.lanes.static_pix import STORE, StaticPixLane
from tests.lanes.stories import check_out, look, open_store
from tests.world import World

S = PaymentStatus


@pytest.fixture
def world() -> Iterator[World]:
    with open_store(StaticPixLane) as opened:
        yield opened


def started(world: World) -> Payment:
    return world.payment(check_out(world, StaticPixLane))


def confirm(
    world: World,
    payment: Payment,
    receipt_ref: str | None = None,
    amount: int | None = None,
    *,
    key: str = "k",
    received_at: datetime | None = None,
) -> Answer:
    """What POST /payments/{payment_id}/confirmations does."""
    keyed = KeyedRequest.of(
        route=f"confirm:{payment.payment_id}", caller="op", key=key, body=[receipt_ref or "", amount]
    )
    return world.desk.confirm(
        payment.payment_id, keyed, "req-confirm", receipt_ref=receipt_ref, amount=amount, received_at=received_at
    )


def test_nothing_is_asked_of_anybody_and_the_answer_says_that_a_person_confirms_it(world: World) -> None:
    answer = check_out(world, StaticPixLane)

    assert answer.status == 201
    assert answer.body["pix"]["needs_confirmation"]
    assert answer.body["payment"]["needs_confirmation"]
    assert not world.lanes["static_pix"].sandbox.journal.entries()


def test_a_store_with_a_wrong_key_is_told_so_and_the_order_is_not_held(world: World) -> None:
    lane = world.lanes["static_pix"]
    assert isinstance(lane, StaticPixLane)
    lane.fields["pix_key"] = "(11) 99999-9999"
    with pytest.raises(ConfigurationError) as refused:
        started(world)
    assert (refused.value.code, refused.value.details["field"]) == ("wrong_secret", "pix_key")

    order = world.orders.get("order-1")
    assert order is not None
    assert order.open_payment_id is None
    lane.fields.update(STORE)
    assert started(world).status is S.PENDING


@pytest.mark.invariant("PAY-18")
def test_when_the_code_has_run_out_a_person_is_called(world: World) -> None:
    payment = started(world)
    for _ in range(20):
        look(world)

    held = world.load(payment.payment_id)
    assert (held.status, held.review_reason) == (S.REVIEW, "manual_confirmation")
    assert "PaymentsInReview" in world.alarms


def test_a_buyer_who_reloads_after_half_an_hour_sees_the_same_code(world: World) -> None:
    first = check_out(world, StaticPixLane)
    world.clock.advance(1900)

    again = check_out(world, StaticPixLane, key="key-2")

    assert again.status == 200
    assert again.body["pix"] == first.body["pix"]


def test_a_code_is_not_shown_any_more_when_there_is_nothing_left_to_pay(world: World) -> None:
    canceled, settled = started(world), world.payment(check_out(world, StaticPixLane, "order-2", key="key-2"))
    assert payment_view(canceled)["pix_code"]
    world.cancel(canceled.payment_id)
    world.drain_queue()
    confirm(world, settled, "E123", PRICE.amount)

    for payment, status in ((canceled, "canceled"), (settled, "paid")):
        shown = payment_view(world.load(payment.payment_id))
        assert (shown["status"], shown["pix_code"], shown["needs_confirmation"]) == (status, None, False)


@pytest.mark.invariant("PAY-20")
def test_a_person_s_word_pays_the_order_once(world: World) -> None:
    payment = started(world)
    first = confirm(world, payment, "E123", PRICE.amount)
    assert first.body["payment"]["status"] == "paid"
    assert confirm(world, payment, "E123", PRICE.amount).body == first.body, "the same key is the same request"
    assert confirm(world, payment, "E123", PRICE.amount, key="k2").status == 200

    order = world.orders.get("order-1")
    assert order is not None
    assert order.status == "paid"
    assert [event["type"] for event in world.events()].count("order.paid") == 1


@pytest.mark.invariant("PAY-20")
def test_a_person_who_looks_the_next_morning_does_not_make_the_money_late(world: World) -> None:
    payment = started(world)
    look(world, 20 * 3600)

    shown = confirm(world, payment, "E123", PRICE.amount).body["payment"]

    assert (shown["status"], shown["discrepancies"]) == ("paid", [])
    assert shown["receipts"][0]["received_at"] == shown["expires_at"]


@pytest.mark.invariant("PAY-20")
@pytest.mark.parametrize(("minutes", "kinds"), [(5, []), (45, ["late"])])
def test_when_a_person_says_when_it_came_that_counts(world: World, minutes: int, kinds: list[str]) -> None:
    payment = started(world)
    world.clock.advance(20 * 3600)
    came = payment.created_at + timedelta(minutes=minutes)

    shown = confirm(world, payment, "E123", PRICE.amount, received_at=came).body["payment"]

    assert shown["status"] == "paid"
    assert [one["kind"] for one in shown["discrepancies"]] == kinds
    assert datetime.fromisoformat(shown["receipts"][0]["received_at"]) == came


@pytest.mark.parametrize("seconds", [-61, 3601])
def test_money_came_neither_before_the_code_nor_tomorrow(world: World, seconds: int) -> None:
    payment = started(world)
    world.clock.advance(3600)
    with pytest.raises(Unprocessable) as refused:
        confirm(world, payment, "E1", 1, received_at=payment.created_at + timedelta(seconds=seconds))
    assert (refused.value.code, refused.value.details) == ("received_at_out_of_range", {"field": "received_at"})


@pytest.mark.invariant("PAY-21")
def test_another_amount_needs_a_second_word(world: World) -> None:
    payment = started(world)
    assert confirm(world, payment, "E123", 12_000).body["payment"]["status"] == "review"
    assert "PaymentDiscrepancies" in world.alarms

    accepted = confirm(world, payment, key="k2").body["payment"]

    assert (accepted["status"], accepted["captured"]) == ("paid", 12_000)
    assert [one["resolution"] for one in accepted["discrepancies"]] == ["accepted"]


@pytest.mark.invariant("PAY-10")
def test_it_is_given_back_by_hand_and_recorded(world: World) -> None:
    payment = started(world)
    confirm(world, payment, "E123", PRICE.amount)
    asked = world.refund(payment.payment_id, "r1", None)
    assert asked.body["payment"]["refunds"][0]["status"] == "requested"
    world.drain_queue()
    assert world.load(payment.payment_id).refunds["r1"].failure == "refund_not_supported"

    keyed = KeyedRequest.of(route="refund", caller="op", key="r2", body=["r2"])
    by_hand = world.desk.refund(
        payment.payment_id, keyed, "req", refund_id="r2", amount=None, reason=None, by_hand=True
    )

    assert by_hand.body["payment"]["status"] == "refunded"


def test_half_a_receipt_is_refused_by_the_field(world: World) -> None:
    payment = started(world)
    with pytest.raises(Unprocessable) as refused:
        confirm(world, payment, "E123")
    assert (refused.value.code, refused.value.details) == ("receipt_incomplete", {"field": "amount"})
    with pytest.raises(Unprocessable) as timed:
        confirm(world, payment, received_at=payment.created_at)
    assert timed.value.details == {"field": "receipt_ref"}
    with pytest.raises(Conflict) as nothing:
        confirm(world, payment, key="k2")
    assert nothing.value.code == "nothing_to_accept"


@pytest.mark.invariant("PAY-01")
def test_the_buyer_cannot_turn_to_another_method_while_the_code_may_have_been_paid(world: World) -> None:
    started(world)
    with pytest.raises(Conflict) as refused:
        world.checkout(key="card")
    assert refused.value.code == "payment_in_progress"


def test_the_store_may_end_it_and_the_order_is_free(world: World) -> None:
    payment = started(world)
    world.cancel(payment.payment_id)
    world.drain_queue()

    assert world.load(payment.payment_id).status is S.CANCELED
    assert world.checkout(key="card").status == 201


@pytest.mark.invariant("PAY-19")
def test_what_arrives_after_the_end_is_recorded_as_late_and_a_person_is_told_that_it_must_go_back(world: World) -> None:
    payment = started(world)
    world.cancel(payment.payment_id)
    world.drain_queue()
    confirm(world, payment, "E123", PRICE.amount)
    world.drain_queue()

    late = world.load(payment.payment_id)
    assert late.returned
    assert late.refunds["late-payment"].failure == "refund_not_supported"
    assert {"PaymentsLate", "RefundsFailed"} <= set(world.alarms)
