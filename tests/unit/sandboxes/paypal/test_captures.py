from __future__ import annotations

import pytest

from local.sandboxes.paypal.capturing import PENDING_REASONS
from tests.unit.sandboxes.paypal.support import DAY, Bench, brl, issues


@pytest.mark.parametrize("reason", PENDING_REASONS)
def test_a_capture_may_be_pending_for_each_reason(bench: Bench, reason: str) -> None:
    capture = bench.paid(outcome=reason)
    shown = bench.get(f"/v2/payments/captures/{capture['id']}").json()
    assert (shown["status"], shown["status_details"]) == ("PENDING", {"reason": reason})
    assert bench.order_of(capture)["status"] == "COMPLETED"
    assert bench.events()[-1] == "PAYMENT.CAPTURE.PENDING"
    assert issues(bench.refund(capture["id"])) == ["PENDING_CAPTURE"]
    assert (bench.entry()["pending"], bench.entry()["captured"]) == (1000, 0)


def test_a_pending_capture_completes(bench: Bench) -> None:
    capture = bench.paid(outcome="ECHECK")
    done = bench.control(f"/captures/{capture['id']}/complete").json()
    assert (done["status"], "status_details" in done) == ("COMPLETED", False)
    assert bench.events()[-1] == "PAYMENT.CAPTURE.COMPLETED"
    assert bench.control(f"/captures/{capture['id']}/deny").status_code == 409


def test_a_pending_capture_is_denied(bench: Bench) -> None:
    capture = bench.paid(outcome="PENDING_REVIEW")
    assert bench.control(f"/captures/{capture['id']}/deny").json()["status"] == "DECLINED"
    assert bench.events()[-1] == "PAYMENT.CAPTURE.DENIED"
    assert issues(bench.refund(capture["id"])) == ["REFUND_NOT_ALLOWED"]


def test_a_refund_without_an_amount_takes_what_is_left(bench: Bench) -> None:
    capture = bench.paid("10.00")
    part = bench.refund(capture["id"], "3.00", custom_id="refund-1", invoice_id="refund-1").json()
    assert (part["status"], part["custom_id"], part["invoice_id"]) == ("COMPLETED", "refund-1", "refund-1")
    assert bench.get(f"/v2/payments/captures/{capture['id']}").json()["status"] == "PARTIALLY_REFUNDED"
    rest = bench.refund(capture["id"]).json()
    assert rest["amount"] == brl("7.00")
    assert rest["seller_payable_breakdown"]["total_refunded_amount"] == brl("10.00")
    assert bench.get(f"/v2/payments/captures/{capture['id']}").json()["status"] == "REFUNDED"
    assert issues(bench.refund(capture["id"])) == ["CAPTURE_FULLY_REFUNDED"]
    assert bench.get(f"/v2/payments/refunds/{part['id']}").json()["amount"] == brl("3.00")
    listed = bench.order_of(capture)["purchase_units"][0]["payments"]["refunds"]
    assert [row["id"] for row in listed] == [part["id"], rest["id"]]
    assert bench.events()[-2:] == ["PAYMENT.CAPTURE.REFUNDED"] * 2


def test_refunds_that_break_a_rule(bench: Bench) -> None:
    capture = bench.paid("10.00")["id"]
    path = f"/v2/payments/captures/{capture}/refund"
    assert issues(bench.refund(capture, "10.01")) == ["REFUND_AMOUNT_EXCEEDED"]
    assert issues(bench.refund(capture, "0.00")) == ["CANNOT_BE_ZERO_OR_NEGATIVE"]
    dollars = {"amount": {"currency_code": "USD", "value": "1.00"}}
    assert issues(bench.post(path, dollars)) == ["REFUND_CAPTURE_CURRENCY_MISMATCH"]
    assert bench.refund(capture, "1.00", invoice_id="refund-1").status_code == 201
    assert issues(bench.refund(capture, "1.00", invoice_id="refund-1")) == ["DUPLICATE_INVOICE_ID"]
    for _ in range(9):
        assert bench.refund(capture, "0.10").status_code == 201
    assert issues(bench.refund(capture, "0.10")) == ["MAX_NUMBER_OF_REFUNDS_EXCEEDED"]
    assert bench.refund("UNKNOWN", "1.00").status_code == 404


def test_a_capture_is_refunded_within_180_days(bench: Bench) -> None:
    capture = bench.paid()["id"]
    bench.box.advance(180 * DAY)
    bench.renew()
    assert bench.refund(capture, "1.00").status_code == 201
    bench.box.advance(1)
    assert issues(bench.refund(capture, "1.00")) == ["REFUND_TIME_LIMIT_EXCEEDED"]


def test_a_pending_refund_counts_and_settles(bench: Bench) -> None:
    capture = bench.paid()["id"]
    bench.control("/refunds/pend", pend=True)
    made = bench.refund(capture, "6.00").json()
    assert (made["status"], made["status_details"]) == ("PENDING", {"reason": "ECHECK"})
    assert bench.events()[-1] == "PAYMENT.REFUND.PENDING"
    assert issues(bench.refund(capture, "5.00")) == ["REFUND_AMOUNT_EXCEEDED"]
    assert bench.control(f"/refunds/{made['id']}/settle").json()["status"] == "COMPLETED"
    assert bench.events()[-1] == "PAYMENT.CAPTURE.REFUNDED"


@pytest.mark.parametrize("pending", [True, False])
def test_a_failed_refund_gives_the_balance_back(bench: Bench, pending: bool) -> None:
    capture = bench.paid()["id"]
    bench.control("/refunds/pend", pend=pending)
    made = bench.refund(capture, "10.00", invoice_id="refund-1").json()
    assert bench.control(f"/refunds/{made['id']}/fail").json()["status"] == "FAILED"
    assert bench.events()[-1] == "PAYMENT.REFUND.FAILED"
    assert bench.get(f"/v2/payments/captures/{capture}").json()["status"] == "COMPLETED"
    assert bench.entry()["refunded"] == 0
    assert bench.refund(capture, "10.00", invoice_id="refund-1").status_code == 201


def test_a_chargeback_that_the_store_won_gives_the_money_back(bench: Bench) -> None:
    capture = bench.paid()["id"]
    bench.refund(capture, "4.00")
    bench.control(f"/captures/{capture}/reverse")
    won = bench.control(f"/captures/{capture}/withdraw").json()
    assert won["status"] == "PARTIALLY_REFUNDED"
    assert "status_details" not in won
    assert (bench.entry()["refunded"], bench.entry()["reversed"], bench.violations()) == (400, 0, [])
    assert bench.refund(capture, "6.00").status_code == 201
    assert bench.control(f"/captures/{capture}/withdraw").status_code == 409


def test_refunds_may_be_missing_in_the_list_for_a_while(bench: Bench) -> None:
    capture = bench.paid()
    bench.control("/refunds/list", listed=False)
    bench.refund(capture["id"], "10.00")
    (order,) = [row["id"] for row in bench.box.state.orders]
    payments = bench.get(f"/v2/checkout/orders/{order}").json()["purchase_units"][0]["payments"]
    assert (payments["captures"][0]["status"], payments.get("refunds")) == ("REFUNDED", None)
    bench.control("/refunds/list", listed=True)
    payments = bench.get(f"/v2/checkout/orders/{order}").json()["purchase_units"][0]["payments"]
    assert [row["amount"]["value"] for row in payments["refunds"]] == ["10.00"]


def test_a_chargeback_takes_back_what_is_left_and_blocks_refunds(bench: Bench) -> None:
    capture = bench.paid()["id"]
    bench.refund(capture, "4.00")
    reversed_capture = bench.control(f"/captures/{capture}/reverse").json()
    assert (reversed_capture["status"], reversed_capture["status_details"]) == ("REFUNDED", {"reason": "CHARGEBACK"})
    assert bench.events()[-1] == "PAYMENT.CAPTURE.REVERSED"
    assert issues(bench.refund(capture, "1.00")) == ["REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"]
    assert (bench.entry()["refunded"], bench.entry()["reversed"], bench.violations()) == (400, 600, [])
