from __future__ import annotations

import pytest
import requests
import stripe

from local.sandboxes.kernel.faults import Fault, FaultKind, FaultStage
from tests.unit.sandboxes.stripe.support import Bench

NEW = {"amount": "1000", "currency": "brl"}
PATH = "/v1/payment_intents"
KEYS = {"Authorization": "Bearer sk_test_sandbox", "Idempotency-Key": "k-1"}


def create(bench: Bench, data: dict[str, str] | None = None, key: str = "k-1", **headers: str) -> requests.Response:
    return bench.http("POST", PATH, data or NEW, Idempotency_Key=key, **headers)


def test_the_first_result_is_replayed(bench: Bench) -> None:
    first, second = create(bench), create(bench)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"] != second.headers["Request-Id"]
    assert len(bench.box.state.intents) == 1


def test_a_replay_shows_the_object_as_it_was_then(bench: Bench) -> None:
    intent = create(bench).json()
    bench.v1.payment_intents.cancel(intent["id"])
    assert create(bench).json()["status"] == "requires_payment_method"


def test_other_parameters_under_the_key_are_refused(bench: Bench) -> None:
    create(bench)
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        bench.v1.payment_intents.create(params={"amount": 2000, "currency": "brl"}, options={"idempotency_key": "k-1"})
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        bench.v1.customers.create(params={"name": "x"}, options={"idempotency_key": "k-1"})
    assert len(bench.box.state.intents) == 1


def test_a_decline_is_replayed(bench: Bench) -> None:
    data = {
        **NEW,
        "confirm": "true",
        "payment_method": "pm_card_visa_chargeDeclined",
        "allowed_payment_method_types[0]": "card",
    }
    first, second = create(bench, data), create(bench, data)
    assert (first.status_code, second.status_code) == (402, 402)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()


def test_a_request_that_never_began_leaves_no_trace(bench: Bench) -> None:
    assert create(bench, {**NEW, "colour": "red"}).status_code == 400
    assert bench.http("POST", PATH, NEW, key="sk_test_wrong", Idempotency_Key="k-1").status_code == 401
    assert create(bench).status_code == 200


def test_a_refusal_after_it_began_is_remembered(bench: Bench) -> None:
    assert create(bench, {**NEW, "amount": "1"}).status_code == 400
    assert create(bench, {**NEW, "amount": "1"}).headers["Idempotent-Replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(bench: Bench) -> None:
    first = create(bench).json()
    bench.box.advance(24 * 3600 - 1)
    assert create(bench).json()["id"] == first["id"]
    bench.box.advance(1)
    assert create(bench).json()["id"] != first["id"]


def test_a_long_key_is_refused(bench: Bench) -> None:
    assert create(bench, key="k" * 256).status_code == 400


@pytest.mark.parametrize(("stage", "acted"), [(FaultStage.STORED, 1), (FaultStage.STORED_IDLE, 0)])
def test_a_500_is_replayed_whether_it_acted_or_not(bench: Bench, stage: FaultStage, acted: int) -> None:
    bench.box.faults.add(Fault(FaultKind.STATUS, stage=stage))
    assert create(bench).headers["Stripe-Should-Retry"] == "false"
    replay = create(bench)
    assert (replay.status_code, replay.headers["Idempotent-Replayed"]) == (500, "true")
    assert len(bench.box.state.intents) == acted


@pytest.mark.parametrize(("stage", "acted"), [(FaultStage.BEFORE, 0), (FaultStage.AFTER, 1)])
def test_a_500_on_the_way_is_not_remembered(bench: Bench, stage: FaultStage, acted: int) -> None:
    bench.box.faults.add(Fault(FaultKind.STATUS, stage=stage))
    assert create(bench).status_code == 500
    assert len(bench.box.state.intents) == acted
    assert create(bench).status_code == 200
    assert len(bench.box.state.intents) == 1


def test_a_second_request_finds_the_first_in_flight(bench: Bench) -> None:
    with pytest.raises(requests.ReadTimeout):
        bench.session.post(
            f"https://api.stripe.com{PATH}",
            data=NEW,
            headers={
                "Authorization": "Bearer sk_test_sandbox",
                "Idempotency-Key": "k-1",
                "X-Sandbox-Fault": "delay=60",
            },
            timeout=(1, 5),
        )
    busy = create(bench)
    assert (busy.status_code, busy.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    assert busy.headers["Stripe-Should-Retry"] == "true"
    bench.adapter.run_late()
    assert create(bench).headers["Idempotent-Replayed"] == "true"
    assert len(bench.box.state.intents) == 1


def test_a_connection_lost_after_acting_is_found_by_its_key(bench: Bench) -> None:
    bench.box.faults.add(Fault(FaultKind.CUT_AFTER, path=PATH))
    with pytest.raises(stripe.APIConnectionError):
        bench.v1.payment_intents.create(params={"amount": 1000, "currency": "brl"}, options={"idempotency_key": "k-1"})
    found = bench.v1.payment_intents.create(
        params={"amount": 1000, "currency": "brl"}, options={"idempotency_key": "k-1"}
    )
    assert [row["id"] for row in bench.box.state.intents] == [found.id]


def test_a_fault_may_bring_its_own_error(bench: Bench) -> None:
    body = {"error": {"type": "invalid_request_error", "code": "lock_timeout", "message": "locked"}}
    bench.box.faults.add(Fault(FaultKind.STATUS, status=429, body=body, headers={"Stripe-Should-Retry": "true"}))
    answer = create(bench)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "lock_timeout")
    assert answer.headers["Stripe-Should-Retry"] == "true"
