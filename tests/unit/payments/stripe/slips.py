"""Payments by Pix and boleto for tests, and what Stripe shows of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from commerce.orders.model import Address
from commerce.payments.brazil import end_of_day, local_date
from commerce.payments.gateway import StartPayment
from commerce.payments.payer import Payer
from local.sandboxes.brazil.slips import barcode, digitable_line
from tests.builders import NOW, PRICE
from tests.unit.payments.pix.codes import CODE
from tests.unit.payments.stripe.objects import Json, intent
from tests.unit.payments.stripe.wire import start_payment

PAYER = Payer("Ana Souza", "39053344705", "ana@example.com")
ADDRESS = Address("Rua das Flores", "São Paulo", "BR", "01310100", "100", "Apto 12", "Bela Vista", "SP")
PIX_CODE = CODE


def pix_payment(
    seconds: int = 1800, *, opened_at: datetime = NOW, payer: Payer | None = PAYER, **choices: Any
) -> StartPayment:
    request = start_payment(payer=payer, **choices)
    return replace(request, method="pix", opened_at=opened_at, expires_at=opened_at + timedelta(seconds=seconds))


def boleto_payment(
    days: int = 3, *, opened_at: datetime = NOW, address: Address | None = ADDRESS, **choices: Any
) -> StartPayment:
    request = start_payment(payer=replace(PAYER, address=address), **choices)
    due = local_date(opened_at) + timedelta(days=days)
    return replace(request, method="boleto", opened_at=opened_at, expires_at=end_of_day(due))


def line_for(due: date, cents: int = PRICE.amount) -> str:
    """The digits of a boleto that is in order, from other hands than those under test."""
    return digitable_line(barcode(bank="033", due=due, cents=cents, free="1" * 25))


def pix_intent(status: str = "requires_action", **changes: Any) -> Json:
    action = {
        "type": "pix_display_qr_code",
        "pix_display_qr_code": {
            "data": PIX_CODE,
            "expires_at": int(NOW.timestamp()) + 1801,
            "hosted_instructions_url": "https://payments.stripe.com/pix/instructions/x",
            "image_url_png": "https://qr.stripe.com/x.png",
            "image_url_svg": "https://qr.stripe.com/x.svg",
        },
    }
    shown = action if status == "requires_action" else None
    return intent(status, **{"payment_method_types": ["pix"], "next_action": shown, **changes})


def boleto_intent(status: str = "requires_action", *, line: str, **changes: Any) -> Json:
    action = {
        "type": "boleto_display_details",
        "boleto_display_details": {
            "expires_at": int(NOW.timestamp()) + 3 * 86_400,
            "hosted_voucher_url": "https://payments.stripe.com/boleto/voucher/x",
            "number": line,
            "pdf": "https://payments.stripe.com/boleto/voucher/x/pdf",
        },
    }
    shown = action if status == "requires_action" else None
    return intent(status, **{"payment_method_types": ["boleto"], "next_action": shown, **changes})
