"""Stripe's SDK costs a cold start of Pix and boleto nothing, unless the store chose Stripe for them."""

from __future__ import annotations

import pytest

from tests.unit.platform.test_imports import ROOT, loaded

PROVIDERS = ("STRIPE", "MERCADO_PAGO", "BRAZIL_PAYMENTS", "PIX")
SETTINGS = {
    "TOKENS_TABLE": "t",
    "PAYMENT_QUEUES": "stripe=https://queue.example",
    "CARD_POLL_SECONDS": "60,120",
    "LATE_PAYMENT_POLICY": "refund",
    "AMOUNT_TOLERANCE": "0",
    "PIX_EXPIRES_SECONDS": "1800",
    "BOLETO_DUE_DAYS": "3",
    "BOLETO_INSTRUCTIONS": "Pague até o vencimento.",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "MERCADO_PAGO_API_BASE": "https://api.mercadopago.com",
    "BRAZIL_PAYMENTS_API_BASE": "https://gateway.example",
    **{f"{provider}_SECRET_NAME": "s" for provider in PROVIDERS},
}


def modules_of(folder: str, chosen: dict[str, str]) -> set[str]:
    code = f"import os; os.environ.update({SETTINGS | chosen!r})\nimport api; api.handler"
    return loaded(code, ROOT / "functions" / folder)


@pytest.mark.invariant("PLT-06")
@pytest.mark.parametrize(
    ("folder", "setting", "gateway"),
    [
        ("pix", "PIX_GATEWAY", "static"),
        ("pix", "PIX_GATEWAY", "brazil_payments"),
        ("boleto", "BOLETO_GATEWAY", "brazil_payments"),
    ],
)
def test_another_gateway_does_not_load_it(folder: str, setting: str, gateway: str) -> None:
    assert "stripe" not in modules_of(folder, {setting: gateway})


@pytest.mark.invariant("PLT-06")
@pytest.mark.parametrize(("folder", "setting"), [("pix", "PIX_GATEWAY"), ("boleto", "BOLETO_GATEWAY")])
def test_stripe_loads_it(folder: str, setting: str) -> None:
    assert "stripe" in modules_of(folder, {setting: "stripe"})
