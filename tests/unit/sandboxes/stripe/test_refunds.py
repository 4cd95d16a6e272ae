from __future__ import annotations

from typing import Any

import pytest
import stripe

from local.sandboxes.stripe.refunds import SETTLE_SECONDS
from tests.unit.sandboxes.stripe.support import Bench


def refund(bench: Bench, intent: stripe.PaymentIntent, **params: Any) -> stripe.Refund:
    made: stripe.Refund = bench.v1.refunds.create(params={"payment_intent": intent.id, **params})
    return made


def order(bench: Bench) -> dict[str, Any]:
    orders = bench.box.books()["orders"]
    assert isinstance(orders, dict)
    found: dict[str, Any] = orders["order-1"]
    return found


def test_several_refunds_up_to_what_was_paid(bench: Bench) -> None:
    paid = bench.pay()
    first = refund(bench, paid, amount=300, reason="requested_by_customer", metadata={"refund_id": "r-1"})
    assert (first.status, first.amount, first.reason) == ("succeeded", 300, "requested_by_customer")
    assert first.metadata is not None
    assert first.metadata.to_dict() == {"refund_id": "r-1"}
    refund(bench, paid, amount=300)
    assert refund(bench, paid).amount == 400
    charge = bench.charge(paid)
    assert (charge.amount_refunded, charge.refunded) == (1000, True)
    assert bench.v1.payment_intents.retrieve(paid.id).status == "succeeded"
    assert bench.events()[-2:] == ["refund.created", "charge.refunded"]
    assert order(bench)["refunded"] == 1000


def test_more_than_was_paid_is_refused(bench: Bench) -> None:
    paid = bench.pay()
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refused:
        refund(bench, paid, amount=1001)
    assert (refused.value.code, refused.value.param) == (None, "amount")
    refund(bench, paid, amount=600)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        refund(bench, paid, amount=401)
    refund(bench, paid, amount=400)
    with pytest.raises(stripe.InvalidRequestError) as done:
        refund(bench, paid, amount=1)
    assert done.value.code == "charge_already_refunded"
    assert order(bench)["refunded"] == 1000


def test_what_took_no_money_cannot_be_refunded(bench: Bench) -> None:
    for intent in (bench.intent(), bench.pay(capture_method="manual"), bench.pay("pm_card_sandboxProcessing")):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
            refund(bench, intent)
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        bench.v1.refunds.create(params={"payment_intent": "pi_unknown"})
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        bench.v1.refunds.create(params={})


def test_a_refund_by_charge(bench: Bench) -> None:
    paid = bench.pay()
    made = bench.v1.refunds.create(params={"charge": paid.latest_charge, "amount": 100})
    assert made.payment_intent == paid.id


def test_a_pending_refund_reserves_and_then_succeeds(bench: Bench) -> None:
    paid = bench.pay("pm_card_pendingRefund")
    made = refund(bench, paid, amount=700)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        refund(bench, paid, amount=301)
    bench.box.advance(SETTLE_SECONDS)
    assert bench.v1.refunds.retrieve(made.id).status == "succeeded"
    assert "refund.updated" in bench.events()
    assert order(bench)["refunded"] == 700


def test_a_refund_may_fail_after_it_succeeded(bench: Bench) -> None:
    paid = bench.pay("pm_card_refundFail")
    made = refund(bench, paid)
    assert (made.status, bench.charge(paid).refunded) == ("succeeded", True)
    bench.box.advance(SETTLE_SECONDS)
    failed = bench.v1.refunds.retrieve(made.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = bench.charge(paid)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert bench.events()[-3:] == ["refund.updated", "charge.refund.updated", "refund.failed"]
    assert order(bench)["refunded"] == 0


def test_a_refund_is_failed_or_settled_by_hand(bench: Bench) -> None:
    paid = bench.pay("pm_card_pendingRefund")
    first, second = refund(bench, paid, amount=100), refund(bench, paid, amount=200)
    assert bench.control(f"/refunds/{first.id}/succeed").json()["status"] == "succeeded"
    assert bench.control(f"/refunds/{second.id}/fail", reason="declined").json()["failure_reason"] == "declined"
    assert bench.control(f"/refunds/{second.id}/fail").status_code == 409
    bench.box.advance(SETTLE_SECONDS)
    assert order(bench)["refunded"] == 100


def test_a_refund_can_be_annotated_and_not_canceled(bench: Bench) -> None:
    made = refund(bench, bench.pay())
    assert bench.v1.refunds.update(made.id, params={"metadata": {"a": "1"}}).metadata.to_dict() == {"a": "1"}
    with pytest.raises(stripe.InvalidRequestError, match="cannot be canceled"):
        bench.v1.refunds.cancel(made.id)


def test_refunds_are_listed_by_payment_and_charge(bench: Bench) -> None:
    paid, other = bench.pay(), bench.pay()
    made = [refund(bench, paid, amount=10).id for _ in range(12)]
    refund(bench, other)
    listed = bench.v1.refunds.list(params={"payment_intent": paid.id, "limit": 5})
    assert [r.id for r in listed.auto_paging_iter()] == made[::-1]
    by_charge = bench.http("GET", f"/v1/charges/{paid.latest_charge}/refunds", {"limit": "100"}).json()
    assert [r["id"] for r in by_charge["data"]] == made[::-1]
    nested = bench.charge(paid).refunds
    assert nested is not None
    assert (len(nested.data), nested.has_more) == (10, True)


def test_three_decimal_refunds_keep_their_precision(bench: Bench) -> None:
    paid = bench.pay(amount=1230, currency="kwd")
    with pytest.raises(stripe.InvalidRequestError, match="last digit"):
        refund(bench, paid, amount=1234 - 1000)
    assert refund(bench, paid, amount=230).amount == 230
