"""What a server asks of Stripe for a Pix or a boleto of 10.00 BRL."""

from __future__ import annotations

from typing import Any

PAYER = {"name": "Ana Souza", "email": "ana@example.com", "tax_id": "39053344705"}
ADDRESS = {"line1": "Rua das Flores, 100", "city": "Recife", "state": "PE", "postal_code": "50030230", "country": "BR"}


def pix(seconds: int | None = 1800, **changes: Any) -> dict[str, Any]:
    options = {} if seconds is None else {"payment_method_options": {"pix": {"expires_after_seconds": seconds}}}
    return {
        "amount": 1000,
        "currency": "brl",
        "allowed_payment_method_types": ["pix"],
        "payment_method_data": {"type": "pix", "billing_details": PAYER},
        "confirm": True,
        "metadata": {"order_id": "order-1"},
        **options,
        **changes,
    }


def boleto(days: int | None = 3, **changes: Any) -> dict[str, Any]:
    options = {} if days is None else {"payment_method_options": {"boleto": {"expires_after_days": days}}}
    return {
        "amount": 1000,
        "currency": "brl",
        "allowed_payment_method_types": ["boleto"],
        "payment_method_data": boleto_payer(),
        "confirm": True,
        "metadata": {"order_id": "order-1"},
        **options,
        **changes,
    }


def boleto_payer(tax_id: str = PAYER["tax_id"], email: str = PAYER["email"], **address: str) -> dict[str, Any]:
    details = {"name": PAYER["name"], "email": email, "address": {**ADDRESS, **address}}
    return {"type": "boleto", "boleto": {"tax_id": tax_id}, "billing_details": details}
