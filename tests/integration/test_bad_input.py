"""Whatever is sent: a clear 4xx with its code, in the one shape, and nothing written, queued or sent for it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from tests.integration.refusals import nothing_happens, refused, refused_by_gateway
from tests.shop import BUYER, PATIENCE, Shop

JSON = "application/json"


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


@pytest.fixture(scope="module")
def order(shop: Shop) -> str:
    return shop.order("bad-input-1")


@pytest.fixture(scope="module")
def payment(shop: Shop) -> str:
    payment_id, _ = shop.checkout(shop.order("bad-input-open"))
    return payment_id


def send(
    shop: Shop, method: str, path: str, body: bytes | None = None, *, token: str | None = "", **headers: str
) -> requests.Response:
    """A request byte by byte; without `token` it is the store's, with None it has none."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        named["Authorization"] = f"Bearer {token or shop.stack.token(sub='store-1', scopes=['store'])}"
    return shop.http.request(method, shop.stack.api_url + path, data=body, headers=named, timeout=PATIENCE)


def terms(**changes: Any) -> dict[str, Any]:
    to = {"line1": "Rua das Flores", "city": "São Paulo", "postal_code": "01001-000", "country": "BR"}
    return {
        "amount": 5000,
        "currency": "BRL",
        "items": [{"sku": "mug", "name": "Mug", "unit_price": 5000, "quantity": 1}],
        "buyer": {"id": BUYER, "name": "Ana Souza", "email": "ana@example.com"},
        "shipping_address": to,
        **changes,
    }


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("scope", "method", "path", "body", "code"),
    [
        ("store", "GET", "/orders/nowhere", None, "order_not_found"),
        ("buyer", "POST", "/checkout/card", {"order_id": "nowhere"}, "order_not_found"),
        ("buyer", "GET", "/payments?order_id=nowhere", None, "order_not_found"),
        ("buyer", "GET", "/payments/pay_nowhere", None, "payment_not_found"),
        ("operator", "POST", "/payments/pay_nowhere/refunds", {"refund_id": "r1"}, "payment_not_found"),
        ("operator", "POST", "/payments/pay_nowhere/captures", {"capture_id": "c1"}, "payment_not_found"),
        ("operator", "POST", "/payments/pay_nowhere/cancel", {}, "payment_not_found"),
        ("store", "GET", "/customers/nobody", None, "customer_not_found"),
        ("store", "GET", "/nowhere", None, "route_not_found"),
    ],
)
def test_what_does_not_exist_is_404(shop: Shop, scope: str, method: str, path: str, body: object, code: str) -> None:
    with nothing_happens(shop):
        refused(shop.request(scope, BUYER, method, path, body), 404, code)


@pytest.mark.invariant("AUT-07")
def test_somebody_elses_is_403(shop: Shop, order: str, payment: str) -> None:
    strangers = [
        ("POST", "/checkout/card", {"order_id": order}),
        ("GET", f"/payments?order_id={order}", None),
        ("GET", f"/payments/{payment}", None),
        ("POST", "/customers", {"user_id": BUYER}),
        ("GET", f"/customers/{BUYER}", None),
        ("GET", f"/customers/{BUYER}/payment-methods", None),
        ("POST", f"/customers/{BUYER}/payment-methods", {}),
        ("PUT", f"/customers/{BUYER}/payment-methods/pm_1/default", None),
        ("DELETE", f"/customers/{BUYER}/payment-methods/pm_1", None),
    ]
    with nothing_happens(shop):
        for method, path, body in strangers:
            refused(shop.request("buyer", "somebody-else", method, path, body), 403, "foreign_resource")


@pytest.mark.invariant("AUT-07")
@pytest.mark.parametrize("scope", ["buyer", "store"])
def test_what_is_the_operators_needs_the_operators_scope(shop: Shop, payment: str, scope: str) -> None:
    with nothing_happens(shop):
        for command, body in (("refunds", {"refund_id": "r1"}), ("captures", {"capture_id": "c1"}), ("cancel", {})):
            answer = shop.request(scope, BUYER, "POST", f"/payments/{payment}/{command}", body)
            refused_by_gateway(answer, 403, "Forbidden")


@pytest.mark.invariant("AUT-07")
def test_a_buyer_registers_and_reads_no_orders(shop: Shop, order: str) -> None:
    with nothing_happens(shop):
        refused_by_gateway(shop.request("buyer", BUYER, "PUT", "/orders/mine", terms()), 403, "Forbidden")
        refused_by_gateway(shop.request("buyer", BUYER, "GET", f"/orders/{order}"), 403, "Forbidden")


@pytest.mark.invariant("AUT-07")
def test_without_a_valid_token_is_401(shop: Shop, order: str) -> None:
    issued = shop.stack.token(sub="store-1", scopes=["store"])
    head, claims, signature = issued.split(".")
    tokens = {
        "none": None,
        "expired": shop.stack.token(sub="store-1", scopes=["store"], lifetime=-1),
        "not yet valid": shop.stack.token(sub="store-1", scopes=["store"], nbf=int(time.time()) + 600),
        "for another API": shop.stack.token(sub="store-1", scopes=["store"], aud="another"),
        "of another issuer": shop.stack.token(sub="store-1", scopes=["store"], iss="https://evil.example"),
        "changed": f"{head}.{claims[:-2]}AA.{signature}",
        "no token": "nonsense",
    }
    with nothing_happens(shop):
        for token in tokens.values():
            for method, path in (
                ("GET", f"/orders/{order}"),
                ("POST", "/checkout/card"),
                ("PATCH", f"/orders/{order}"),
            ):
                refused_by_gateway(send(shop, method, path, token=token), 401, "Unauthorized")


@pytest.mark.invariant("PLT-04", "PAY-24")
@pytest.mark.parametrize("amount", [0, -1, -5000, 12.34, 0.1, 10**12 + 1, "5000", True, None, [5000]], ids=str)
def test_an_amount_that_is_none_is_422(shop: Shop, amount: object) -> None:
    with nothing_happens(shop):
        answer = shop.request("store", "store-1", "PUT", "/orders/bad-amount", terms(amount=amount))
        error = refused(answer, 422, "invalid_request")
    assert [field["field"] for field in error["details"]["fields"]] == ["amount"]


@pytest.mark.invariant("PLT-04", "PAY-24")
@pytest.mark.parametrize(("currency", "amount"), [("KWD", 1234), ("BHD", 1)])
def test_an_amount_finer_than_stripe_takes_is_422_at_checkout(shop: Shop, currency: str, amount: int) -> None:
    """KWD 1.234 is 1234 in minor units; Stripe wants the last digit to be 0."""
    order_id = f"bad-precision-{currency.lower()}"
    order = terms(amount=amount, currency=currency)
    assert shop.request("store", "store-1", "PUT", f"/orders/{order_id}", order).status_code == 201
    with nothing_happens(shop):
        answer = shop.request("buyer", BUYER, "POST", "/checkout/card", {"order_id": order_id})
        refused(answer, 422, "amount_too_precise")
    order["amount"] = 1230
    shop.ask("store", "PUT", f"/orders/{order_id}", order, expect=200)
    shop.checkout(order_id)


@pytest.mark.invariant("PLT-04", "PAY-24")
def test_a_currency_that_is_none_is_422(shop: Shop) -> None:
    with nothing_happens(shop):
        for currency in ("XYZ", "XAU"):
            answer = shop.request("store", "store-1", "PUT", "/orders/bad-currency", terms(currency=currency))
            refused(answer, 422, "unsupported_currency")
        for written in ("brl", "R$", "", "BRLX", 986):
            answer = shop.request("store", "store-1", "PUT", "/orders/bad-currency", terms(currency=written))
            refused(answer, 422, "invalid_request")


@pytest.mark.invariant("PLT-04", "PAY-24")
def test_a_currency_that_stripe_does_not_take_is_422_at_checkout(shop: Shop) -> None:
    assert shop.request("store", "s", "PUT", "/orders/bad-kpw", terms(currency="KPW")).status_code == 201
    with nothing_happens(shop):
        answer = shop.request("buyer", BUYER, "POST", "/checkout/card", {"order_id": "bad-kpw"})
        refused(answer, 422, "unsupported_currency")


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"amount": 1, "amount": 2}', 400, "malformed_json"),
        (b'{"amount": NaN}', 400, "malformed_json"),
        (b'{"amount": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b'{"name": "\xff\xfe"}', 400, "malformed_body"),
        (b"[]", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (json.dumps(terms(discount=1)).encode(), 422, "invalid_request"),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', 413, "payload_too_large"),
    ],
    ids=["cut", "key twice", "NaN", "5000 digits", "deep", "bad UTF-8", "list", "empty", "unknown field", "1 MB"],
)
def test_a_hostile_body(shop: Shop, body: bytes, status: int, code: str) -> None:
    with nothing_happens(shop):
        refused(send(shop, "PUT", "/orders/bad-body", body, Content_Type=JSON), status, code)


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_content_type_is_415(shop: Shop, content_type: str) -> None:
    with nothing_happens(shop):
        answer = send(shop, "PUT", "/orders/bad-type", json.dumps(terms()).encode(), Content_Type=content_type)
        refused(answer, 415, "unsupported_media_type")


@pytest.mark.invariant("PLT-04")
@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/orders/o-1", "GET, PUT"),
        ("PATCH", "/orders/o-1", "GET, PUT"),
        ("DELETE", "/payments/p-1", "GET"),
        ("GET", "/checkout/card", "POST"),
        ("PUT", "/health", "GET"),
        ("GET", "/payments/p-1/refunds", "POST"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_ones(shop: Shop, method: str, path: str, allow: str) -> None:
    with nothing_happens(shop):
        answer = send(shop, method, path, b"{", Content_Type="text/plain")
        error = refused(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allow
    assert error["details"] == {"allow": allow.split(", ")}


def test_a_browser_may_ask_first_without_a_token(shop: Shop) -> None:
    asked = {"Origin": "https://store.example", "Access-Control-Request-Method": "POST"}
    for path in ("/checkout/card", "/health", "/nowhere"):
        answer = shop.http.options(shop.stack.api_url + path, headers=asked, timeout=PATIENCE)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "https://store.example"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT,DELETE"
        assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.invariant("PAY-03")
def test_a_post_without_a_key_is_400(shop: Shop, order: str, payment: str) -> None:
    operator = shop.stack.token(sub="operator-1", scopes=["operator"])
    posts: list[tuple[str, object, str]] = [
        ("/checkout/card", {"order_id": order}, ""),
        ("/customers", {"user_id": BUYER}, ""),
        (f"/customers/{BUYER}/payment-methods", {}, ""),
        (f"/payments/{payment}/refunds", {"refund_id": "r1"}, operator),
        (f"/payments/{payment}/captures", {"capture_id": "c1"}, operator),
        (f"/payments/{payment}/cancel", {}, operator),
        (f"/payments/{payment}/refresh", {}, operator),
    ]
    with nothing_happens(shop):
        for path, body, token in posts:
            answer = send(shop, "POST", path, json.dumps(body).encode(), token=token, Content_Type=JSON)
            refused(answer, 400, "idempotency_key_required")


@pytest.mark.invariant("PAY-03")
def test_the_same_key_for_another_body_is_422_and_nothing_is_sent(shop: Shop) -> None:
    first, second = shop.order("bad-key-1"), shop.order("bad-key-2")
    answer = shop.request("buyer", BUYER, "POST", "/checkout/card", {"order_id": first}, key="bad-key")
    assert answer.status_code == 201
    with nothing_happens(shop):
        for body in ({"order_id": second}, {"order_id": first, "capture_method": "manual"}):
            again = shop.request("buyer", BUYER, "POST", "/checkout/card", body, key="bad-key")
            refused(again, 422, "idempotency_key_reused")
        same = shop.request("buyer", BUYER, "POST", "/checkout/card", {"order_id": first}, key="bad-key")
        assert (same.status_code, same.json()) == (201, answer.json())
