from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandboxes.mercado_pago.support import Bench, causes


def amounts(payment: dict[str, Any]) -> tuple[Any, Any, Any]:
    details = payment["transaction_details"]
    return details["total_paid_amount"], details["overpaid_amount"], details["net_received_amount"]


def test_the_exact_amount_is_accredited(bench: Bench) -> None:
    made = bench.pix()
    bench.box.advance(60)
    bench.box.world.pay(made["id"])
    paid = bench.get(made)
    assert (paid["status"], paid["status_detail"]) == ("approved", "accredited")
    assert paid["date_approved"] == paid["date_last_updated"] == "2027-01-15T11:01:00.000-04:00"
    assert amounts(paid) == (129.9, 0, 128.61)
    assert paid["fee_details"] == [{"type": "mercadopago_fee", "amount": 1.29, "fee_payer": "collector"}]
    assert len(paid["point_of_interaction"]["transaction_data"]["e2e_id"]) == 32
    assert bench.order()["captured"] == 12_990


@pytest.mark.parametrize(("cents", "total", "over"), [(12_900, 129, 0), (13_000, 130, 0.1)])
def test_less_and_more_are_approved_and_shown(bench: Bench, cents: int, total: float, over: float) -> None:
    made = bench.boleto()
    bench.control(f"/payments/{made['id']}/pay", amount=cents)
    paid = bench.get(made)
    assert (paid["status"], paid["transaction_amount"]) == ("approved", 129.9)
    assert amounts(paid)[:2] == (total, over)
    assert bench.order()["captured"] == cents


def test_a_boleto_that_clears_is_approved_when_the_bank_opens_next(bench: Bench) -> None:
    """The bench's day is a Friday. What was paid in time outlives its due day until then."""
    made = bench.boleto(date_of_expiration="2027-01-15T23:59:59.000-03:00")
    bench.control(f"/payments/{made['id']}/pay", clears=True)
    bench.box.advance(86_400)
    assert bench.get(made)["status"] == "pending"
    bench.box.advance(2 * 86_400)
    paid = bench.get(made)
    assert (paid["status"], paid["date_approved"]) == ("approved", "2027-01-18T09:00:00.000-04:00")
    assert bench.order()["captured"] == 12_990


def test_an_unpaid_payment_expires_by_the_clock(bench: Bench) -> None:
    made = bench.pix(date_of_expiration="2027-01-15T12:30:00.000-03:00")
    bench.box.advance(1_799)
    assert bench.get(made)["status"] == "pending"
    bench.box.advance(1)
    expired = bench.get(made)
    assert (expired["status"], expired["status_detail"]) == ("cancelled", "expired")
    assert bench.control(f"/payments/{made['id']}/pay").status_code == 409


def test_a_payment_can_be_paid_late_when_told_so(bench: Bench) -> None:
    made = bench.boleto()
    bench.box.world.expire(made["id"])
    assert bench.control(f"/payments/{made['id']}/pay", late=True).json()["status"] == "approved"
    assert bench.order()["captured"] == 12_990


def test_a_second_payment_into_the_same_boleto_doubles_the_total(bench: Bench) -> None:
    made = bench.boleto()
    bench.box.world.pay(made["id"])
    assert bench.control(f"/payments/{made['id']}/pay").status_code == 409
    bench.control(f"/payments/{made['id']}/pay", again=True)
    assert amounts(bench.get(made))[:2] == (259.8, 129.9)
    assert (bench.order()["captured"], bench.order()["charges"]) == (25_980, [made["id"]])
    assert bench.box.books()["violations"] == []


def test_the_store_cancels_what_is_unpaid_and_nothing_else(bench: Bench) -> None:
    made = bench.pix()
    path = f"/v1/payments/{made['id']}"
    assert causes(bench.call("PUT", path, {"status": "approved"})) == [2018]
    assert causes(bench.call("PUT", path, {})) == [4017]
    assert causes(bench.call("PUT", path, {"status": "cancelled", "capture": True})) == [8]
    cancelled = bench.call("PUT", path, {"status": "cancelled"}).json()
    assert (cancelled["status"], cancelled["status_detail"]) == ("cancelled", "by_collector")
    assert causes(bench.call("PUT", path, {"status": "cancelled"})) == [2018]
    paid = bench.pix()
    bench.box.world.pay(paid["id"])
    assert causes(bench.call("PUT", f"/v1/payments/{paid['id']}", {"status": "cancelled"})) == [2018]


def test_a_review_ends_in_approval_or_rejection(bench: Bench) -> None:
    first, second = bench.pix(), bench.pix()
    for made in (first, second):
        reviewed = bench.control(f"/payments/{made['id']}/review").json()
        assert (reviewed["status"], reviewed["status_detail"]) == ("in_process", "pending_review_manual")
    assert bench.control(f"/payments/{first['id']}/pay").json()["status"] == "approved"
    rejected = bench.control(f"/payments/{second['id']}/reject").json()
    assert (rejected["status"], rejected["status_detail"]) == ("rejected", "bank_error")
    assert bench.control(f"/payments/{second['id']}/pay").status_code == 409


@pytest.mark.parametrize(("outcome", "ends"), [("approved", "accredited"), ("refunded", "by_admin")])
def test_a_mediation_holds_the_money_and_ends(bench: Bench, outcome: str, ends: str) -> None:
    made = bench.pix()
    bench.box.world.pay(made["id"])
    held = bench.control(f"/payments/{made['id']}/mediation").json()
    assert (held["status"], bench.order()["disputed"]) == ("in_mediation", True)
    assert causes(bench.refund(made)) == [2063]
    ended = bench.control(f"/payments/{made['id']}/mediation/end", outcome=outcome).json()
    assert (ended["status"], ended["status_detail"]) == (outcome, ends)


@pytest.mark.parametrize("outcome", ["settled", "reimbursed"])
def test_a_chargeback_stays_one_however_it_ends(bench: Bench, outcome: str) -> None:
    made = bench.pix()
    bench.box.world.pay(made["id"])
    assert bench.control(f"/payments/{made['id']}/chargeback").json()["status_detail"] == "in_process"
    bench.control(f"/payments/{made['id']}/chargeback/end", outcome=outcome)
    ended = bench.get(made)
    assert (ended["status"], ended["status_detail"]) == ("charged_back", outcome)
    assert causes(bench.refund(made)) == [2063]


def test_fields_can_be_shown_otherwise(bench: Bench) -> None:
    made = bench.pix()
    bench.control(f"/payments/{made['id']}/alter", status="teleported", collector_id=7)
    shown = bench.get(made)
    assert (shown["status"], shown["collector_id"], shown["currency_id"]) == ("teleported", 7, "BRL")


def test_two_payments_that_hold_money_for_one_order_are_a_violation(bench: Bench) -> None:
    first, second = bench.pix(), bench.pix()
    for made in (first, second):
        bench.box.world.pay(made["id"])
    assert bench.box.books()["violations"] == [f"order order-1 was paid by 2 payments: {first['id']}, {second['id']}"]
    bench.refund(first)
    assert bench.box.books()["violations"] == []
    assert (bench.order()["captured"], bench.order()["refunded"]) == (25_980, 12_990)


def test_an_unknown_payment_cannot_be_moved(bench: Bench) -> None:
    assert bench.control("/payments/1/pay").status_code == 404
    assert bench.control(f"/payments/{bench.pix()['id']}/pay", shoes=1).status_code == 409


def test_search_finds_by_our_reference_newest_first(bench: Bench) -> None:
    first, _, third = bench.pix(), bench.pix(external_reference="pay-2"), bench.pix()
    found = bench.call("GET", "/v1/payments/search?external_reference=pay-1").json()
    assert [payment["id"] for payment in found["results"]] == [third["id"], first["id"]]
    assert found["paging"] == {"total": 2, "limit": 30, "offset": 0}
    oldest = bench.call("GET", "/v1/payments/search?criteria=asc&sort=date_created&limit=1&offset=1").json()
    assert [payment["external_reference"] for payment in oldest["results"]] == ["pay-2"]
    assert bench.call("GET", "/v1/payments/search?status=approved").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "code"), [("shoes=1", 8), ("limit=101", 1000), ("limit=x", 1), ("sort=id", 1), ("criteria=up", 1)]
)
def test_a_wrong_search_is_refused(bench: Bench, query: str, code: int) -> None:
    assert causes(bench.call("GET", f"/v1/payments/search?{query}")) == [code]


def test_the_search_may_lag_behind(bench: Bench) -> None:
    bench.control("/behaviour", search_lag=5)
    bench.pix()
    assert bench.call("GET", "/v1/payments/search?external_reference=pay-1").json()["results"] == []
    bench.box.advance(5)
    assert len(bench.call("GET", "/v1/payments/search?external_reference=pay-1").json()["results"]) == 1
