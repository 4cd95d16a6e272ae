from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandboxes.paypal.support import HOUR, Bench, brl, issues, wallet


def rels(resource: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in resource["links"]}


def test_an_order_waits_for_its_payer_and_then_is_captured_once(bench: Bench) -> None:
    order = bench.create().json()
    assert order["status"] == "PAYER_ACTION_REQUIRED"
    assert rels(order)["payer-action"].endswith(f"checkoutnow?token={order['id']}")
    path = f"/v2/checkout/orders/{order['id']}"
    early = bench.post(f"{path}/capture")
    assert (early.status_code, issues(early)) == (422, ["ORDER_NOT_APPROVED"])

    approved = bench.control(f"/orders/{order['id']}/approve", funding="paylater").json()
    assert approved["status"] == "APPROVED"
    assert approved["redirect"].startswith("https://store.example/back?o=1&token=")
    assert "payments" not in bench.get(path).json()["purchase_units"][0]

    done = bench.post(f"{path}/capture")
    assert (done.status_code, done.json()["status"]) == (201, "COMPLETED")
    (capture,) = done.json()["purchase_units"][0]["payments"]["captures"]
    assert (capture["status"], capture["amount"], capture["custom_id"]) == ("COMPLETED", brl("10.00"), "payment-1")
    again = bench.post(f"{path}/capture")
    assert (again.status_code, issues(again)) == (422, ["ORDER_ALREADY_CAPTURED"])
    assert bench.events() == ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED"]


def test_an_order_without_a_payment_source_shows_the_link_to_approve(bench: Bench) -> None:
    body = {"intent": "CAPTURE", "purchase_units": [{"amount": brl("1.00")}]}
    order = bench.post("/v2/checkout/orders", body, request_id=None).json()
    assert order["status"] == "CREATED"
    assert set(rels(order)) == {"self", "approve", "update", "capture"}
    assert order["purchase_units"][0]["reference_id"] == "default"


def test_a_brief_answer_has_no_amounts(bench: Bench) -> None:
    body = {"intent": "CAPTURE", "purchase_units": [{"amount": brl("1.00")}]}
    assert set(bench.post("/v2/checkout/orders", body, full=False).json()) == {"id", "status", "links"}


def test_a_declined_instrument_sends_the_payer_back(bench: Bench) -> None:
    order = bench.approved(outcome="declined")
    path = f"/v2/checkout/orders/{order['id']}"
    for _ in range(2):
        declined = bench.post(f"{path}/capture")
        assert (declined.status_code, issues(declined)) == (422, ["INSTRUMENT_DECLINED"])
        assert rels(declined.json())["redirect"].endswith(f"checkoutnow?token={order['id']}")
    assert bench.get(path).json()["status"] == "APPROVED"
    bench.box.world.approve(order["id"])
    assert bench.post(f"{path}/capture").status_code == 201


def test_a_completed_order_may_hold_a_declined_capture(bench: Bench) -> None:
    capture = bench.paid(outcome="capture_declined")
    order = bench.order_of(capture)
    assert (order["status"], capture["status"]) == ("COMPLETED", "DECLINED")
    assert bench.events()[-1] == "PAYMENT.CAPTURE.DENIED"
    assert bench.entry()["captured"] == 0


def test_an_invoice_is_paid_once(bench: Bench) -> None:
    first, second = bench.approved(), bench.approved()
    assert bench.post(f"/v2/checkout/orders/{first['id']}/capture").status_code == 201
    refused = bench.post(f"/v2/checkout/orders/{second['id']}/capture")
    assert (refused.status_code, issues(refused)) == (422, ["DUPLICATE_INVOICE_ID"])


def test_the_intent_decides_what_may_be_done(bench: Bench) -> None:
    for intent, verb in (("CAPTURE", "authorize"), ("AUTHORIZE", "capture")):
        order = bench.approved(intent=intent)
        answer = bench.post(f"/v2/checkout/orders/{order['id']}/{verb}")
        assert (answer.status_code, issues(answer)) == (422, ["ACTION_DOES_NOT_MATCH_INTENT"])
        assert f"intent to '{intent}'" in answer.json()["details"][0]["description"]


def test_an_approval_lapses_after_three_hours(bench: Bench) -> None:
    order = bench.approved()
    bench.box.advance(3 * HOUR - 1)
    assert bench.get(f"/v2/checkout/orders/{order['id']}").json()["status"] == "APPROVED"
    bench.box.advance(1)
    assert bench.get(f"/v2/checkout/orders/{order['id']}").json()["status"] == "VOIDED"
    assert bench.events()[-1] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED"
    answer = bench.post(f"/v2/checkout/orders/{order['id']}/capture")
    assert issues(answer) == ["ORDER_NOT_APPROVED"]


def test_a_payer_who_leaves_tells_nobody(bench: Bench) -> None:
    order = bench.create().json()
    left = bench.control(f"/orders/{order['id']}/cancel").json()
    assert left["redirect"] == f"https://store.example/cancel?token={order['id']}"
    assert (left["status"], bench.events()) == ("PAYER_ACTION_REQUIRED", [])


def test_an_approval_taken_back_is_told(bench: Bench) -> None:
    order = bench.approved()
    assert bench.control(f"/orders/{order['id']}/cancel").json()["status"] == "VOIDED"
    (event,) = [row for row in bench.box.state.events if row["event_type"] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED"]
    assert event["resource"]["order_id"] == order["id"]
    assert event["resource"]["purchase_units"][0]["custom_id"] == "payment-1"


def test_an_order_may_be_forgotten(bench: Bench) -> None:
    order = bench.create().json()
    bench.control(f"/orders/{order['id']}/forget")
    answer = bench.get(f"/v2/checkout/orders/{order['id']}")
    assert (answer.status_code, answer.json()["name"], issues(answer)) == (
        404,
        "RESOURCE_NOT_FOUND",
        ["INVALID_RESOURCE_ID"],
    )


ITEMS = [
    {"name": "Shirt", "unit_amount": brl("4.50"), "quantity": "2", "tax": brl("0.10")},
    {"name": "Sock", "unit_amount": brl("1"), "quantity": "1"},
]


def test_amounts_add_up_with_items_and_breakdown(bench: Bench) -> None:
    breakdown = {
        "item_total": brl("10.00"),
        "tax_total": brl("0.20"),
        "shipping": brl("3.00"),
        "discount": brl("1.20"),
    }
    unit = {"amount": {**brl("12.00"), "breakdown": breakdown}, "items": ITEMS}
    shown = bench.create(unit=unit).json()["purchase_units"][0]
    assert shown["items"][1]["unit_amount"] == brl("1.00")
    assert shown["amount"]["breakdown"]["shipping"] == brl("3.00")


@pytest.mark.parametrize(
    ("unit", "issue"),
    [
        ({"amount": brl("0.00")}, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ({"amount": brl("-1.00")}, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ({"amount": brl("1.001")}, "DECIMAL_PRECISION"),
        ({"amount": {"currency_code": "JPY", "value": "500.00"}}, "DECIMALS_NOT_SUPPORTED"),
        ({"amount": {"currency_code": "HUF", "value": "500.5"}}, "DECIMALS_NOT_SUPPORTED"),
        ({"amount": {"currency_code": "TWD", "value": "1.0"}}, "DECIMALS_NOT_SUPPORTED"),
        ({"amount": {"currency_code": "KWD", "value": "1.230"}}, "INVALID_CURRENCY_CODE"),
        ({"amount": brl("1" + "0" * 15)}, "MAX_VALUE_EXCEEDED"),
        ({"amount": {**brl("10.00"), "breakdown": {"item_total": brl("9.00")}}}, "AMOUNT_MISMATCH"),
        ({"amount": {**brl("10.00"), "breakdown": {"discount": brl("-1.00")}}}, "CANNOT_BE_NEGATIVE"),
        ({"amount": brl("10.00"), "items": ITEMS[1:]}, "ITEM_TOTAL_REQUIRED"),
        (
            {"amount": {**brl("10.00"), "breakdown": {"item_total": brl("10.00")}}, "items": ITEMS[1:]},
            "ITEM_TOTAL_MISMATCH",
        ),
        (
            {"amount": {**brl("10.00"), "breakdown": {"item_total": brl("10.00")}}, "items": ITEMS},
            "TAX_TOTAL_REQUIRED",
        ),
        (
            {
                "amount": {**brl("10.00"), "breakdown": {"item_total": brl("9.00"), "tax_total": brl("1.00")}},
                "items": ITEMS[:1],
            },
            "TAX_TOTAL_MISMATCH",
        ),
        (
            {"amount": {**brl("10.00"), "breakdown": {"item_total": {"currency_code": "USD", "value": "10.00"}}}},
            "MULTI_CURRENCY_ORDER",
        ),
    ],
)
def test_wrong_amounts_are_refused(bench: Bench, unit: dict[str, Any], issue: str) -> None:
    answer = bench.create(unit=unit)
    assert (answer.status_code, issues(answer)) == (422, [issue])
    assert answer.json()["details"][0]["field"].startswith("/purchase_units/0/")


def test_currencies_without_decimals_are_shown_without(bench: Bench) -> None:
    amount = {"currency_code": "JPY", "value": "500"}
    assert bench.paid(unit={"amount": amount})["amount"] == amount
    assert bench.entry()["captured"] == 500


@pytest.mark.parametrize(
    ("changes", "field", "issue"),
    [
        ({"colour": "red"}, "/colour", "NOT_SUPPORTED"),
        ({"intent": "SALE"}, "/intent", "INVALID_PARAMETER_VALUE"),
        ({"purchase_units": []}, "/purchase_units", "INVALID_ARRAY_MIN_ITEMS"),
        ({"purchase_units": [{}]}, "/purchase_units/0/amount", "MISSING_REQUIRED_PARAMETER"),
        (
            {"unit": {"amount": {"value": "1.00"}}},
            "/purchase_units/0/amount/currency_code",
            "MISSING_REQUIRED_PARAMETER",
        ),
        (
            {"unit": {"amount": {"currency_code": "BRL", "value": 1}}},
            "/purchase_units/0/amount/value",
            "MALFORMED_REQUEST_JSON",
        ),
        ({"unit": {"amount": brl("1,00")}}, "/purchase_units/0/amount/value", "INVALID_PARAMETER_SYNTAX"),
        ({"unit": {"custom_id": "x" * 128}}, "/purchase_units/0/custom_id", "INVALID_STRING_LENGTH"),
        (
            {"payment_source": wallet(return_url="store")},
            "/payment_source/paypal/experience_context/return_url",
            "INVALID_PARAMETER_SYNTAX",
        ),
        ({"payment_source": {"card": {}}}, "/payment_source/card", "NOT_SUPPORTED"),
    ],
)
def test_wrong_bodies_are_refused_with_the_field(bench: Bench, changes: dict[str, Any], field: str, issue: str) -> None:
    answer = bench.create(**changes)
    assert (answer.status_code, answer.json()["name"]) == (400, "INVALID_REQUEST")
    assert (field, issue) in [(detail["field"], detail["issue"]) for detail in answer.json()["details"]]
    assert answer.json()["debug_id"] == answer.headers["Paypal-Debug-Id"]


def test_malformed_and_foreign_bodies(bench: Bench) -> None:
    for raw in (b"{", b"[]", b"\xff", b"null"):
        answer = bench.post("/v2/checkout/orders", raw)
        assert (answer.status_code, issues(answer)) == (400, ["MALFORMED_REQUEST_JSON"])
    answer = bench.post("/v2/checkout/orders", {}, Content_Type="text/plain")
    assert (answer.status_code, answer.json()["name"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_order_with_a_payment_source_needs_a_request_id(bench: Bench) -> None:
    answer = bench.create(request_id=None)
    assert (answer.status_code, issues(answer)) == (400, ["PAYPAL_REQUEST_ID_REQUIRED"])


def test_a_person_can_approve_on_a_page(bench: Bench) -> None:
    bench.box.served_at("https://local.example")
    order = bench.create(unit={"description": "<b>Shoes</b>"}).json()
    page = bench.session.get(rels(order)["payer-action"])
    assert "10.00 BRL" in page.text
    assert "<b>Shoes" not in page.text
    form = {"token": order["id"], "choice": "ok", "funding": "credit"}
    back = bench.session.post("https://local.example/_sandbox/checkoutnow", data=form, allow_redirects=False)
    assert (back.status_code, back.headers["Location"].split("?")[0]) == (303, "https://store.example/back")
    assert bench.get(f"/v2/checkout/orders/{order['id']}").json()["status"] == "APPROVED"
