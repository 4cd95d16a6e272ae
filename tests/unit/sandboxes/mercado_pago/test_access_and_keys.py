from __future__ import annotations

import pytest

from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN
from tests.unit.sandboxes.mercado_pago.support import BASE, PAYER, Bench, causes

BODY = {"transaction_amount": 10.5, "payment_method_id": "pix", "payer": PAYER}


def test_no_token_is_stopped_before_the_api(bench: Bench) -> None:
    answer = bench.session.get(f"{BASE}/v1/payments/1")
    assert (answer.status_code, answer.json()["blocked_by"]) == (403, "PolicyAgent")


def test_another_token_is_refused(bench: Bench) -> None:
    answer = bench.call("GET", "/v1/payments/1", token="TEST-other")
    assert causes(answer, 401) == []
    assert answer.json()["error"] == "unauthorized"


@pytest.mark.parametrize("payment", ["1", "abc", "9" * 30])
def test_an_unknown_payment_is_not_found(bench: Bench, payment: str) -> None:
    assert causes(bench.call("GET", f"/v1/payments/{payment}"), 404) == [2000]


def test_what_the_sandbox_does_not_know_is_said(bench: Bench) -> None:
    assert bench.call("GET", "/v1/orders/1").status_code == 501


@pytest.mark.parametrize("path", ["/v1/payments", "/v1/payments/1/refunds"])
def test_every_post_needs_a_key_before_anything_else(bench: Bench, path: str) -> None:
    answer = bench.call("POST", path, {"shoes": 1}, key=None)
    assert causes(answer) == [4292]
    assert answer.json()["message"] == "Header X-Idempotency-Key can't be null"


def test_a_key_has_at_most_64_characters(bench: Bench) -> None:
    assert causes(bench.call("POST", "/v1/payments", BODY, key="k" * 65)) == [4292]
    assert bench.call("POST", "/v1/payments", BODY, key="k" * 64).status_code == 201


def test_the_same_request_under_its_key_is_answered_again(bench: Bench) -> None:
    first = bench.call("POST", "/v1/payments", BODY, key="k")
    again = bench.call("POST", "/v1/payments", dict(reversed(BODY.items())), key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(bench.box.state.payments) == 1


def test_another_request_under_the_key_is_a_conflict(bench: Bench) -> None:
    bench.call("POST", "/v1/payments", BODY, key="k")
    answer = bench.call("POST", "/v1/payments", {**BODY, "transaction_amount": 10.51}, key="k")
    assert causes(answer, 409) == []
    assert answer.json()["error"] == "idempotency_key_already_used"
    assert len(bench.box.state.payments) == 1


def test_a_refused_request_leaves_its_key_free(bench: Bench) -> None:
    causes(bench.call("POST", "/v1/payments", {**BODY, "transaction_amount": 0}, key="k"))
    assert bench.call("POST", "/v1/payments", BODY, key="k").status_code == 201


def test_a_key_is_forgotten_after_a_day(bench: Bench) -> None:
    bench.call("POST", "/v1/payments", BODY, key="k")
    bench.box.advance(86_400)
    bench.call("POST", "/v1/payments", BODY, key="k")
    assert len(bench.box.state.payments) == 2


def test_while_the_first_request_runs_the_second_is_locked(bench: Bench) -> None:
    bench.box.faults.add(Fault(FaultKind.DELAY, seconds=60))
    headers = {"Authorization": f"Bearer {ACCESS_TOKEN}", "X-Idempotency-Key": "k"}
    with pytest.raises(OSError, match="delayed"):
        bench.session.post(f"{BASE}/v1/payments", json=BODY, headers=headers, timeout=1)
    assert causes(bench.call("POST", "/v1/payments", BODY, key="k"), 423) == []
    bench.adapter.run_late()
    assert bench.call("POST", "/v1/payments", BODY, key="k").status_code == 201
    assert len(bench.box.state.payments) == 1


def test_an_answer_that_got_lost_is_given_again(bench: Bench) -> None:
    bench.box.faults.add(Fault(FaultKind.CUT_AFTER))
    with pytest.raises(OSError, match="cut"):
        bench.call("POST", "/v1/payments", BODY, key="k")
    assert bench.call("POST", "/v1/payments", BODY, key="k").status_code == 201
    assert len(bench.box.state.payments) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, "too_many_requests"), (423, "resource_locked"), (424, "failed_dependency"), (500, "internal_error")],
)
def test_outages_have_the_shape_of_errors(bench: Bench, status: int, error: str) -> None:
    bench.box.faults.add(Fault(FaultKind.STATUS, status=status))
    answer = bench.call("POST", "/v1/payments", BODY)
    assert (causes(answer, status), answer.json()["error"]) == ([], error)


def test_an_error_can_be_remembered_although_it_was_done(bench: Bench) -> None:
    bench.box.faults.add(Fault(FaultKind.STATUS, status=500, stage=FaultStage.STORED))
    assert bench.call("POST", "/v1/payments", BODY, key="k").status_code == 500
    assert bench.call("POST", "/v1/payments", BODY, key="k").status_code == 500
    assert len(bench.box.state.payments) == 1


def test_a_reset_forgets_everything(bench: Bench) -> None:
    first = bench.call("POST", "/v1/payments", BODY, key="k").json()
    bench.control("/reset")
    assert bench.call("GET", f"/v1/payments/{first['id']}").status_code == 404
    assert bench.call("POST", "/v1/payments", BODY, key="k").json()["id"] != first["id"]
