from __future__ import annotations

import pytest

from tests.unit.sandboxes.paypal.support import Bench, brl, issues


def test_a_dispute_is_found_by_its_transaction(bench: Bench) -> None:
    capture = bench.paid()["id"]
    opened = bench.control(f"/captures/{capture}/dispute", reason="UNAUTHORISED", amount=400).json()
    (summary,) = bench.get("/v1/customer/disputes", disputed_transaction_id=capture).json()["items"]
    assert summary["dispute_id"] == opened["dispute_id"]
    assert "disputed_transactions" not in summary
    assert bench.get("/v1/customer/disputes", disputed_transaction_id="OTHER").json()["items"] == []
    shown = bench.get(f"/v1/customer/disputes/{opened['dispute_id']}").json()
    assert (shown["status"], shown["reason"], shown["dispute_amount"]) == ("OPEN", "UNAUTHORISED", brl("4.00"))
    (transaction,) = shown["disputed_transactions"]
    assert (transaction["seller_transaction_id"], transaction["custom"]) == (capture, "payment-1")
    assert bench.events()[-1] == "CUSTOMER.DISPUTE.CREATED"
    assert bench.entry()["disputed"]


def test_a_dispute_moves_until_it_is_resolved(bench: Bench) -> None:
    dispute = bench.box.world.open_dispute(bench.paid()["id"])["dispute_id"]
    bench.box.advance(60)
    moved = bench.control(f"/disputes/{dispute}/update", status="WAITING_FOR_SELLER_RESPONSE").json()
    assert (moved["status"], moved["update_time"]) == ("WAITING_FOR_SELLER_RESPONSE", "2027-01-15T08:01:00.000Z")
    assert bench.control(f"/disputes/{dispute}/update", status="UNDER_REVIEW").status_code == 200
    ended = bench.control(f"/disputes/{dispute}/resolve", outcome="RESOLVED_SELLER_FAVOUR").json()
    assert (ended["status"], ended["dispute_outcome"]) == ("RESOLVED", {"outcome_code": "RESOLVED_SELLER_FAVOUR"})
    assert bench.events()[-3:] == [*["CUSTOMER.DISPUTE.UPDATED"] * 2, "CUSTOMER.DISPUTE.RESOLVED"]
    assert bench.control(f"/disputes/{dispute}/resolve", outcome="DENIED").status_code == 409
    assert bench.entry()["reversed"] == 0


@pytest.mark.parametrize("outcome", ["RESOLVED_BUYER_FAVOUR", "ACCEPTED"])
def test_a_lost_dispute_costs_what_is_left(bench: Bench, outcome: str) -> None:
    capture = bench.paid()["id"]
    bench.refund(capture, "8.00")
    dispute = bench.box.world.open_dispute(capture)["dispute_id"]
    ended = bench.box.world.resolve_dispute(dispute, outcome)
    assert ended["dispute_outcome"] == {"outcome_code": outcome, "amount_refunded": brl("2.00")}
    assert bench.events()[-2:] == ["PAYMENT.CAPTURE.REVERSED", "CUSTOMER.DISPUTE.RESOLVED"]
    assert (bench.entry()["refunded"], bench.entry()["reversed"], bench.violations()) == (800, 200, [])


def test_an_open_dispute_blocks_partial_refunds(bench: Bench) -> None:
    capture = bench.paid()["id"]
    bench.box.world.open_dispute(capture)
    assert issues(bench.refund(capture, "1.00")) == ["TRANSACTION_DISPUTED"]
    assert bench.refund(capture, "10.00").status_code == 201


def test_unknown_words_and_numbers_are_told(bench: Bench) -> None:
    capture = bench.paid()["id"]
    answer = bench.control(f"/captures/{capture}/dispute", reason="BAD_MOOD")
    assert answer.status_code == 409
    assert "BAD_MOOD" in answer.text
    assert bench.control(f"/captures/{capture}/dispute", amount=1001).status_code == 409
    assert bench.control("/captures/UNKNOWN/dispute").status_code == 404
    assert bench.get("/v1/customer/disputes/UNKNOWN").status_code == 404
    assert issues(bench.get("/v1/customer/disputes", page_size="51")) == ["INVALID_PARAMETER_VALUE"]
    assert issues(bench.get("/v1/customer/disputes", colour="red")) == ["NOT_SUPPORTED"]
