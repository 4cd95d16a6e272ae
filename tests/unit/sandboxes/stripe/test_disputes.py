from __future__ import annotations

import pytest
import stripe

from tests.unit.sandboxes.stripe.support import Bench


def test_a_disputed_charge_cannot_be_refunded_until_it_is_won(bench: Bench) -> None:
    paid = bench.pay()
    dispute = bench.control(f"/charges/{paid.latest_charge}/dispute", reason="fraudulent").json()
    assert (dispute["status"], dispute["amount"], bench.charge(paid).disputed) == ("needs_response", 1000, True)
    assert bench.events()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.refunds.create(params={"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    bench.control(f"/disputes/{dispute['id']}/close", outcome="won")
    assert bench.events()[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    assert bench.v1.refunds.create(params={"payment_intent": paid.id}).status == "succeeded"


def test_a_lost_dispute_blocks_for_good(bench: Bench) -> None:
    paid = bench.pay()
    dispute = bench.box.world.dispute(str(paid.latest_charge))
    lost = bench.v1.disputes.close(dispute["id"])
    assert lost.status == "lost"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        bench.v1.refunds.create(params={"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        bench.v1.disputes.close(dispute["id"])


def test_an_inquiry_leaves_the_charge_refundable(bench: Bench) -> None:
    paid = bench.pay()
    dispute = bench.box.world.dispute(str(paid.latest_charge), inquiry=True)
    assert dispute["status"] == "warning_needs_response"
    assert bench.v1.refunds.create(params={"payment_intent": paid.id, "amount": 100}).status == "succeeded"
    assert bench.box.world.close_dispute(dispute["id"], "warning_closed")["status"] == "warning_closed"


@pytest.mark.parametrize(
    ("card", "reason", "status"),
    [
        ("pm_card_createDispute", "fraudulent", "needs_response"),
        ("pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response"),
        ("pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response"),
    ],
)
def test_cards_that_are_disputed(bench: Bench, card: str, reason: str, status: str) -> None:
    paid = bench.pay(card)
    (dispute,) = bench.v1.disputes.list(params={"payment_intent": paid.id}).data
    assert (dispute.reason, dispute.status, dispute.charge) == (reason, status, paid.latest_charge)


def test_evidence_is_submitted(bench: Bench) -> None:
    paid = bench.pay("pm_card_createDispute")
    (dispute,) = bench.v1.disputes.list(params={"charge": paid.latest_charge}).data
    updated = bench.v1.disputes.update(dispute.id, params={"evidence": {"uncategorized_text": "It was delivered."}})
    assert (updated.status, updated.evidence_details.submission_count) == ("under_review", 1)
    assert bench.events()[-1] == "charge.dispute.updated"


def test_what_took_no_money_cannot_be_disputed(bench: Bench) -> None:
    held = bench.pay(capture_method="manual")
    assert bench.control(f"/charges/{held.latest_charge}/dispute").status_code == 409
    assert bench.control(f"/charges/{held.latest_charge}/dispute", colour="red").status_code == 409


def test_a_fraud_warning(bench: Bench) -> None:
    paid = bench.pay("pm_card_createIssuerFraudRecord")
    (warning,) = bench.v1.radar.early_fraud_warnings.list(params={"payment_intent": paid.id}).data
    assert (warning.charge, warning.actionable) == (paid.latest_charge, True)
    assert bench.events()[-1] == "radar.early_fraud_warning.created"
    assert bench.control(f"/charges/{paid.latest_charge}/early_fraud_warning").status_code == 200


def test_a_review_opens_and_closes(bench: Bench) -> None:
    paid = bench.pay()
    review = bench.control(f"/charges/{paid.latest_charge}/review").json()
    assert bench.v1.payment_intents.retrieve(paid.id).review == review["id"]
    assert bench.v1.reviews.retrieve(review["id"]).open is True
    bench.control(f"/reviews/{review['id']}/close", reason="refunded_as_fraud")
    assert bench.v1.payment_intents.retrieve(paid.id).review is None
    assert bench.events()[-2:] == ["review.opened", "review.closed"]
