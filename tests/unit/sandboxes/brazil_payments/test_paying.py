from __future__ import annotations

import pytest

from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.sandboxes.brazil_payments.support import PIX, Bench, code_of, fields_of

PENDING = {"status": "pending", "paid_amount": None, "paid_at": None}


def test_the_exact_amount(bench: Bench) -> None:
    made = bench.pix()
    assert bench.get(made) == PENDING
    bench.box.advance(60)
    bench.box.world.pay(made["id"])
    assert bench.get(made) == {"status": "paid", "paid_amount": "129.90", "paid_at": "2027-01-15T15:01:00.000Z"}
    assert bench.order() == {
        "currency": "BRL",
        "payments": 1,
        "charges": [made["id"]],
        "captured": 12_990,
        "refunded": 0,
    }


@pytest.mark.parametrize(("cents", "shown"), [(5, "0.05"), (12_989, "129.89"), (13_000, "130.00")])
def test_less_and_more(bench: Bench, cents: int, shown: str) -> None:
    made = bench.boleto()
    assert bench.control(f"/transactions/{made['id']}/pay", amount=cents).json()["paid_amount"] == shown
    assert bench.order()["captured"] == cents


def test_late(bench: Bench) -> None:
    made = bench.pix()
    bench.box.advance(1_799)
    assert bench.get(made) == PENDING
    bench.box.advance(1)
    assert bench.get(made)["status"] == "expired"
    assert bench.control(f"/transactions/{made['id']}/pay").status_code == 409
    assert bench.control(f"/transactions/{made['id']}/pay", late=True).json()["status"] == "paid"


def test_a_boleto_expires_when_its_day_is_over_in_brasilia(bench: Bench) -> None:
    made = bench.boleto(due_date="2027-01-16")
    bench.box.advance(36 * 3600 - 1)
    assert bench.get(made) == PENDING
    bench.box.advance(1)
    assert bench.get(made)["status"] == "expired"


def test_twice(bench: Bench) -> None:
    made = bench.boleto()
    bench.box.world.pay(made["id"])
    assert bench.control(f"/transactions/{made['id']}/pay").status_code == 409
    assert bench.control(f"/transactions/{made['id']}/pay", again=True).json()["paid_amount"] == "259.80"
    assert (bench.order()["captured"], bench.box.books()["violations"]) == (25_980, [])


@pytest.mark.parametrize(("control", "status"), [("fail", "failed"), ("cancel", "cancelled"), ("expire", "expired")])
def test_other_ends(bench: Bench, control: str, status: str) -> None:
    made = bench.pix()
    assert bench.control(f"/transactions/{made['id']}/{control}").json()["status"] == status
    assert bench.get(made) == {**PENDING, "status": status}
    assert bench.control(f"/transactions/{made['id']}/{control}").status_code == 409


def test_somebody_refunds_at_the_gateway(bench: Bench) -> None:
    made = bench.pix()
    assert bench.control(f"/transactions/{made['id']}/refund").status_code == 409
    bench.box.world.pay(made["id"])
    assert bench.control(f"/transactions/{made['id']}/refund").json()["status"] == "refunded"
    assert bench.order()["refunded"] == 12_990


def test_a_gateway_that_only_tells_the_status(bench: Bench) -> None:
    bench.control("/behaviour", paid_details=False)
    made = bench.pix()
    assert bench.get(made) == {"status": "pending"}
    bench.box.world.pay(made["id"])
    assert bench.get(made) == {"status": "paid"}


def test_any_status_can_be_shown(bench: Bench) -> None:
    made = bench.pix()
    bench.control(f"/transactions/{made['id']}/pretend", status="teleported")
    assert bench.get(made)["status"] == "teleported"


def test_two_transactions_that_hold_money_for_one_order_are_a_violation(bench: Bench) -> None:
    first, second = bench.pix(), bench.boleto()
    for made in (first, second):
        bench.box.world.pay(made["id"])
    ids = f"{first['id']}, {second['id']}"
    assert bench.box.books()["violations"] == [f"order order-1 was paid by 2 transactions: {ids}"]
    bench.box.world.refund(first["id"])
    assert bench.box.books()["violations"] == []


def test_a_transaction_without_an_order_stands_for_itself(bench: Bench) -> None:
    made = bench.pix(description="shoes")
    assert bench.box.books()["orders"] == {
        f"(no order: {made['id']})": {"currency": "BRL", "payments": 1, "charges": [], "captured": 0, "refunded": 0}
    }


def test_the_same_request_under_its_key_is_answered_again(bench: Bench) -> None:
    first = bench.call("POST", "/pix/qrcode", PIX, key="k")
    bench.box.advance(1)
    again = bench.call("POST", "/pix/qrcode", PIX, key="k")
    assert (again.status_code, again.content) == (201, first.content)
    other = bench.call("POST", "/pix/qrcode", {**PIX, "amount": "1.00"}, key="k")
    assert code_of(other) == (409, "idempotency_conflict")
    assert len(bench.box.state.all) == 1


def test_a_refused_request_leaves_its_key_free(bench: Bench) -> None:
    fields_of(bench.call("POST", "/pix/qrcode", {**PIX, "amount": 1}, key="k"))
    assert bench.call("POST", "/pix/qrcode", PIX, key="k").status_code == 201


def test_a_key_has_at_most_255_characters(bench: Bench) -> None:
    assert fields_of(bench.call("POST", "/pix/qrcode", PIX, key="k" * 256)) == ["Idempotency-Key"]


@pytest.mark.parametrize("honoured", [True, False])
def test_a_lost_answer_costs_a_second_transaction_where_keys_are_not_honoured(bench: Bench, honoured: bool) -> None:
    bench.control("/behaviour", idempotency=honoured)
    bench.box.faults.add(Fault(FaultKind.CUT_AFTER))
    with pytest.raises(OSError, match="cut"):
        bench.call("POST", "/pix/qrcode", PIX, key="k")
    assert bench.call("POST", "/pix/qrcode", PIX, key="k").status_code == 201
    assert len(bench.box.state.all) == (1 if honoured else 2)


@pytest.mark.parametrize(("status", "code"), [(429, "rate_limited"), (500, "internal_error"), (503, "internal_error")])
def test_outages_have_the_shape_of_errors(bench: Bench, status: int, code: str) -> None:
    bench.box.faults.add(Fault(FaultKind.STATUS, status=status))
    assert code_of(bench.call("POST", "/pix/qrcode", PIX)) == (status, code)


def test_a_reset_forgets_everything(bench: Bench) -> None:
    made = bench.pix()
    bench.control("/reset")
    assert bench.call("GET", f"/transactions/{made['id']}").status_code == 404
    assert bench.control("/transactions/pix_1/pay").status_code == 404
