"""What a store and its bank live through with Pix: keys that change, days of rest, codes that run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from local.sandboxes.pix_bank.app import PIX_KEY
from tests.builders import PRICE
from tests.lanes.bacen import NEXT_PIX_KEY, BacenLane
from tests.lanes.stories import book_of, check_out, hear, look, open_store, paid
from tests.world import World

S = PaymentStatus


@pytest.fixture
def world() -> Iterator[World]:
    with open_store(BacenLane) as opened:
        yield opened


def bank(world: World) -> BacenLane:
    lane = world.lanes["bacen"]
    assert isinstance(lane, BacenLane)
    return lane


@pytest.mark.invariant("PAY-05")
def test_what_was_begun_under_the_old_pix_key_ends_well_after_the_key_was_changed(world: World) -> None:
    settled = paid(world, BacenLane)
    still_open = world.payment(check_out(world, BacenLane, "order-2", key="key-2"))
    bank(world).fields.update(pix_key=NEXT_PIX_KEY, pix_key_previous=PIX_KEY)

    world.refund(settled.payment_id, "r1", None)
    world.drain_queue()
    bank(world).buyer_pays(still_open)
    hear(world)

    assert world.load(settled.payment_id).refunds["r1"].status is CommandStatus.SUCCEEDED
    assert world.load(still_open.payment_id).status is S.PAID
    assert "ForeignObjects" not in world.alarms


def test_new_charges_name_the_new_key(world: World) -> None:
    bank(world).fields.update(pix_key=NEXT_PIX_KEY, pix_key_previous=PIX_KEY)
    payment = paid(world, BacenLane)

    assert payment.status is S.PAID
    assert bank(world).sandbox.state.charges[payment.provider_ref or ""].current["chave"] == NEXT_PIX_KEY
    assert book_of(world, BacenLane)["captured"] == PRICE.amount


def test_a_payment_that_was_held_over_its_key_goes_on_once_the_old_key_is_known(world: World) -> None:
    payment = world.payment(check_out(world, BacenLane))
    bank(world).fields["pix_key"] = NEXT_PIX_KEY
    look(world)
    assert world.load(payment.payment_id).review_reason == "mismatch:account"

    bank(world).fields["pix_key_previous"] = PIX_KEY
    bank(world).buyer_pays(payment)
    world.desk.refresh(payment.payment_id, "req")
    world.drain_queue()

    assert world.load(payment.payment_id).status is S.PAID


@pytest.mark.invariant("PAY-18")
def test_a_pix_due_on_a_saturday_is_open_until_the_bank_ends_it_on_monday(world: World) -> None:
    saturday = date(2026, 11, 28)
    answer = check_out(world, BacenLane, due_date=saturday)
    payment = world.payment(answer)
    assert answer.body["pix"]["due_date_moved_from"] == saturday.isoformat()

    monday_evening = payment.created_at + timedelta(days=6, hours=8)
    assert monday_evening.strftime("%A") == "Monday"
    while world.clock.now() < monday_evening:
        look(world, 3600)
    assert world.load(payment.payment_id).status is S.ACTION_REQUIRED

    bank(world).buyer_pays(payment)
    hear(world)
    settled = world.load(payment.payment_id)
    assert (settled.status, settled.discrepancies) == (S.PAID, {})


@pytest.mark.invariant("PAY-20")
def test_a_bank_that_tells_of_a_pix_before_it_shows_it_is_believed_when_it_does(world: World) -> None:
    payment = world.payment(check_out(world, BacenLane))
    world.clock.advance(5)
    bank(world).pay(payment, withhold=True, announce=True)
    hear(world)
    assert world.load(payment.payment_id).status is S.PROCESSING

    bank(world).settles()
    hear(world)

    assert world.load(payment.payment_id).status is S.PAID
