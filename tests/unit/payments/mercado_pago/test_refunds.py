"""Refunds at a provider that takes no reference with them: one of ours is one there, whatever gets lost on the way."""

from __future__ import annotations

import random

import pytest

from commerce.payments.model import CommandStatus
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import ProviderAmbiguous, ProviderConflict, ProviderError, ProviderRefused
from local.sandboxes.kernel.faults import FaultKind
from tests.builders import PRICE
from tests.unit.payments.mercado_pago.rig import Rig

S = PaymentStatus
SENT, PENDING, SUCCEEDED, FAILED = (
    CommandStatus.SENT,
    CommandStatus.PENDING,
    CommandStatus.SUCCEEDED,
    CommandStatus.FAILED,
)
REFUNDS = r"/refunds$"


def lose_the_answer(rig: Rig, refund_id: str, amount: int) -> None:
    """Mercado Pago refunds, and its answer does not come."""
    rig.fault(FaultKind.CUT_AFTER, method="POST")
    with pytest.raises(ProviderAmbiguous):
        rig.send(rig.kept.ask_refund(refund_id, amount))


def send_again(rig: Rig, refund_id: str) -> None:
    """As every next look does: read first, then the same call under the same key."""
    rig.look()
    rig.kept.fold(rig.send(rig.kept.send_refund(refund_id)))


def given_back(rig: Rig) -> int:
    refunded: int = rig.order["refunded"]
    return refunded


@pytest.mark.invariant("PAY-08")
def test_one_refund_id_is_one_refund_and_two_are_two(pix: Rig) -> None:
    pix.paid()
    pix.refund("r1", 1_000)
    send_again(pix, "r1")
    pix.refund("r2", 1_000)
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED), "r2": (1_000, SUCCEEDED)}
    assert (pix.look().status, given_back(pix)) == (S.PARTIALLY_REFUNDED, 2_000)


def test_all_of_it(pix: Rig) -> None:
    pix.paid()
    pix.refund("r1", 2_990)
    assert pix.refund("r2", 10_000).status is S.REFUNDED


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("bare", [False, True])
def test_a_lost_answer_is_found_again_under_its_key(pix: Rig, bare: bool) -> None:
    pix.world.behave(bare_refund_replay=bare)
    pix.paid()
    lose_the_answer(pix, "r1", 1_000)
    send_again(pix, "r1")
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED)}
    assert given_back(pix) == 1_000


@pytest.mark.invariant("PAY-13")
def test_a_webhook_that_overtakes_the_answer_records_nothing_twice(pix: Rig) -> None:
    pix.paid()
    lose_the_answer(pix, "r1", 1_000)
    seen = pix.look()
    assert pix.kept.refunds == {"r1": (1_000, SENT)}
    assert seen.refundable == PRICE.amount - 1_000
    send_again(pix, "r1")
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED)}


@pytest.mark.invariant("PAY-13")
def test_a_caller_s_old_copy_of_the_payment_makes_no_refund_somebody_else_s(pix: Rig) -> None:
    pix.paid()
    old = pix.kept.payment
    lose_the_answer(pix, "r1", 1_000)
    pix.kept.fold(pix.read(payment=old))
    assert pix.kept.refunds == {"r1": (1_000, SENT)}


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("bare", [False, True])
def test_two_equal_ones_in_doubt_stay_two(pix: Rig, bare: bool) -> None:
    pix.world.behave(bare_refund_replay=bare)
    pix.paid()
    lose_the_answer(pix, "r1", 1_000)
    lose_the_answer(pix, "r2", 1_000)
    for refund_id in ("r2", "r1"):
        send_again(pix, refund_id)
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED), "r2": (1_000, SUCCEEDED)}
    assert len({refund.provider_ref for refund in pix.kept.payment.refunds.values()}) == 2
    assert given_back(pix) == 2_000


@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("bare", [False, True])
def test_of_two_equal_ones_the_one_that_never_arrived_is_made(pix: Rig, bare: bool) -> None:
    pix.world.behave(bare_refund_replay=bare)
    pix.paid()
    pix.fault(FaultKind.CUT_BEFORE, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.send(pix.kept.ask_refund("r1", 1_000))
    lose_the_answer(pix, "r2", 1_000)
    for refund_id in ("r1", "r2"):
        send_again(pix, refund_id)
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED), "r2": (1_000, SUCCEEDED)}
    assert given_back(pix) == 2_000


@pytest.mark.invariant("PAY-01")
@pytest.mark.parametrize("arrived", [True, False])
def test_after_the_key_is_forgotten_what_is_there_is_adopted_first(pix: Rig, arrived: bool) -> None:
    pix.paid()
    pix.fault(FaultKind.CUT_AFTER if arrived else FaultKind.CUT_BEFORE, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.send(pix.kept.ask_refund("r1", 1_000))
    pix.clock.advance(25 * 3_600)
    send_again(pix, "r1")
    assert pix.kept.refunds == {"r1": (1_000, SUCCEEDED)}
    assert given_back(pix) == 1_000


def test_one_that_was_made_elsewhere_counts_under_its_own_id(pix: Rig) -> None:
    ref = pix.paid()
    pix.world.give_back(ref, amount=1_000)
    pix.look()
    ((name, seen),) = pix.kept.refunds.items()
    assert (name.isdigit(), seen) == (True, (1_000, SUCCEEDED))
    pix.refund("r1", 1_000)
    assert len(pix.kept.refunds) == 2
    assert given_back(pix) == 2_000


def test_one_from_mercado_pago_s_panel_is_told_beside_one_in_doubt(pix: Rig) -> None:
    ref = pix.paid()
    pix.fault(FaultKind.CUT_BEFORE, method="POST")
    with pytest.raises(ProviderAmbiguous):
        pix.send(pix.kept.ask_refund("r1", 1_000))
    pix.world.give_back(ref, amount=1_000)
    pix.look()
    assert sorted(pix.kept.refunds.values()) == [(1_000, SENT), (1_000, SUCCEEDED)]
    send_again(pix, "r1")
    assert given_back(pix) == 2_000


@pytest.mark.invariant("PAY-10")
def test_one_under_way_holds_its_money_until_it_is_through(pix: Rig) -> None:
    pix.paid()
    pix.world.hold_refunds()
    pending = pix.refund("r1", 1_000)
    assert (pix.kept.refunds, pending.status) == ({"r1": (1_000, PENDING)}, S.PAID)
    pix.world.settle_refund(pending.refunds["r1"].provider_ref or "")
    assert pix.look().status is S.PARTIALLY_REFUNDED


@pytest.mark.invariant("PAY-10")
@pytest.mark.parametrize("held", [0, 1])
def test_one_that_fails_gives_its_money_back_to_the_payment(pix: Rig, held: int) -> None:
    pix.world.hold_refunds(held)
    pix.paid()
    done = pix.refund("r1", 1_000)
    pix.world.fail_refund(done.refunds["r1"].provider_ref or "")
    failed = pix.look()
    assert (failed.refunds["r1"].status, failed.refunds["r1"].failure) == (FAILED, "refund_rejected")
    assert (failed.status, failed.refundable) == (S.PAID, PRICE.amount)


@pytest.mark.invariant("PAY-09")
def test_more_than_is_left_is_a_conflict_and_changes_nothing(pix: Rig) -> None:
    ref = pix.paid()
    asked = pix.kept.ask_refund("r1", PRICE.amount)
    pix.world.give_back(ref, amount=1)
    with pytest.raises(ProviderConflict):
        pix.send(asked)
    assert given_back(pix) == 1


@pytest.mark.invariant("PAY-09")
def test_a_disputed_one_is_not_refunded(pix: Rig) -> None:
    ref = pix.paid()
    asked = pix.kept.ask_refund("r1", 1_000)
    pix.world.mediate(ref)
    with pytest.raises(ProviderConflict):
        pix.send(asked)


@pytest.mark.invariant("PAY-10")
def test_after_180_days_it_is_refused_for_good(pix: Rig) -> None:
    pix.paid()
    pix.clock.advance(181 * 86_400)
    with pytest.raises(ProviderRefused) as refused:
        pix.send(pix.kept.ask_refund("r1", 1_000))
    assert refused.value.code == "refund_too_late"


@pytest.mark.invariant("PAY-04")
def test_taken_and_not_to_be_read_back_is_a_doubt(pix: Rig) -> None:
    pix.paid()
    pix.fault(FaultKind.STATUS, status=500, method="GET")
    with pytest.raises(ProviderAmbiguous):
        pix.send(pix.kept.ask_refund("r1", 1_000))
    send_again(pix, "r1")
    assert (pix.kept.refunds, given_back(pix)) == ({"r1": (1_000, SUCCEEDED)}, 1_000)


@pytest.mark.invariant("PAY-07")
@pytest.mark.invariant("PAY-08")
@pytest.mark.parametrize("seed", range(16))
def test_whatever_is_lost_our_refunds_and_mercado_pago_s_are_the_same(seed: int) -> None:
    chance = random.Random(seed)
    rig = Rig("pix")
    rig.world.behave(bare_refund_replay=chance.random() < 0.5)
    rig.paid()
    wanted = [f"r{number}" for number in range(chance.randint(2, 4))]
    for refund_id in wanted:
        rig.kept.ask_refund(refund_id, chance.choice((1_000, 1_000, 2_000)))
    for _ in range(200):
        if not rig.kept.payment.open_commands:
            break
        refund = chance.choice([one for one in rig.kept.payment.refunds.values() if one.status.is_open])
        kind = chance.choice((None, None, FaultKind.CUT_AFTER, FaultKind.CUT_BEFORE))
        if kind is not None:
            rig.fault(kind, method="POST")
        try:
            rig.kept.fold(rig.send(refund))
        except ProviderError:
            rig.clock.advance(chance.choice((60, 3_600)))
        if chance.random() < 0.5:
            rig.look()
        rig.box.faults.clear()
    assert sorted(rig.kept.refunds) == wanted
    assert {status for _, status in rig.kept.refunds.values()} == {SUCCEEDED}
    assert given_back(rig) == sum(amount for amount, _ in rig.kept.refunds.values())
    refs = [refund.provider_ref for refund in rig.kept.payment.refunds.values()]
    assert len(set(refs)) == len(refs)
