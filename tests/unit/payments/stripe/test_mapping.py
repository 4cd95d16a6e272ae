"""A PaymentIntent as Stripe shows it, in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from commerce.payments.gateways.stripe.mapping import snapshot_of
from commerce.payments.model import CommandStatus, Failure, MethodDetails
from commerce.payments.observation import Snapshot
from commerce.payments.status import PaymentStatus
from tests.builders import NOW, PRICE
from tests.unit.payments.stripe.objects import EPOCH, Json, charge, decline, dispute, intent, refund

S = PaymentStatus


def seen(found: Json, **options: Any) -> Snapshot:
    return snapshot_of(found, observed_at=NOW, **options)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (intent("requires_payment_method"), S.ACTION_REQUIRED),
        (intent("requires_payment_method", last_payment_error=decline()), S.FAILED),
        (intent("requires_confirmation"), S.ACTION_REQUIRED),
        (intent("requires_action"), S.ACTION_REQUIRED),
        (intent("processing"), S.PROCESSING),
        (intent("requires_capture"), S.AUTHORIZED),
        (intent("succeeded"), S.PAID),
        (intent("canceled"), S.CANCELED),
        (intent("canceled", cancellation_reason="requested_by_customer"), S.CANCELED),
        (intent("canceled", cancellation_reason="automatic"), S.EXPIRED),
        (intent("canceled", cancellation_reason="expired"), S.EXPIRED),
        (
            intent("canceled", latest_charge=charge(refund(12_990, reason="expired_uncaptured_charge"))),
            S.EXPIRED,
        ),
    ],
)
def test_every_word_stripe_has_for_a_state(found: Json, status: PaymentStatus) -> None:
    snapshot = seen(found)
    assert snapshot.status is status
    assert snapshot.raw_status == found["status"]


@pytest.mark.invariant("PAY-23")
@pytest.mark.parametrize("word", ["requires_reauthorization", "paid", "SUCCEEDED", "pending"])
def test_a_word_nobody_knows_is_no_state(word: str) -> None:
    snapshot = seen(intent(word))
    assert snapshot.status is None
    assert snapshot.raw_status == word


def test_references_and_amounts_come_back() -> None:
    snapshot = seen(intent("succeeded"))
    assert (snapshot.provider, snapshot.provider_ref, snapshot.charge_ref) == ("stripe", "pi_1", "ch_1")
    assert (snapshot.payment_id, snapshot.order_id) == ("pay_1", "order-1")
    assert snapshot.money == PRICE
    assert (snapshot.authorized, snapshot.captured) == (PRICE.amount, PRICE.amount)
    assert snapshot.livemode is False
    assert snapshot.observed_at == NOW


@pytest.mark.parametrize("metadata", [None, {}, {"order_id": "", "payment_id": 7}])
def test_an_object_that_is_not_ours_has_no_references(metadata: object) -> None:
    snapshot = seen(intent(metadata=metadata))
    assert (snapshot.payment_id, snapshot.order_id) == (None, None)


def test_an_authorisation_is_what_can_still_be_captured() -> None:
    until = charge(
        payment_method_details={"type": "card", "card": {"brand": "visa", "last4": "4242", "capture_before": EPOCH}}
    )
    snapshot = seen(intent("requires_capture", latest_charge=until))
    assert (snapshot.authorized, snapshot.captured) == (PRICE.amount, 0)
    assert snapshot.capture_before == datetime.fromtimestamp(EPOCH, UTC)


def test_a_charge_that_is_not_expanded_is_named_and_no_more() -> None:
    snapshot = seen(intent("requires_payment_method", latest_charge="ch_9", last_payment_error=decline()))
    assert snapshot.charge_ref == "ch_9"
    assert (snapshot.details, snapshot.refunds, snapshot.capture_before) == (None, (), None)


@pytest.mark.parametrize("kind", ["apple_pay", "google_pay"])
def test_a_receipt_may_show_brand_last_digits_and_wallet(kind: str) -> None:
    details = {
        "type": "card",
        "card": {"brand": "mastercard", "last4": "4444", "fingerprint": "f", "wallet": {"type": kind}},
    }
    snapshot = seen(intent("succeeded", latest_charge=charge(payment_method_details=details)))
    assert snapshot.details == MethodDetails("card", "mastercard", "4444", kind)


def test_another_method_has_no_card() -> None:
    snapshot = seen(intent("processing", latest_charge=charge(payment_method_details={"type": "boleto", "boleto": {}})))
    assert snapshot.details == MethodDetails("boleto")


def test_a_decline_keeps_stripe_s_codes_and_says_what_the_buyer_may_know() -> None:
    error = decline("card_declined", "insufficient_funds")
    snapshot = seen(intent(last_payment_error=error))
    assert snapshot.failure == Failure("card_declined", "insufficient_funds", "insufficient_funds")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", CommandStatus.PENDING),
        ("requires_action", CommandStatus.PENDING),
        ("succeeded", CommandStatus.SUCCEEDED),
        ("failed", CommandStatus.FAILED),
        ("canceled", CommandStatus.CANCELED),
    ],
)
def test_every_word_stripe_has_for_a_refund(word: str, status: CommandStatus) -> None:
    found = refund(1000, word, failure_reason="lost_or_stolen_card" if word == "failed" else None)
    (entry,) = seen(intent("succeeded", latest_charge=charge(found))).refunds
    assert (entry.provider_ref, entry.refund_id, entry.amount, entry.status) == ("re_1", "r1", 1000, status)
    assert (entry.failure is not None) is (word == "failed")


@pytest.mark.invariant("PAY-23")
def test_a_refund_s_word_that_nobody_knows_holds_the_payment() -> None:
    snapshot = seen(intent("succeeded", latest_charge=charge(refund(status="reversed"))))
    assert snapshot.status is None
    assert snapshot.raw_status == "refund:reversed"


def test_a_refunded_payment_stays_paid_and_lists_its_refunds() -> None:
    snapshot = seen(intent("succeeded", latest_charge=charge(refund(12_990))))
    assert snapshot.status is S.PAID
    assert [entry.amount for entry in snapshot.refunds] == [12_990]


def test_a_refund_made_in_the_dashboard_counts_without_a_name() -> None:
    (entry,) = seen(intent("succeeded", latest_charge=charge(refund(700, refund_id=None)))).refunds
    assert (entry.refund_id, entry.amount) == (None, 700)


def test_the_full_list_of_refunds_takes_the_place_of_the_first_page() -> None:
    refunds = [refund(10, refund_id=f"r{number}", id=f"re_{number}") for number in range(12)]
    snapshot = seen(intent("succeeded", latest_charge=charge(*refunds[:10])), refunds=refunds)
    assert len(snapshot.refunds) == 12


class TestReleases:
    """Stripe books what it releases as a refund; the buyer never paid that money."""

    def partly_captured(self, *refunds: Json) -> Snapshot:
        return seen(intent("succeeded", amount_received=10_000, latest_charge=charge(*refunds, amount_captured=10_000)))

    def test_the_rest_of_a_partial_capture_is_no_refund(self) -> None:
        snapshot = self.partly_captured(refund(2_990, refund_id=None))
        assert (snapshot.captured, snapshot.refunds) == (10_000, ())

    def test_a_refund_of_ours_over_the_same_amount_stays(self) -> None:
        snapshot = self.partly_captured(
            refund(2_990, refund_id="r1", id="re_2", created=EPOCH + 900), refund(2_990, refund_id=None)
        )
        assert [entry.provider_ref for entry in snapshot.refunds] == ["re_2"]

    def test_a_later_one_of_the_dashboard_over_the_same_amount_stays(self) -> None:
        snapshot = self.partly_captured(
            refund(2_990, refund_id=None, id="re_2", created=EPOCH + 900), refund(2_990, refund_id=None)
        )
        assert [entry.provider_ref for entry in snapshot.refunds] == ["re_2"]

    def test_a_refund_that_moved_money_in_the_balance_stays(self) -> None:
        snapshot = self.partly_captured(refund(2_990, refund_id=None, balance_transaction="txn_1"))
        assert len(snapshot.refunds) == 1

    @pytest.mark.parametrize("moved", [None, "txn_1"])
    def test_a_cancelled_authorisation_was_never_paid_nor_refunded(self, moved: str | None) -> None:
        released = refund(12_990, refund_id=None, balance_transaction=moved)
        snapshot = seen(intent("canceled", latest_charge=charge(released)))
        assert (snapshot.captured, snapshot.refunds) == (0, ())


class TestDisputes:
    @pytest.mark.invariant("PAY-25")
    def test_the_undecided_one_matters_most(self) -> None:
        won = dispute("won", id="dp_1", created=EPOCH + 500)
        lost = dispute("lost", id="dp_2")
        under_review = dispute("under_review", id="dp_3", created=EPOCH)
        found = seen(intent("succeeded"), disputes=[won, lost, under_review]).dispute
        assert found is not None
        assert (found.provider_ref, found.status, found.amount) == ("dp_3", "under_review", 12_990)

    @pytest.mark.invariant("PAY-25")
    def test_a_lost_one_outweighs_a_won_one(self) -> None:
        found = seen(intent("succeeded"), disputes=[dispute("won", created=EPOCH + 500), dispute("lost", id="dp_2")])
        assert found.dispute is not None
        assert found.dispute.status == "lost"

    def test_none_is_none(self) -> None:
        assert seen(intent("succeeded")).dispute is None


@pytest.mark.invariant("PAY-04")
@pytest.mark.parametrize(
    "broken",
    [
        {},
        intent("succeeded", amount="12990"),
        intent("succeeded", amount=129.9),
        intent("succeeded", amount_received=True),
        intent("succeeded", livemode="false"),
        {**intent("succeeded"), "status": None},
        intent("succeeded", id=""),
        intent("succeeded", latest_charge=charge(refund(1, id=None))),
        intent("succeeded", latest_charge=charge({"status": "succeeded"})),
    ],
)
def test_an_answer_that_is_none_is_never_guessed_at(broken: Json) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        seen(broken)
