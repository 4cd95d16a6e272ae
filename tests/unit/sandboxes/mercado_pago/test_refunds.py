from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandboxes.mercado_pago.support import Bench, causes

SEEN = {"X_Render_In_Process_Refunds": "true"}


def paid(bench: Bench, **fields: Any) -> dict[str, Any]:
    made = bench.pix(**fields)
    bench.box.world.pay(made["id"])
    return made


def test_parts_up_to_what_was_paid(bench: Bench) -> None:
    payment = paid(bench)
    first = bench.refund(payment, {"amount": 29.9})
    assert (first.status_code, first.json()["status"], first.json()["amount"]) == (201, "approved", 29.9)
    partly = bench.get(payment)
    assert (partly["status"], partly["status_detail"]) == ("approved", "partially_refunded")
    assert partly["transaction_amount_refunded"] == 29.9
    assert causes(bench.refund(payment, {"amount": 100.01})) == [2017]
    bench.refund(payment, {"amount": 100})
    whole = bench.get(payment)
    assert (whole["status"], whole["status_detail"]) == ("refunded", "refunded")
    assert causes(bench.refund(payment, {"amount": 1})) == [2063]
    assert bench.order()["refunded"] == 12_990


def test_without_an_amount_the_rest_goes_back(bench: Bench) -> None:
    payment = paid(bench)
    bench.refund(payment, {"amount": 29.9})
    assert bench.refund(payment).json()["amount"] == 100
    assert bench.refund(payment).status_code == 400


def test_refunds_are_listed_and_read(bench: Bench) -> None:
    payment = paid(bench)
    made = [bench.refund(payment, {"amount": 1}).json() for _ in range(2)]
    path = f"/v1/payments/{payment['id']}/refunds"
    assert bench.call("GET", path).json() == made == bench.get(payment)["refunds"]
    assert bench.call("GET", f"{path}/{made[1]['id']}").json() == made[1]
    assert causes(bench.call("GET", f"{path}/1"), 404) == [2032]


@pytest.mark.parametrize(
    ("amount", "code"), [("1", 4041), (True, 4041), (0, 4040), (-1, 4040), (1.001, 2017), (129.91, 2017)]
)
def test_a_wrong_amount_is_refused(bench: Bench, amount: Any, code: int) -> None:
    assert causes(bench.refund(paid(bench), {"amount": amount})) == [code]
    assert bench.order()["refunded"] == 0


def test_only_paid_payments_can_be_refunded(bench: Bench) -> None:
    assert causes(bench.refund(bench.pix(), {"amount": 1})) == [2063]
    assert causes(bench.call("POST", "/v1/payments/1/refunds", {"amount": 1}), 404) == [2000]
    assert causes(bench.refund(paid(bench), {"reason": "x"})) == [8]


def test_180_days_after_the_approval_it_is_too_late(bench: Bench) -> None:
    payment = paid(bench)
    bench.box.advance(180 * 86_400)
    assert bench.refund(payment, {"amount": 1}).status_code == 201
    bench.box.advance(1)
    assert causes(bench.refund(payment, {"amount": 1})) == [2024]


def test_the_same_key_gives_the_same_refund(bench: Bench) -> None:
    payment = paid(bench)
    first = bench.refund(payment, {"amount": 10}, key="r")
    assert bench.refund(payment, {"amount": 10.0}, key="r").json() == first.json()
    assert causes(bench.refund(payment, {"amount": 11}, key="r"), 409) == []
    assert bench.order()["refunded"] == 1000


def test_a_repeated_refund_may_be_answered_with_nothing(bench: Bench) -> None:
    payment = paid(bench)
    bench.control("/behaviour", bare_refund_replay=True)
    assert bench.refund(payment, {"amount": 10}, key="r").status_code == 201
    again = bench.refund(payment, {"amount": 10}, key="r")
    assert (again.status_code, again.content) == (200, b"")
    assert bench.order()["refunded"] == 1000


def test_a_refund_under_way_is_seen_only_by_those_who_ask(bench: Bench) -> None:
    payment = paid(bench)
    bench.control("/refunds/hold")
    made = bench.refund(payment, {"amount": 100}, **SEEN).json()
    path = f"/v1/payments/{payment['id']}/refunds"
    assert (made["status"], made["labels"]) == ("in_process", ["hidden", "contingency"])
    assert (bench.call("GET", path).json(), bench.get(payment)["refunds"]) == ([], [])
    assert bench.call("GET", path, **SEEN).json() == [made] == bench.get(payment, **SEEN)["refunds"]
    assert bench.get(payment)["transaction_amount_refunded"] == 0
    assert causes(bench.refund(payment, {"amount": 30})) == [2017]
    assert bench.control(f"/refunds/{made['id']}/settle").json()["status"] == "approved"
    assert bench.get(payment)["status_detail"] == "partially_refunded"
    assert bench.control(f"/refunds/{made['id']}/settle").status_code == 409


def test_who_does_not_ask_is_told_400_although_the_refund_goes_on(bench: Bench) -> None:
    payment = paid(bench)
    bench.control("/refunds/hold")
    assert causes(bench.refund(payment, {"amount": 100}, key="r")) == [2084]
    assert causes(bench.refund(payment, {"amount": 100}, key="r")) == [2084]
    assert bench.order()["refunded"] == 10_000


@pytest.mark.parametrize("held", [True, False])
def test_a_refund_fails_under_way_or_afterwards(bench: Bench, held: bool) -> None:
    payment = paid(bench)
    if held:
        bench.control("/refunds/hold")
    made = bench.refund(payment, **SEEN).json()
    assert bench.control(f"/refunds/{made['id']}/fail").json()["status"] == "rejected"
    assert (bench.get(payment)["status_detail"], bench.order()["refunded"]) == ("accredited", 0)
    assert bench.refund(payment).status_code == 201
    assert bench.control("/refunds/1/fail").status_code == 404


def test_a_refund_that_ends_during_a_mediation_leaves_it_open(bench: Bench) -> None:
    payment = paid(bench)
    bench.control("/refunds/hold")
    made = bench.refund(payment, {"amount": 1}, **SEEN).json()
    bench.control(f"/payments/{payment['id']}/mediation")
    bench.control(f"/refunds/{made['id']}/settle")
    assert bench.get(payment)["status"] == "in_mediation"


def test_somebody_refunds_in_the_panel(bench: Bench) -> None:
    payment = paid(bench)
    bench.control(f"/payments/{payment['id']}/give_back", amount=990)
    assert bench.get(payment)["refunds"][0]["source"]["type"] == "admin"
    assert bench.control(f"/payments/{payment['id']}/give_back", amount=12_001).status_code == 409
    bench.control(f"/payments/{payment['id']}/give_back")
    assert (bench.get(payment)["status"], bench.get(payment)["status_detail"]) == ("refunded", "by_admin")


def test_a_surplus_can_be_given_back(bench: Bench) -> None:
    made = bench.boleto()
    bench.box.world.pay(made["id"], amount=20_000)
    bench.refund(made, {"amount": 70.1})
    assert bench.get(made)["status_detail"] == "partially_refunded"
    assert bench.order()["captured"] - bench.order()["refunded"] == 12_990
