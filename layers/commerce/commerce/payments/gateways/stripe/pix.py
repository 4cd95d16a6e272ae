"""What is asked of Stripe for a Pix, as parameters. Pure, and the same for every try of one payment.

Source: docs.stripe.com/payments/pix/accept-a-payment; API reference, PaymentIntent, payment_method_options.pix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.stripe.intents import what_is_paid
from commerce.payments.gateways.stripe.payers import end_of, payer_of
from commerce.platform.errors import ProviderRefused

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

SHORTEST_SECONDS = 60
LONGEST_SECONDS = 1_209_600
"""Fourteen days. Stripe's guide still says three in places; what an account may not have is Stripe's to refuse."""


def pix_params(request: StartPayment) -> PaymentIntentCreateParams:
    """A Pix whose code the answer holds.

    The code's life is always said, because Stripe has changed its default before, and as a length: a late second try
    that says when it ends would be refused for what is left of it.

    Raises:
        Unprocessable: `unsupported_currency`, `amount_too_precise`.
        ProviderRefused: `payer_required`, `expiry_out_of_range`; nothing was sent.
    """
    payer = payer_of(request)
    seconds = round((end_of(request) - request.opened_at).total_seconds())
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise ProviderRefused(
            f"Stripe makes Pix codes that live from {SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds, and this one was "
            f"to live {seconds}: set PIX_EXPIRES_SECONDS (PixExpiresSeconds), or name another due_date.",
            code="expiry_out_of_range",
        )
    params = what_is_paid(request)
    params["allowed_payment_method_types"] = ["pix"]
    params["payment_method_data"] = {
        "type": "pix",
        "billing_details": {"name": payer.name, "email": payer.email, "tax_id": payer.tax_id},
    }
    params["payment_method_options"] = {"pix": {"expires_after_seconds": seconds}}
    params["confirm"] = True
    return params
