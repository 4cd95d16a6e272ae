"""Captures, refunds and cancels are reservations that fit into the money that is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.commands import fail_command, mark_sent, request_cancel, request_capture
from commerce.payments.model import CommandStatus, Dispute, Payment
from commerce.payments.refund_request import request_refund
from commerce.payments.status import PaymentStatus
from commerce.platform.errors import Conflict, Unprocessable
from tests.builders import NOW, PRICE, later, paid, payment

S = PaymentStatus


def refund(before: Payment, refund_id: str, amount: int | None) -> Payment:
    return request_refund(before, refund_id=refund_id, amount=amount, reason=None, now=NOW).after


@pytest.mark.invariant("PAY-08")
def test_the_same_refund_id_is_one_refund_and_two_ids_are_two() -> None:
    once = refund(paid(), "r1", 500)

    assert not request_refund(once, refund_id="r1", amount=500, reason=None, now=NOW).changed
    assert refund(once, "r2", 500).refund_reserved == 1000


@pytest.mark.invariant("PAY-08")
def test_a_refund_id_stands_for_one_amount() -> None:
    with pytest.raises(Unprocessable, match="new refund_id") as refused:
        refund(refund(paid(), "r1", 500), "r1", 600)

    assert refused.value.code == "refund_id_reused"


@pytest.mark.invariant("PAY-07", "PAY-09")
@given(st.lists(st.integers(1, PRICE.amount), max_size=8))
def test_refunds_never_reserve_more_than_was_captured(amounts: list[int]) -> None:
    after = paid()
    for number, amount in enumerate(amounts):
        fits = amount <= after.refundable
        try:
            after = refund(after, f"r{number}", amount)
        except (Conflict, Unprocessable) as refused:
            assert not fits
            assert refused.code == ("refund_exceeds_captured" if after.refundable else "nothing_to_refund")
        else:
            assert fits
    assert after.refund_reserved <= after.captured


@pytest.mark.invariant("PAY-07")
def test_a_refused_refund_releases_its_reservation() -> None:
    reserved = refund(paid(), "r1", PRICE.amount)
    assert reserved.refundable == 0

    failed = fail_command(reserved, reserved.refunds["r1"], "charge_disputed")

    assert failed.after.refundable == PRICE.amount
    assert [fact.type for fact in failed.facts] == ["payment.refund_failed"]


def test_without_an_amount_all_that_is_left_is_refunded() -> None:
    assert refund(refund(paid(), "r1", 990), "r2", None).refunds["r2"].amount == 12_000


@pytest.mark.invariant("PAY-25")
def test_a_disputed_payment_refuses_refunds() -> None:
    with pytest.raises(Conflict) as refused:
        refund(paid(status=S.DISPUTED, dispute=Dispute("dp_1", "needs_response", 1)), "r1", 500)

    assert refused.value.code == "refunds_frozen"


@pytest.mark.parametrize("status", [S.AUTHORIZED, S.ACTION_REQUIRED, S.UNKNOWN, S.CANCELED])
def test_nothing_is_refunded_before_it_is_captured(status: PaymentStatus) -> None:
    with pytest.raises(Conflict) as refused:
        refund(payment(status), "r1", 500)

    assert refused.value.code == "not_refundable"


@pytest.mark.invariant("PAY-07")
def test_a_capture_fits_into_the_authorisation_and_there_is_one() -> None:
    authorized = payment(S.AUTHORIZED, authorized=1000)

    with pytest.raises(Unprocessable) as refused:
        request_capture(authorized, capture_id="c1", amount=1001, now=NOW)
    assert refused.value.code == "capture_exceeds_authorized"

    once = request_capture(authorized, capture_id="c1", amount=400, now=NOW).after
    assert not request_capture(once, capture_id="c1", amount=400, now=NOW).changed
    with pytest.raises(Conflict) as second:
        request_capture(once, capture_id="c2", amount=400, now=NOW)
    assert second.value.code == "capture_in_progress"


@pytest.mark.invariant("PAY-11")
@pytest.mark.parametrize(
    ("status", "code"),
    [(S.PAID, "already_captured"), (S.EXPIRED, "authorization_gone"), (S.ACTION_REQUIRED, "not_authorized")],
)
def test_only_an_authorised_payment_can_be_captured(status: PaymentStatus, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        request_capture(payment(status), capture_id="c1", amount=None, now=NOW)

    assert refused.value.code == code


@pytest.mark.invariant("PAY-11")
def test_a_paid_payment_is_refunded_not_cancelled() -> None:
    with pytest.raises(Conflict) as refused:
        request_cancel(paid(), reason=None, now=NOW)

    assert refused.value.code == "payment_already_paid"


@pytest.mark.parametrize("status", [S.CANCELED, S.EXPIRED])
def test_cancelling_what_is_over_changes_nothing(status: PaymentStatus) -> None:
    assert not request_cancel(payment(status), reason=None, now=NOW).changed


@pytest.mark.invariant("PAY-02")
def test_the_first_time_of_sending_is_kept_when_a_command_is_sent_again() -> None:
    reserved = refund(paid(), "r1", 500)
    sent = mark_sent(reserved, reserved.refunds["r1"], NOW).after

    again = mark_sent(sent, sent.refunds["r1"], NOW.replace(hour=13)).after

    assert again.refunds["r1"].status is CommandStatus.SENT
    assert again.refunds["r1"].sent_at == NOW


@pytest.mark.invariant("PAY-19")
def test_a_persons_cancel_counts_for_more_than_the_clocks() -> None:
    clocks = request_cancel(payment(S.ACTION_REQUIRED), reason="abandoned", now=NOW, expiry=True).after

    persons = request_cancel(clocks, reason="fraud", now=later(9))

    assert persons.after.cancellation is not None
    assert (persons.after.cancellation.expiry, persons.after.cancellation.reason) == (False, "fraud")
    assert persons.after.cancellation.requested_at == NOW, "the provider's key follows from it"
    assert not request_cancel(persons.after, reason="abandoned", now=later(9), expiry=True).changed
