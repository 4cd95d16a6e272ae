from __future__ import annotations

from local.sandboxes.kernel.faults import Fault, FaultKind
from local.sandboxes.paypal.capturing import capture
from local.sandboxes.paypal.refunding import refund
from tests.unit.sandboxes.paypal.support import Bench, brl


def test_the_books_sum_up_an_order(bench: Bench) -> None:
    paid = bench.paid("10.00")
    bench.refund(paid["id"], "2.50")
    order = bench.order_of(paid)["id"]
    assert bench.session.get("https://x.example/_sandbox/books").json() == {
        "orders": {
            "order-1": {
                "currency": "BRL",
                "paypal_orders": [order],
                "charges": [paid["id"]],
                "authorized": 0,
                "pending": 0,
                "captured": 1000,
                "refunded": 250,
                "reversed": 0,
                "disputed": False,
            }
        },
        "violations": [],
    }


def test_orders_that_never_took_money_are_no_violation(bench: Bench) -> None:
    bench.create()
    bench.approved(outcome="declined")
    bench.paid()
    assert (bench.violations(), len(bench.entry()["charges"])) == ([], 1)


def test_two_paid_paypal_orders_for_one_order_are_found(bench: Bench) -> None:
    bench.paid()
    bench.paid(unit={"invoice_id": "payment-2", "custom_id": "payment-2"}, outcome="ECHECK")
    (violation,) = bench.violations()
    assert "order order-1 has 2 PayPal orders with money" in violation


def test_a_hold_beside_a_payment_is_found(bench: Bench) -> None:
    bench.paid()
    held = bench.authorized(unit={"invoice_id": "payment-2"})
    assert len(bench.violations()) == 1
    bench.post(f"/v2/payments/authorizations/{held['id']}/void")
    assert bench.violations() == []


def test_a_paypal_order_captured_twice_is_found(bench: Bench) -> None:
    order = bench.box.state.orders.get(bench.order_of(bench.paid())["id"])
    capture(bench.box.state, order, brl("10.00"), outcome="ok")
    assert any("was captured 2 times" in violation for violation in bench.violations())


def test_more_given_back_than_taken_is_found(bench: Bench) -> None:
    taken = bench.box.state.captures.get(bench.paid("10.00")["id"])
    refund(bench.box.state, taken, 1001, {}, pending=False)
    assert any("gave back 1001 of 1000" in violation for violation in bench.violations())


def test_reset_forgets_everything_but_the_endpoint(bench: Bench) -> None:
    bench.control("/endpoint", url="http://127.0.0.1:1/hook")
    bench.create(request_id="create-1")
    bench.control("/reset")
    assert bench.box.books() == {"orders": {}, "violations": []}
    assert bench.box.state.endpoint.url == "http://127.0.0.1:1/hook"
    bench.renew()
    assert bench.create(request_id="create-1").status_code == 201


def test_outages_have_paypals_shape(bench: Bench) -> None:
    for status, name in ((429, "RATE_LIMIT_REACHED"), (500, "INTERNAL_SERVER_ERROR"), (503, "SERVICE_UNAVAILABLE")):
        bench.box.faults.add(Fault(FaultKind.STATUS, status=status))
        answer = bench.create()
        assert (answer.status_code, answer.json()["name"]) == (status, name)


def test_an_unknown_path_says_what_is_known(bench: Bench) -> None:
    answer = bench.get("/v2/billing/plans")
    assert answer.status_code == 501
    assert "POST /v2/checkout/orders" in answer.text
