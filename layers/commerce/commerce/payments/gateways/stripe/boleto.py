"""What is asked of Stripe for a boleto, as parameters. Pure, and the same for every try of one payment.

Source: docs.stripe.com/payments/boleto/accept-a-payment; API reference, PaymentIntent, payment_method_options.boleto.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commerce.orders.model import Address
from commerce.payments.brazil import local_date
from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.stripe.intents import what_is_paid
from commerce.payments.gateways.stripe.payers import end_of, payer_of, payer_required
from commerce.platform.errors import ProviderRefused

if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCreateParams,
        PaymentIntentCreateParamsPaymentMethodDataBillingDetailsAddress,
    )

MOST_DAYS = 60
ON_THE_WAY = timedelta(seconds=15)
"""How long a request may be under way before Stripe counts the days."""


def boleto_params(request: StartPayment) -> PaymentIntentCreateParams:
    """A boleto whose digits the answer holds, due at 23:59 in São Paulo of the day that was asked for.

    Raises:
        Unprocessable: `unsupported_currency`, `amount_too_precise`.
        ProviderRefused: `payer_required`, `due_date_too_far`; nothing was sent.
    """
    payer = payer_of(request)
    if payer.address is None:
        raise payer_required()
    days = (local_date(end_of(request)) - local_date(request.opened_at)).days
    if days > MOST_DAYS:
        raise ProviderRefused(
            f"Stripe issues boletos that are due within {MOST_DAYS} days, and this one was to be due in {days}: set "
            "BOLETO_DUE_DAYS (BoletoDueDays), or name an earlier due_date.",
            code="due_date_too_far",
        )
    params = what_is_paid(request)
    params["allowed_payment_method_types"] = ["boleto"]
    params["payment_method_data"] = {
        "type": "boleto",
        "boleto": {"tax_id": payer.tax_id},
        "billing_details": {"name": payer.name, "email": payer.email, "address": _address(payer.address)},
    }
    params["payment_method_options"] = {"boleto": {"expires_after_days": days}}
    params["confirm"] = True
    return params


def ensure_same_day(request: StartPayment, now: datetime) -> None:
    """Stripe counts the days from its own today, so that the same request means another due date tomorrow.

    Raises:
        ProviderRefused: `day_has_ended`; nothing was sent.
    """
    if local_date(now + ON_THE_WAY) != local_date(request.opened_at):
        raise ProviderRefused(
            "The day ended in São Paulo before the boleto was issued, and it would be due on another day than asked. "
            "Start the checkout again in a minute.",
            code="day_has_ended",
        )


def _address(address: Address) -> PaymentIntentCreateParamsPaymentMethodDataBillingDetailsAddress:
    """Stripe has neither number nor district: they go where the bank's form has room for them."""
    written: PaymentIntentCreateParamsPaymentMethodDataBillingDetailsAddress = {
        "line1": ", ".join(part for part in (address.line1, address.number) if part),
        "city": address.city,
        "state": address.state or "",
        "postal_code": address.postal_code,
        "country": address.country,
    }
    if rest := " - ".join(part for part in (address.line2, address.district) if part):
        written["line2"] = rest
    return written
