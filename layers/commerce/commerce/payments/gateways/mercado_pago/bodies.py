"""What is asked of Mercado Pago, as JSON. Pure, and the same for every try of one operation.

Source: reference "Create payment", guides "Pix" and "Boleto" of Checkout Transparente.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from commerce.orders.model import Address
from commerce.payments.brazil import SAO_PAULO
from commerce.payments.gateway import StartPayment
from commerce.payments.payer import Payer
from commerce.payments.reais import reais_text
from commerce.platform.errors import ProviderRefused
from commerce.platform.money import Money

METHODS: Mapping[str, str] = {"pix": "pix", "boleto": "bolbradesco"}
"""Our method -> Mercado Pago's `payment_method_id`."""

CANCEL = json.dumps({"status": "cancelled"}).encode()
LONGEST_KEY = 64


def create_body(request: StartPayment) -> bytes:
    """The body of POST /v1/payments.

    No `notification_url`: webhooks come to the one that the application is set up with, and are signed there.

    Raises:
        ProviderRefused: `method_not_supported`, `payer_missing`; nothing was sent.
    """
    if request.method not in METHODS:
        raise ProviderRefused(f"Mercado Pago is not asked for {request.method} here.", code="method_not_supported")
    if request.choices.payer is None:
        raise ProviderRefused("Mercado Pago needs to know who pays.", code="payer_missing")
    fields: dict[str, object] = {
        "payment_method_id": METHODS[request.method],
        "description": request.description,
        "external_reference": request.payment_id,
        "metadata": {
            "order_id": request.order_id,
            "payment_id": request.payment_id,
            "user_id": request.user_id,
        },
        "payer": _payer(request.choices.payer),
    }
    if request.expires_at is not None:
        fields["date_of_expiration"] = _moment(request.expires_at)
    return _with_amount("transaction_amount", request.money, fields)


def refund_body(money: Money) -> bytes:
    """The amount is always sent: without it Mercado Pago refunds whatever is left. It takes no reference of ours."""
    return _with_amount("amount", money, {})


def idempotency_key(key: str) -> str:
    """`key` as X-Idempotency-Key takes it: 64 characters at most, a longer one by its SHA-256."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _with_amount(name: str, money: Money, fields: Mapping[str, object]) -> bytes:
    # Put together as text: the digits of the amount go out as they are, and no encoder makes a float of them.
    amount = f'"{name}": {reais_text(money)}'
    rest = json.dumps(fields)[1:]
    return f"{{{amount}{', ' if fields else ''}{rest}".encode()


def _payer(payer: Payer) -> dict[str, object]:
    first, _, last = payer.name.strip().partition(" ")
    shown: dict[str, object] = {
        "email": payer.email,
        "first_name": first,
        # Mercado Pago wants both; who has one name only is told twice.
        "last_name": last.strip() or first,
        "identification": {"type": "CNPJ" if payer.is_company else "CPF", "number": payer.tax_id},
    }
    if payer.address is not None:
        shown["address"] = _address(payer.address)
    return shown


def _address(address: Address) -> dict[str, str]:
    return {
        "zip_code": address.postal_code,
        "street_name": address.line1,
        "street_number": address.number or "",
        "neighborhood": address.district or "",
        "city": address.city,
        "federal_unit": address.state or "",
    }


def _moment(moment: datetime) -> str:
    """With milliseconds and an offset, without which Mercado Pago refuses it (cause 23)."""
    return moment.astimezone(SAO_PAULO).isoformat(timespec="milliseconds")
