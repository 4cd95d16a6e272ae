from __future__ import annotations

from typing import Any

from tests.unit.sandboxes.paypal.support import DAY, Bench, brl, issues


def path_of(authorization: dict[str, Any], verb: str = "") -> str:
    return f"/v2/payments/authorizations/{authorization['id']}{'/' + verb if verb else ''}"


def later(bench: Bench, days: float) -> None:
    bench.box.advance(days * DAY)
    bench.renew()


def test_a_hold_is_captured_in_parts(bench: Bench) -> None:
    held = bench.authorized("10.00")
    assert (held["status"], held["expiration_time"]) == ("CREATED", "2027-02-13T08:00:00Z")
    assert bench.entry()["authorized"] == 1000
    part = bench.post(path_of(held, "capture"), {"amount": brl("4.00"), "invoice_id": "part-1"}).json()
    assert part["supplementary_data"]["related_ids"]["authorization_id"] == held["id"]
    assert (part["invoice_id"], part["custom_id"], part["final_capture"]) == ("part-1", "payment-1", False)
    assert bench.get(path_of(held)).json()["status"] == "PARTIALLY_CAPTURED"
    rest = bench.post(path_of(held, "capture"), {"final_capture": True}).json()
    assert rest["amount"] == brl("6.00")
    assert bench.get(path_of(held)).json()["status"] == "CAPTURED"
    assert issues(bench.post(path_of(held, "capture"))) == ["AUTHORIZATION_ALREADY_CAPTURED"]
    assert (bench.entry()["captured"], bench.entry()["authorized"], bench.violations()) == (1000, 0, [])
    assert bench.events()[1:] == ["PAYMENT.AUTHORIZATION.CREATED", *["PAYMENT.CAPTURE.COMPLETED"] * 2]


def test_a_final_capture_releases_the_rest(bench: Bench) -> None:
    held = bench.authorized("10.00")
    bench.post(path_of(held, "capture"), {"amount": brl("4.00"), "final_capture": True})
    assert bench.get(path_of(held)).json()["status"] == "CAPTURED"
    assert bench.entry()["authorized"] == 0


def test_captures_that_break_a_rule(bench: Bench) -> None:
    held = bench.authorized("10.00")
    assert issues(bench.post(path_of(held, "capture"), {"amount": brl("11.51")})) == ["MAX_CAPTURE_AMOUNT_EXCEEDED"]
    dollars = {"amount": {"currency_code": "USD", "value": "1.00"}}
    assert issues(bench.post(path_of(held, "capture"), dollars)) == ["AUTH_CAPTURE_CURRENCY_MISMATCH"]
    for _ in range(10):
        assert bench.post(path_of(held, "capture"), {"amount": brl("0.10")}).status_code == 201
    assert issues(bench.post(path_of(held, "capture"), {"amount": brl("0.10")})) == ["MAX_CAPTURE_COUNT_EXCEEDED"]


def test_an_invoice_is_captured_once(bench: Bench) -> None:
    held = bench.authorized("10.00")
    body = {"amount": brl("1.00"), "invoice_id": "part-1"}
    assert bench.post(path_of(held, "capture"), body).status_code == 201
    assert issues(bench.post(path_of(held, "capture"), body)) == ["DUPLICATE_INVOICE_ID"]


def test_15_percent_more_may_be_captured(bench: Bench) -> None:
    held = bench.authorized("10.00")
    assert bench.post(path_of(held, "capture"), {"amount": brl("11.50")}).status_code == 201
    dollars = {"currency_code": "USD", "value": "1000.00"}
    rich = bench.authorized(unit={"amount": dollars, "reference_id": "order-2", "invoice_id": "payment-2"})
    over = {"amount": {"currency_code": "USD", "value": "1075.01"}}
    assert issues(bench.post(path_of(rich, "capture"), over)) == ["MAX_CAPTURE_AMOUNT_EXCEEDED"]


def test_a_hold_is_voided_once(bench: Bench) -> None:
    held = bench.authorized()
    brief = bench.post(path_of(held, "void"), full=False)
    assert (brief.status_code, brief.content) == (204, b"")
    assert bench.get(path_of(held)).json()["status"] == "VOIDED"
    assert bench.events()[-1] == "PAYMENT.AUTHORIZATION.VOIDED"
    assert issues(bench.post(path_of(held, "void"))) == ["PREVIOUSLY_VOIDED"]
    assert issues(bench.post(path_of(held, "capture"))) == ["AUTHORIZATION_VOIDED"]
    assert issues(bench.post(path_of(held, "reauthorize"))) == ["AUTHORIZATION_VOIDED"]


def test_a_void_under_the_same_id_answers_again(bench: Bench) -> None:
    held = bench.authorized()
    for _ in range(2):
        answer = bench.post(path_of(held, "void"), request_id="void-1")
        assert (answer.status_code, answer.json()["status"]) == (200, "VOIDED")


def test_a_captured_hold_cannot_be_voided(bench: Bench) -> None:
    held = bench.authorized()
    bench.post(path_of(held, "capture"))
    assert issues(bench.post(path_of(held, "void"))) == ["PREVIOUSLY_CAPTURED"]


def test_a_hold_expires_after_29_days(bench: Bench) -> None:
    held = bench.authorized()
    later(bench, 29)
    assert bench.get(path_of(held)).json()["status"] == "VOIDED"
    assert bench.events()[-1] == "PAYMENT.AUTHORIZATION.VOIDED"
    assert issues(bench.post(path_of(held, "capture"))) == ["AUTHORIZATION_EXPIRED"]
    assert bench.entry()["authorized"] == 0


def test_a_hold_is_reauthorized_after_the_honor_period(bench: Bench) -> None:
    held = bench.authorized("10.00")
    later(bench, 2.9)
    assert issues(bench.post(path_of(held, "reauthorize"))) == ["REAUTHORIZATION_TOO_SOON"]
    later(bench, 0.2)
    assert issues(bench.post(path_of(held, "reauthorize"), {"amount": brl("11.51")})) == ["TRANSACTION_REFUSED"]
    second = bench.post(path_of(held, "reauthorize"), {"amount": brl("11.00")})
    assert (second.status_code, second.json()["amount"]) == (201, brl("11.00"))
    assert second.json()["id"] != held["id"]
    assert second.json()["expiration_time"] == held["expiration_time"]
    assert issues(bench.post(path_of(second.json(), "reauthorize"))) == ["REAUTHORIZATION_NOT_SUPPORTED"]
    assert issues(bench.post(path_of(second.json(), "void"))) == ["CANNOT_BE_VOIDED"]
    assert issues(bench.post(path_of(held, "reauthorize"))) == ["REAUTHORIZATION_TOO_SOON"]


def test_both_authorizations_of_a_hold_share_its_money(bench: Bench) -> None:
    held = bench.authorized("10.00")
    later(bench, 4)
    second = bench.post(path_of(held, "reauthorize")).json()
    assert (bench.entry()["authorized"], bench.violations()) == (1000, [])
    assert bench.post(path_of(second, "capture")).json()["amount"] == brl("10.00")
    for row in (held, second):
        assert issues(bench.post(path_of(row, "capture"))) == ["AUTHORIZATION_ALREADY_CAPTURED"]


def test_captures_of_a_hold_meet_what_they_are_told_to(bench: Bench) -> None:
    held = bench.authorized("10.00", outcome="UNILATERAL")
    first = bench.post(path_of(held, "capture"), {"amount": brl("1.00")}).json()
    assert first["status_details"] == {"reason": "UNILATERAL"}
    bench.control(f"/authorizations/{held['id']}/captures", outcome="declined")
    assert issues(bench.post(path_of(held, "capture"))) == ["INSTRUMENT_DECLINED"]
    bench.control(f"/authorizations/{held['id']}/captures", outcome="capture_declined")
    assert bench.post(path_of(held, "capture"), {"amount": brl("2.00")}).json()["status"] == "DECLINED"
    bench.control(f"/authorizations/{held['id']}/captures", outcome="ok")
    assert bench.post(path_of(held, "capture")).json()["amount"] == brl("9.00")


def test_an_order_is_authorized_once(bench: Bench) -> None:
    held = bench.authorized()
    order = bench.order_of(held)
    assert issues(bench.post(f"/v2/checkout/orders/{order['id']}/authorize")) == ["ORDER_ALREADY_AUTHORIZED"]
    assert order["purchase_units"][0]["payments"] == {"authorizations": [held]}


def test_a_denied_authorization_holds_nothing(bench: Bench) -> None:
    held = bench.authorized(outcome="capture_declined")
    assert held["status"] == "DENIED"
    assert issues(bench.post(path_of(held, "capture"))) == ["AUTHORIZATION_DENIED"]
    assert bench.entry()["authorized"] == 0
