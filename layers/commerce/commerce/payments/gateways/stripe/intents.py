"""What is asked of Stripe for a payment, as parameters. Pure, and the same for every try of one operation.

Whatever changes a parameter between two tries turns the second into a refusal (`idempotency_error`): no times, no
counters, nothing that is not in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.payments.gateway import StartPayment
from commerce.payments.gateways.stripe.units import STRIPE_UNITS
from commerce.payments.model import CaptureMethod, Payment, Refund
from commerce.platform.money import Money

if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCancelParams,
        PaymentIntentCaptureParams,
        PaymentIntentCreateParams,
        RefundCreateParams,
    )

EXPAND_CHARGE = ["latest_charge.refunds"]
"""With the charge and its first page of refunds, one read tells all of most payments."""


def what_is_paid(request: StartPayment) -> PaymentIntentCreateParams:
    """Amount, currency and our references: the same by every method.

    Raises Unprocessable: `unsupported_currency`, `amount_too_precise`.
    """
    return {
        "amount": STRIPE_UNITS.to_provider(request.money),
        "currency": request.money.currency.lower(),
        "description": request.description,
        "metadata": {
            "order_id": request.order_id,
            "payment_id": request.payment_id,
            "user_id": request.user_id,
        },
        "expand": ["latest_charge"],
    }


def create_params(request: StartPayment) -> PaymentIntentCreateParams:
    """A payment by card or wallet, which the browser finishes.

    Raises Unprocessable: `unsupported_currency`, `amount_too_precise`.
    """
    choices = request.choices
    params = what_is_paid(request)
    params["capture_method"] = "manual" if choices.capture_method is CaptureMethod.MANUAL else "automatic"
    params["automatic_payment_methods"] = {"enabled": True}
    if choices.customer_ref is not None:
        params["customer"] = choices.customer_ref
    if choices.payment_method_ref is not None:
        params["payment_method"] = choices.payment_method_ref
    if choices.save_payment_method:
        params["setup_future_usage"] = "off_session"
    if choices.off_session:
        params["confirm"] = True
        params["off_session"] = True
        # Nobody is there to be sent to another page and back.
        params["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "never"}
    return params


def capture_params(money: Money) -> PaymentIntentCaptureParams:
    return {"amount_to_capture": STRIPE_UNITS.to_provider(money), "expand": EXPAND_CHARGE}


def cancel_params(reason: str | None) -> PaymentIntentCancelParams:
    """Our reason in one of Stripe's four words; free text stays in our ledger."""
    params: PaymentIntentCancelParams = {"expand": EXPAND_CHARGE}
    match reason:
        case None:
            pass
        case "abandoned" | "duplicate" | "fraudulent":
            params["cancellation_reason"] = reason
        case "expired":
            params["cancellation_reason"] = "abandoned"
        case _:
            params["cancellation_reason"] = "requested_by_customer"
    return params


def refund_params(payment: Payment, refund: Refund, money: Money) -> RefundCreateParams:
    """The amount is always sent: without it Stripe refunds whatever is left."""
    params: RefundCreateParams = {
        "payment_intent": payment.provider_ref or "",
        "amount": STRIPE_UNITS.to_provider(money),
        "metadata": {
            "refund_id": refund.refund_id,
            "payment_id": payment.payment_id,
            "order_id": payment.order_id,
            "user_id": payment.user_id,
        },
    }
    match refund.reason:
        case None:
            pass
        case "duplicate" | "fraudulent":
            params["reason"] = refund.reason
        case _:
            params["reason"] = "requested_by_customer"
    return params
