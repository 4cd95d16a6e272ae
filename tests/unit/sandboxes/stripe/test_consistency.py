"""Whatever is asked of the sandbox in whatever order, its books stay right: tests elsewhere rely on them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.sandboxes.stripe.support import Bench, open_bench

CARDS = ("visa", "refundFail", "pendingRefund", "createDispute", "visa_chargeDeclined", "authenticationRequired")

steps = st.one_of(
    st.tuples(st.just("pay"), st.sampled_from(CARDS), st.booleans()),
    st.tuples(st.just("authenticate"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("capture"), st.integers(0, 5), st.integers(1, 1200)),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
    st.tuples(st.just("refund"), st.integers(0, 5), st.integers(1, 1200)),
    st.tuples(st.just("wait"), st.sampled_from((10, 60, 86_400, 8 * 86_400)), st.none()),
    st.tuples(st.just("close dispute"), st.integers(0, 5), st.booleans()),
)


def play(bench: Bench, number: int, name: str, first: Any, second: Any) -> None:
    intents = [row["id"] for row in bench.box.state.intents]
    intent = intents[first % len(intents)] if intents and isinstance(first, int) else "pi_none"
    path = f"/v1/payment_intents/{intent}"
    match name:
        case "pay":
            data = {"amount": "1000", "currency": "brl", "confirm": "true", "payment_method": f"pm_card_{first}"}
            data |= {"capture_method": "manual" if second else "automatic", "return_url": "https://s.example"}
            bench.http("POST", "/v1/payment_intents", {**data, "metadata[order_id]": str(number)})
        case "authenticate":
            bench.control(f"/payment_intents/{intent}/authenticate", outcome="succeeded" if second else "failed")
        case "capture":
            bench.http("POST", f"{path}/capture", {"amount_to_capture": str(second)})
        case "cancel":
            bench.http("POST", f"{path}/cancel")
        case "refund":
            bench.http("POST", "/v1/refunds", {"payment_intent": intent, "amount": str(second)})
        case "wait":
            bench.box.advance(first)
        case "close dispute":
            for dispute in list(bench.box.state.disputes)[:1]:
                bench.control(f"/disputes/{dispute['id']}/close", outcome="won" if second else "lost")


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=20))
def test_the_books_stay_right(played: list[tuple[str, Any, Any]]) -> None:
    bench = open_bench()
    for number, (name, first, second) in enumerate(played):
        play(bench, number, name, first, second)
    state = bench.box.state
    assert bench.box.books()["violations"] == []
    for charge in state.charges:
        given_back = [r["amount"] for r in state.refunds if r["charge"] == charge["id"] and r["status"] != "failed"]
        assert sum(given_back) == charge["amount_refunded"] <= charge["amount"]
        assert charge["refunded"] == (charge["amount_refunded"] == charge["amount"])
    for intent in state.intents:
        charges = [charge for charge in state.charges if charge["payment_intent"] == intent["id"]]
        assert intent["amount_received"] == sum(charge["amount_captured"] for charge in charges)
        assert (intent["amount_capturable"] > 0) == (intent["status"] == "requires_capture")
        assert sum(charge["status"] == "succeeded" for charge in charges) <= 1
    bench.session.close()
