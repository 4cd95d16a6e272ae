from __future__ import annotations

import pytest
import requests

from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.unit.sandboxes.paypal.support import DAY, HOUR, Bench, brl, issues


def test_the_same_order_is_created_once(bench: Bench) -> None:
    first, second = (bench.create(request_id="create-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_another_body_under_the_same_id_is_not_even_looked_at(bench: Bench) -> None:
    first = bench.create("10.00", request_id="create-1")
    second = bench.create("99.00", request_id="create-1")
    assert (second.status_code, second.json()["id"]) == (200, first.json()["id"])
    assert second.json()["purchase_units"][0]["amount"] == brl("10.00")


def test_a_repeated_id_answers_with_the_latest_status(bench: Bench) -> None:
    order = bench.approved(outcome="ECHECK")
    path = f"/v2/checkout/orders/{order['id']}/capture"
    first = bench.post(path, request_id="capture-1").json()
    (capture,) = first["purchase_units"][0]["payments"]["captures"]
    assert capture["status"] == "PENDING"
    bench.box.world.complete_capture(capture["id"])
    again = bench.post(path, request_id="capture-1")
    assert again.status_code == 200
    assert again.json()["purchase_units"][0]["payments"]["captures"][0]["status"] == "COMPLETED"
    assert bench.entry()["captured"] == 1000


def test_orders_forget_an_id_after_six_hours(bench: Bench) -> None:
    first = bench.create(request_id="create-1").json()
    bench.box.advance(6 * HOUR - 1)
    bench.renew()
    assert bench.create(request_id="create-1").json()["id"] == first["id"]
    bench.box.advance(1)
    assert bench.create(request_id="create-1").json()["id"] != first["id"]


def test_payments_forget_an_id_after_45_days(bench: Bench) -> None:
    capture = bench.paid()
    path, body = f"/v2/payments/captures/{capture['id']}/refund", {"amount": brl("1.00")}
    first = bench.post(path, body, request_id="refund-1")
    bench.box.advance(45 * DAY - 1)
    bench.renew()
    again = bench.post(path, body, request_id="refund-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    bench.box.advance(1)
    bench.renew()
    assert bench.post(path, body, request_id="refund-1").json()["id"] != first.json()["id"]


def test_a_refused_request_leaves_no_trace(bench: Bench) -> None:
    order = bench.create().json()
    path = f"/v2/checkout/orders/{order['id']}/capture"
    assert issues(bench.post(path, request_id="capture-1")) == ["ORDER_NOT_APPROVED"]
    bench.box.world.approve(order["id"])
    assert bench.post(path, request_id="capture-1").status_code == 201


def test_an_id_belongs_to_one_operation_on_one_object(bench: Bench) -> None:
    one, two = bench.paid(), bench.paid(unit={"invoice_id": "payment-2"})
    assert bench.post(f"/v2/payments/captures/{one['id']}/refund", request_id="refund-1").status_code == 201
    answer = bench.post(f"/v2/payments/captures/{two['id']}/refund", request_id="refund-1")
    assert (answer.status_code, issues(answer)) == (422, ["PAYPAL_REQUEST_ID_PREVIOUSLY_USED"])


def test_an_id_has_at_most_108_characters(bench: Bench) -> None:
    assert bench.create(request_id="x" * 108).status_code == 201
    answer = bench.create(request_id="x" * 109)
    assert (answer.status_code, issues(answer)) == (400, ["INVALID_STRING_LENGTH"])


def test_the_second_of_two_at_once_fails(bench: Bench) -> None:
    order = bench.approved()
    path = f"/v2/checkout/orders/{order['id']}/capture"
    bench.box.faults.add(Fault(FaultKind.DELAY, seconds=60))
    with pytest.raises(requests.ReadTimeout):
        bench.post(path, request_id="capture-1", timeout=5)
    second = bench.post(path, request_id="capture-1")
    assert (second.status_code, issues(second)) == (409, ["PREVIOUS_REQUEST_IN_PROGRESS"])
    bench.adapter.run_late()
    assert bench.post(path, request_id="capture-1").status_code == 200
    assert bench.entry()["captured"] == 1000


def test_a_cut_connection_is_repaired_by_the_id(bench: Bench) -> None:
    capture = bench.paid()
    bench.box.faults.add(Fault(FaultKind.CUT_AFTER))
    path = f"/v2/payments/captures/{capture['id']}/refund"
    with pytest.raises(requests.ConnectionError):
        bench.post(path, {"amount": brl("4.00")}, request_id="refund-1")
    assert bench.post(path, {"amount": brl("4.00")}, request_id="refund-1").json()["amount"] == brl("4.00")
    assert bench.entry()["refunded"] == 400


@pytest.mark.parametrize(("stage", "refunded"), [(FaultStage.STORED, 1000), (FaultStage.STORED_IDLE, 0)])
def test_a_stored_error_is_repeated(bench: Bench, stage: FaultStage, refunded: int) -> None:
    capture = bench.paid()
    bench.box.faults.add(Fault(FaultKind.STATUS, status=500, stage=stage))
    path = f"/v2/payments/captures/{capture['id']}/refund"
    for _ in range(2):
        answer = bench.post(path, request_id="refund-1")
        assert (answer.status_code, answer.json()["name"]) == (500, "INTERNAL_SERVER_ERROR")
    assert bench.entry()["refunded"] == refunded
