"""A webhook that Stripe did not send just now opens nothing: 401, and nothing written, queued or asked for it."""

from __future__ import annotations

import json
import time

import pytest
import requests

from commerce.payments.gateways.stripe.signature import WINDOW_SECONDS, sign
from tests.integration.refusals import nothing_happens, refused
from tests.shop import PATIENCE, Shop

SECRET = "whsec_sandbox"


@pytest.fixture(scope="module")
def shop(common_shop: Shop) -> Shop:
    return common_shop


def notice(kind: str = "payment_intent.succeeded") -> bytes:
    return json.dumps(
        {
            "id": "evt_forged",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "livemode": False,
            "type": kind,
            "data": {"object": {"id": "pi_forged", "object": "payment_intent"}},
        }
    ).encode()


def deliver(shop: Shop, body: bytes, signature: str | None, method: str = "POST") -> requests.Response:
    headers = {"Content-Type": "application/json"} | ({} if signature is None else {"Stripe-Signature": signature})
    url = shop.stack.function_url("StripeWebhookFunction")
    return shop.http.request(method, url, data=body, headers=headers, timeout=PATIENCE)


@pytest.mark.invariant("PAY-12")
@pytest.mark.parametrize("age", [WINDOW_SECONDS + 5, 3 * 24 * 3600, -WINDOW_SECONDS - 5])
def test_a_replayed_or_stale_one_is_401(shop: Shop, age: int) -> None:
    """Stripe's own bytes and signature, sent again by somebody who kept them; or dated ahead."""
    body = notice()
    with nothing_happens(shop):
        answer = deliver(shop, body, sign(body, SECRET, int(time.time()) - age))
        refused(answer, 401, "signature_stale")


@pytest.mark.invariant("PAY-12")
def test_a_forged_one_is_401(shop: Shop) -> None:
    body, now = notice(), int(time.time())
    genuine = sign(body, SECRET, now)
    forgeries = {
        None: "signature_missing",
        "": "signature_missing",
        "nonsense": "signature_malformed",
        f"t={now}": "signature_malformed",
        f"t={now},v0={genuine.partition('v1=')[2]}": "signature_malformed",
        f"t=now,v1={genuine.partition('v1=')[2]}": "signature_malformed",
        f"t={now},v1={'0' * 64}": "signature_invalid",
        sign(body, "whsec_another", now): "signature_invalid",
        sign(body + b" ", SECRET, now): "signature_invalid",
        sign(body, "", now): "signature_invalid",
    }
    with nothing_happens(shop):
        for signature, code in forgeries.items():
            refused(deliver(shop, body, signature), 401, code)


@pytest.mark.invariant("PAY-12", "PLT-04")
def test_signed_nonsense_is_400_and_other_methods_405(shop: Shop) -> None:
    now = int(time.time())
    with nothing_happens(shop):
        for body in (b"{", b"[]", b"\xff\xfe", b"[" * 50_000):
            refused(deliver(shop, body, sign(body, SECRET, now)), 400, "malformed_json")
        for method in ("GET", "PUT", "DELETE"):
            answer = deliver(shop, b"", None, method)
            refused(answer, 405, "method_not_allowed")
            assert answer.headers["Allow"] == "POST"


@pytest.mark.invariant("PAY-12", "PLT-04")
def test_a_body_of_1_mb_is_413_before_it_is_looked_at(shop: Shop) -> None:
    with nothing_happens(shop):
        refused(deliver(shop, b"x" * 1_000_000, None), 413, "payload_too_large")
