"""Money that went back without a refund in the list: counted once, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.payments.fold import fold
from commerce.payments.late import LatePolicy
from commerce.payments.model import CommandStatus, Payment
from commerce.payments.status import PaymentStatus
from tests.builders import NOW, PRICE, later
from tests.unit.payments.paypal.objects import Json, order, refund, row, seen
from tests.unit.payments.paypal.rig import Rig, at_paypal, soon

S, C = PaymentStatus, CommandStatus
WHOLE = "129.90"
CHARGEBACK: Json = {"status_details": {"reason": "CHARGEBACK"}}


def stand_ins(found: Json, known: Payment | None = None) -> list[tuple[str, int, CommandStatus]]:
    entries = [entry for entry in seen(found, known).refunds if ":reversed" in entry.provider_ref]
    assert all(entry.refund_id is None for entry in entries)
    return [(entry.provider_ref, entry.amount, entry.status) for entry in entries]


def after(payment: Payment, status: str, *refunds: Json, second: int, **capture: Any) -> Payment:
    """The ledger's payment once it saw its capture in this state."""
    found = order(captures=[row("CAP1", status, **capture)], refunds=list(refunds))
    snapshot = seen(found, payment, at=later(second))
    return fold(payment, snapshot, livemode=False, now=later(second), late_policy=LatePolicy.REFUND).after


@pytest.fixture
def paid() -> Payment:
    return at_paypal("5O190127TN364715T", captured=PRICE.amount, accepted=True)


@pytest.mark.invariant("PAY-10")
@pytest.mark.parametrize(("status", "more"), [("REVERSED", {}), ("REFUNDED", CHARGEBACK)])
def test_what_was_taken_back_without_a_refund_is_counted(status: str, more: Json) -> None:
    reversed_one = row("CAP1", status, **more)
    assert stand_ins(order(captures=[reversed_one])) == [("CAP1:reversed", 12_990, C.SUCCEEDED)]
    partly = [refund("R1"), refund("R2", "FAILED")]
    assert stand_ins(order(captures=[reversed_one], refunds=partly)) == [("CAP1:reversed", 11_990, C.SUCCEEDED)]
    assert stand_ins(order(captures=[reversed_one], refunds=[refund("R1", value=WHOLE)])) == []


def test_a_refund_that_is_not_listed_yet_is_waited_for() -> None:
    assert stand_ins(order(captures=[row("CAP1", "REFUNDED")])) == [("CAP1:reversed", 12_990, C.PENDING)]
    assert stand_ins(order(captures=[row("CAP1", "REFUNDED")], refunds=[refund("R1", value=WHOLE)])) == []


def test_refunds_are_counted_at_their_own_capture() -> None:
    captures = [row("CAP1", "REVERSED", "100.00"), row("CAP2", "COMPLETED", "29.90")]
    found = order(captures=captures, refunds=[refund("R1", value="29.90", of="CAP2")])
    assert stand_ins(found) == [("CAP1:reversed", 10_000, C.SUCCEEDED)]


def test_nothing_stands_in_for_a_capture_that_kept_its_money(paid: Payment) -> None:
    for status in ("COMPLETED", "PARTIALLY_REFUNDED"):
        assert stand_ins(order(captures=[row("CAP1", status, **CHARGEBACK)]), paid) == []


@pytest.mark.invariant("PAY-10")
def test_money_that_the_store_won_back_is_the_store_s_again(paid: Payment) -> None:
    lost = after(paid, "REVERSED", second=10)
    assert (lost.status, lost.refunded, lost.refundable) == (S.REFUNDED, PRICE.amount, 0)
    won = after(lost, "COMPLETED", second=20)
    assert (won.status, won.refunded, won.refundable) == (S.PAID, 0, PRICE.amount)
    again = after(won, "REVERSED", second=30)
    assert (again.status, again.refunded) == (S.REFUNDED, PRICE.amount)
    assert after(again, "COMPLETED", second=40).status is S.PAID


@pytest.mark.invariant("PAY-10")
@pytest.mark.parametrize(("status", "more"), [("REVERSED", {}), ("REFUNDED", CHARGEBACK), ("REFUNDED", {})])
def test_a_refund_that_is_listed_later_is_counted_once(paid: Payment, status: str, more: Json) -> None:
    listed = refund("R1", value=WHOLE)
    unlisted = after(paid, status, second=10, **more)
    assert unlisted.refundable == 0
    whole = after(unlisted, status, listed, second=20, **more)
    assert (whole.status, whole.refunded, whole.refundable) == (S.REFUNDED, PRICE.amount, 0)
    failed = after(whole, "COMPLETED", {**listed, "status": "FAILED"}, second=30)
    assert (failed.status, failed.refunded, failed.refundable) == (S.PAID, 0, PRICE.amount)


def test_a_refund_that_failed_before_it_was_listed_leaves_nothing_behind(paid: Payment) -> None:
    unlisted = after(paid, "REFUNDED", second=10)
    failed = after(unlisted, "COMPLETED", refund("R1", "FAILED", WHOLE), second=20)
    assert (failed.status, failed.refunded, failed.refund_reserved) == (S.PAID, 0, 0)


def test_as_refunds_are_listed_one_by_one_the_rest_stays_counted(paid: Payment) -> None:
    taken = after(paid, "REVERSED", second=10)
    half = after(taken, "REVERSED", refund("R1", value="29.90"), second=20)
    assert half.refunded == PRICE.amount
    # Seeing the same once more changes nothing.
    assert after(half, "REVERSED", refund("R1", value="29.90"), second=30).refunds == half.refunds
    assert after(half, "REVERSED", refund("R1", value="29.90"), refund("R2", value="100.00"), second=40).refunded == (
        PRICE.amount
    )


def test_a_webhook_s_reading_asks_the_ledger_what_it_counts(rig: Rig) -> None:
    ref = rig.paid()
    capture = rig.read(ref).charge_ref or ""
    rig.world.list_refunds(False)
    rig.world.reverse_capture(capture)
    lost = fold(
        at_paypal(ref, captured=PRICE.amount, accepted=True),
        rig.read(ref),
        livemode=False,
        now=NOW,
        late_policy=LatePolicy.REFUND,
    ).after
    assert lost.refunded == PRICE.amount
    rig.ledger["pay_1"] = lost
    rig.world.list_refunds()
    (listed, cancelled) = rig.gateway.read(ref, deadline=soon()).snapshot.refunds
    assert (listed.status, listed.amount) == (C.SUCCEEDED, PRICE.amount)
    assert (cancelled.provider_ref, cancelled.status) == (f"{capture}:reversed", C.CANCELED)
