"""What Pix and boleto are never without: somebody who pays, and an end."""

from __future__ import annotations

from datetime import datetime

from commerce.payments.gateway import StartPayment
from commerce.payments.payer import Payer
from commerce.platform.errors import ProviderRefused


def payer_of(request: StartPayment) -> Payer:
    """Raises ProviderRefused: `payer_required`; nothing was sent."""
    if request.choices.payer is None:
        raise payer_required()
    return request.choices.payer


def end_of(request: StartPayment) -> datetime:
    """Until when the buyer may pay.

    Raises:
        ProviderRefused: `expiry_required`; nothing was sent.
    """
    if request.expires_at is None:
        raise ProviderRefused(f"A payment by {request.method} needs an end.", code="expiry_required")
    return request.expires_at


def payer_required() -> ProviderRefused:
    return ProviderRefused(
        "Stripe needs the payer's name, e-mail and CPF or CNPJ, and for a boleto the whole address.",
        code="payer_required",
    )
