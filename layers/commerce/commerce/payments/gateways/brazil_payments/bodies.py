"""What is asked of the generic gateway, as JSON. Pure, and the same for every try of one operation.

There is no field for a reference: the order is named in the text that each route has.
"""

from __future__ import annotations

import math
from typing import Any

from commerce.orders.model import Address
from commerce.payments.brazil import local_date
from commerce.payments.gateway import StartPayment
from commerce.payments.payer import Payer
from commerce.payments.reais import reais_text
from commerce.platform.errors import ProviderRefused

LONGEST_DESCRIPTION = 140
LONGEST_INSTRUCTIONS = 500
MOST_MINUTES = 43_200
_SECONDS_OF_A_MINUTE = 60

type Body = dict[str, Any]


def pix_body(request: StartPayment, merchant_id: str) -> Body:
    """The body of POST /pix/qrcode. Begun minutes count: the code lives no shorter than was asked for."""
    if request.expires_at is None:
        raise _unasked("a Pix needs an end")
    seconds = (request.expires_at - request.opened_at).total_seconds()
    return {
        "merchant_id": merchant_id,
        "amount": reais_text(request.money),
        "description": request.description[:LONGEST_DESCRIPTION],
        "payer": _payer(request.choices.payer),
        "expiration_minutes": min(max(math.ceil(seconds / _SECONDS_OF_A_MINUTE), 1), MOST_MINUTES),
    }


def boleto_body(request: StartPayment, merchant_id: str, instructions: str) -> Body:
    """The body of POST /boleto/generate.

    Args:
        instructions: what the slip tells whoever takes the money, after the order's name.
    """
    payer = request.choices.payer
    if request.expires_at is None or payer is None or payer.address is None:
        raise _unasked("a boleto needs a due date and the payer's address")
    return {
        "merchant_id": merchant_id,
        "amount": reais_text(request.money),
        "due_date": local_date(request.expires_at).isoformat(),
        "payer": {**_payer(payer), "address": _address(payer.address)},
        "instructions": f"{request.description}. {instructions}"[:LONGEST_INSTRUCTIONS],
    }


def _payer(payer: Payer | None) -> Body:
    if payer is None:
        raise _unasked("it has to say who pays")
    return {"name": payer.name, "tax_id": payer.tax_id, "email": payer.email}


def _address(address: Address) -> Body:
    shown = {
        "street": address.line1,
        "number": address.number or "",
        "neighborhood": address.district or "",
        "city": address.city,
        "state": address.state or "",
        "zip_code": address.postal_code,
    }
    return shown if not address.line2 else {**shown, "complement": address.line2}


def _unasked(why: str) -> ProviderRefused:
    return ProviderRefused(f"Nothing was asked of the gateway: {why}.", code="request_incomplete")
