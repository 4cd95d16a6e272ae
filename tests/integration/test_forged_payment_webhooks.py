"""What is sent to the doors of PayPal, the bank and Mercado Pago by others than them opens nothing, and is counted.

Stripe's door has a file of its own.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from commerce.payments.gateways.mercado_pago.signature import WINDOW_SECONDS, sign
from local.sandboxes.mercado_pago.access import ACCESS_TOKEN, WEBHOOK_SECRET
from local.sandboxes.mercado_pago.notices import Notice
from local.sandboxes.pix_bank.settings import WEBHOOK_SECRET as PATH_SECRET
from tests.integration.refusals import nothing_happens, refused
from tests.shop import PATIENCE, Shop

FUNCTIONS = {
    "paypal": "PaypalWebhookFunction",
    "bacen": "PixWebhookFunction",
    "mercado_pago": "MercadoPagoWebhookFunction",
}
EVENT = json.dumps(
    {
        "id": "WH-FORGED",
        "event_type": "CHECKOUT.ORDER.APPROVED",
        "resource_type": "checkout-order",
        "resource": {"id": "5O190127TN364715T", "status": "APPROVED"},
    }
).encode()
PIX = {"endToEndId": "E99999004202611241200forgedpix01", "txid": f"c{'0' * 31}", "valor": "50.00"}
PAYMENT_ID = "11857135835"


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


def deliver(
    shop: Shop,
    provider: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    path: str = "",
    method: str = "POST",
) -> requests.Response:
    url = shop.stack.function_url(FUNCTIONS[provider]).rstrip("/") + "/" + path.lstrip("/")
    named = {"Content-Type": "application/json", **(headers or {})}
    return shop.http.request(method, url, data=body, headers=named, timeout=PATIENCE)


def counted(shop: Shop, provider: str, outcome: str, metric: str = "webhook") -> int:
    lines = [str(line.text) for line in shop.stack.logs if f'"{metric}":' in line.text]
    return sum(1 for line in lines if f'"provider":"{provider}"' in line and f'"outcome":"{outcome}"' in line)


def by_paypal(shop: Shop, body: bytes, *, age: timedelta = timedelta(0), **changes: str) -> dict[str, str]:
    """Headers as the sandbox signs; `changes` are written over them afterwards."""
    signature = shop.stack.sandbox("paypal").state.signature
    headers: dict[str, str] = signature.headers(body, datetime.now(UTC) - age)
    return headers | {f"PAYPAL-{name.upper().replace('_', '-')}": value for name, value in changes.items()}


def by_mercado_pago(secret: str = WEBHOOK_SECRET, data_id: str = PAYMENT_ID, age: int = 0) -> dict[str, str]:
    request_id, moment = str(uuid.uuid4()), (int(time.time()) - age) * 1000
    return {
        "x-request-id": request_id,
        "x-signature": sign(secret, data_id=data_id, request_id=request_id, time=moment),
    }


def notice(data_id: str = PAYMENT_ID, topic: str = "payment") -> str:
    return f"?data.id={data_id}&type={topic}"


@pytest.mark.invariant("PAY-12")
def test_a_forged_one_at_paypals_door_is_401(shop: Shop) -> None:
    stranger = "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1"
    good = by_paypal(shop, EVENT)
    forgeries: list[tuple[Mapping[str, str], str]] = [
        ({}, "signature_missing"),
        ({**good, "PAYPAL-TRANSMISSION-SIG": ""}, "signature_missing"),
        (by_paypal(shop, EVENT, transmission_time="yesterday"), "signature_malformed"),
        (by_paypal(shop, EVENT, auth_algo="none"), "signature_malformed"),
        (by_paypal(shop, EVENT, age=timedelta(days=4)), "signature_stale"),
        (by_paypal(shop, EVENT, age=timedelta(days=-4)), "signature_stale"),
        (by_paypal(shop, EVENT, cert_url=stranger), "certificate_refused"),
        (
            by_paypal(shop, EVENT, cert_url=good["PAYPAL-CERT-URL"].replace("/certs/", "/certs/../certs/")),
            "certificate_refused",
        ),
        (by_paypal(shop, EVENT, transmission_sig="AAAA"), "signature_invalid"),
        (by_paypal(shop, EVENT + b" "), "signature_invalid"),
        (by_paypal(shop, EVENT, transmission_id="another"), "signature_invalid"),
    ]
    with nothing_happens(shop):
        for headers, code in forgeries:
            before = counted(shop, "paypal", code)
            refused(deliver(shop, "paypal", EVENT, headers), 401, code)
            assert counted(shop, "paypal", code) == before + 1


@pytest.mark.invariant("PAY-12")
def test_a_forged_one_at_mercado_pagos_door_is_401(shop: Shop) -> None:
    good = by_mercado_pago()
    forgeries: list[tuple[Mapping[str, str], str, str]] = [
        ({}, notice(), "signature_missing"),
        ({"x-signature": "nonsense"}, notice(), "signature_malformed"),
        ({**good, "x-signature": good["x-signature"].replace("v1=", "v0=")}, notice(), "signature_malformed"),
        (by_mercado_pago("another"), notice(), "signature_invalid"),
        ({**good, "x-request-id": "another"}, notice(), "signature_invalid"),
        (good, notice("11857135836"), "signature_invalid"),
        (good, "", "signature_invalid"),
        (by_mercado_pago(age=WINDOW_SECONDS + 60), notice(), "signature_stale"),
        (by_mercado_pago(age=-WINDOW_SECONDS - 60), notice(), "signature_stale"),
    ]
    with nothing_happens(shop):
        for headers, query, code in forgeries:
            before = counted(shop, "mercado_pago", code)
            refused(deliver(shop, "mercado_pago", b"{}", headers, path=query), 401, code)
            assert counted(shop, "mercado_pago", code) == before + 1


@pytest.mark.invariant("PAY-12")
def test_a_forged_one_at_the_banks_door_is_401(shop: Shop) -> None:
    body = json.dumps({"pix": [PIX]}).encode()
    forgeries = {
        "": "signature_missing",
        "/": "signature_missing",
        "/pix": "signature_invalid",
        f"/{PATH_SECRET[:-1]}/pix": "signature_invalid",
        f"/{PATH_SECRET.upper()}/pix": "signature_invalid",
        f"/{PATH_SECRET}/pix/more": "signature_invalid",
        f"/pix/{PATH_SECRET}": "signature_invalid",
    }
    with nothing_happens(shop):
        for path, code in forgeries.items():
            before = counted(shop, "bacen", code)
            refused(deliver(shop, "bacen", body, path=path), 401, code)
            assert counted(shop, "bacen", code) == before + 1


@pytest.mark.invariant("PAY-12", "PLT-04")
@pytest.mark.parametrize("body", [b"{", b'"text"', b"\xff\xfe", b"[" * 50_000], ids=["cut", "text", "bytes", "deep"])
def test_nonsense_behind_a_right_signature_is_400(shop: Shop, body: bytes) -> None:
    with nothing_happens(shop):
        refused(deliver(shop, "paypal", body, by_paypal(shop, body)), 400, "malformed_json")
        refused(deliver(shop, "mercado_pago", body, by_mercado_pago(), path=notice()), 400, "malformed_json")
        refused(deliver(shop, "bacen", body, path=f"{PATH_SECRET}/pix"), 400, "malformed_json")


@pytest.mark.invariant("PAY-12", "PLT-04")
def test_what_is_signed_and_names_nothing_is_400(shop: Shop) -> None:
    untold = json.dumps({"id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED"}).encode()
    nameless = json.dumps({"pix": [{**PIX, "endToEndId": "short"}]}).encode()
    with nothing_happens(shop):
        refused(deliver(shop, "paypal", untold, by_paypal(shop, untold)), 400, "malformed_event")
        headers = by_mercado_pago(data_id="order-1")
        refused(deliver(shop, "mercado_pago", b"{}", headers, path=notice("order-1")), 400, "malformed_event")
        refused(deliver(shop, "bacen", nameless, path=f"{PATH_SECRET}/pix"), 400, "malformed_event")


@pytest.mark.invariant("PAY-12", "PLT-04")
@pytest.mark.parametrize("provider", FUNCTIONS)
def test_a_body_of_1_mb_is_413_and_another_method_405(shop: Shop, provider: str) -> None:
    with nothing_happens(shop):
        refused(deliver(shop, provider, b"x" * 1_000_000), 413, "payload_too_large")
        for method in ("GET", "PUT", "DELETE"):
            answer = deliver(shop, provider, b"", method=method)
            refused(answer, 405, "method_not_allowed")
            assert answer.headers["Allow"] == "POST"


@pytest.mark.invariant("PAY-15")
def test_what_is_none_of_our_business_is_acknowledged_and_counted(shop: Shop) -> None:
    other = json.dumps({**json.loads(EVENT), "event_type": "BILLING.PLAN.CREATED"}).encode()
    foreign = json.dumps({"pix": [{**PIX, "txid": "of another system of the store"}]}).encode()
    with nothing_happens(shop):
        assert deliver(shop, "paypal", other, by_paypal(shop, other)).status_code == 200
        answer = deliver(shop, "mercado_pago", b"{}", by_mercado_pago(), path=notice(topic="plan"))
        assert answer.status_code == 200
        assert deliver(shop, "bacen", foreign, path=f"{PATH_SECRET}/pix").status_code == 200
    assert counted(shop, "paypal", "unknown_type", "webhook_ignored") == 1
    assert counted(shop, "mercado_pago", "unknown_type", "webhook_ignored") == 1
    assert counted(shop, "bacen", "foreign_txid", "webhook_ignored") == 1


@pytest.mark.invariant("PAY-15")
def test_a_payment_that_the_account_took_elsewhere_changes_nothing(shop: Shop) -> None:
    """Another program of the same store sells over the same account: its payment is read, counted and left alone."""
    provider = shop.stack.sandbox("mercado_pago")
    taken = requests.post(
        f"{provider.url}/v1/payments",
        json=sold_elsewhere(),
        headers={"Authorization": f"Bearer {ACCESS_TOKEN}", "X-Idempotency-Key": "elsewhere"},
        timeout=PATIENCE,
    ).json()
    shop.stack.drain()
    rows = every_row(shop)
    provider.world.notify(Notice(str(taken["id"])))
    shop.stack.drain()
    assert every_row(shop) == rows
    assert any('"ForeignObjects":' in line.text for line in shop.stack.logs)


def sold_elsewhere() -> dict[str, Any]:
    identity = {"type": "CPF", "number": "19119119100"}
    payer = {"email": "maria@example.com", "first_name": "Maria", "last_name": "Silva", "identification": identity}
    return {"transaction_amount": 10.5, "payment_method_id": "pix", "payer": payer}


def every_row(shop: Shop) -> list[str]:
    table = shop.stack.resource("CommerceTable")
    return sorted(json.dumps(row, sort_keys=True) for row in shop.stack.aws("dynamodb").scan(TableName=table)["Items"])
