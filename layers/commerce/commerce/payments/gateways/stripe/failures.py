"""The SDK's errors -> our tree: did it happen, did it not, or can only a read tell? (PAY-04, PAY-09)

Stripe's own messages stay here: they quote what was sent, and now and then what a buyer typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from commerce.payments.buyer_messages import DEFAULT_LOCALE, buyer_message
from commerce.payments.gateways.stripe.client import DASHBOARD, SECRET_FIELDS
from commerce.payments.gateways.stripe.declines import failure_of
from commerce.payments.gateways.stripe.transport import RequestNotSent
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from commerce.platform.http import retry_after
from commerce.platform.secrets import put_command

_CONFLICTS: Mapping[str, str] = {
    "charge_already_captured": "already_captured",
    "charge_already_refunded": "already_refunded",
    "payment_intent_unexpected_state": "unexpected_state",
    "setup_intent_unexpected_state": "unexpected_state",
    "capture_unauthorized_payment": "unexpected_state",
    "capture_charge_authorization_expired": "authorization_expired",
    "charge_expired_for_capture": "authorization_expired",
    "charge_disputed": "disputed",
    "refund_disputed_payment": "disputed",
}
"""Stripe's code -> ours; the object is in another state than we thought: read it and adopt what it says."""

_REFUSALS: Mapping[str, tuple[str, str]] = {
    "amount_too_small": ("amount_too_small", "The amount is below what Stripe takes in this currency."),
    "amount_too_large": ("amount_too_large", "The amount is above what Stripe takes for this operation."),
    "charge_not_refundable": ("not_refundable", "Stripe cannot refund this payment; give the money back by transfer."),
    "tax_id_invalid": ("tax_id_refused", "Stripe does not take the payer's CPF or CNPJ (payer.tax_id)."),
    "postal_code_invalid": ("postal_code_refused", "Stripe does not take the payer's CEP (payer.address.postal_code)."),
    "payment_method_unexpected_state": (
        "payment_method_unusable",
        "The saved payment method can no longer be used; take another one.",
    ),
}
"""Stripe's code -> ours and what to tell the caller; nothing happened."""

_NAMED_IN_REQUEST: Mapping[str, tuple[str, str]] = {
    "customer": (
        "customer_missing",
        "Stripe does not know the buyer's customer any more; register the buyer again with POST /customers.",
    ),
    "payment_method": (
        "payment_method_missing",
        "Stripe does not know the payment method that was named; take another one.",
    ),
}
"""The parameter that names what Stripe does not know -> our code and what to tell the caller."""

_WHICH_METHODS = frozenset({"allowed_payment_method_types", "payment_method_types"})
"""What Stripe names when an account asks for a method that it may not use."""

_KEY_REFUSED = (stripe.AuthenticationError, stripe.PermissionError)
_RIGHT = re.compile(r"\brak_[a-z_]{1,80}", re.ASCII)
"""How Stripe calls a right of a restricted key, in the sentence that says which one is missing."""


def translate(error: stripe.StripeError, *, reads: bool) -> ProviderError | ConfigurationError:
    """Our error for the SDK's.

    A refused API key is the deployment's fault and nothing that Stripe says of the payment: the call never began, and
    can be repeated as it is once the secret is set right.

    Args:
        reads: the call could change nothing. Then only `ProviderMissing` says anything about the payment, and all
            else is `ProviderUnavailable`: ask again.
    """
    if isinstance(error, _KEY_REFUSED):
        return _bad_credentials(error)
    known = _by_code(error, reads=reads) or next(
        (build(error) for kinds, build in _BY_KIND if isinstance(error, kinds)), None
    )
    if reads:
        return _unread(known, error)
    return known or ProviderAmbiguous(
        "Stripe gave no usable answer; whether it acted is not known yet and is being found out.",
        provider_ref=_request_id(error),
    )


def _unread(known: ProviderError | None, error: stripe.StripeError) -> ProviderError:
    if isinstance(known, ProviderMissing | ProviderUnavailable):
        return known
    return ProviderUnavailable(
        known.message if known else "Stripe gave no usable answer. Try again shortly.",
        code=known.code if known else None,
        provider_ref=_request_id(error),
    )


def error_object(error: stripe.StripeError) -> Mapping[str, Any]:
    """The `error` of the answer's body, empty when there is none."""
    body = error.json_body
    found = body.get("error") if isinstance(body, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def left_behind(error: stripe.CardError) -> dict[str, Any] | None:
    """The PaymentIntent that a decline left behind: it exists, and can still be paid with another card."""
    intent = error_object(error).get("payment_intent")
    return dict(intent) if isinstance(intent, Mapping) else None


def _by_code(error: stripe.StripeError, *, reads: bool) -> ProviderError | None:
    """A code counts only where Stripe itself refused; a 5xx may have acted, whatever it says."""
    body = error_object(error)
    code = body.get("code")
    if not isinstance(code, str) or (error.http_status or 500) >= 500 or isinstance(error, stripe.RateLimitError):
        return None
    if code in _CONFLICTS:
        return ProviderConflict(
            "The payment is in another state at Stripe; its state is being read and adopted.",
            code=_CONFLICTS[code],
            provider_ref=_request_id(error),
        )
    if code in _REFUSALS:
        ours, message = _REFUSALS[code]
        return ProviderRefused(message, code=ours, provider_ref=_request_id(error))
    if code == "lock_timeout":
        return ProviderUnavailable("Stripe is busy with this object. Try again shortly.", code="provider_busy")
    if code == "resource_missing":
        return _missing(None if reads else body.get("param"), error)
    return None


def _missing(param: object, error: stripe.StripeError) -> ProviderError:
    named = _NAMED_IN_REQUEST.get(param) if isinstance(param, str) else None
    if named is not None:
        ours, message = named
        return ProviderRefused(message, code=ours, provider_ref=_request_id(error))
    return ProviderMissing("Stripe does not know this object.", provider_ref=_request_id(error))


def _not_sent(error: stripe.StripeError) -> ProviderError:  # noqa: ARG001 - there was no answer to tell of
    return ProviderUnavailable("Stripe was not reached. Try again shortly.", code="provider_unreachable")


def _too_many(error: stripe.StripeError) -> ProviderError:
    return ProviderUnavailable(
        "Stripe asks for fewer requests. Try again shortly.",
        code="provider_rate_limited",
        retry_after=retry_after(error.headers or {}) or 1,
        provider_ref=_request_id(error),
    )


def _other_parameters(error: stripe.StripeError) -> ProviderError:
    """Not a refusal: the earlier request with this key may well have made the object that we are after."""
    return ProviderConflict(
        "An earlier request with the same idempotency key and other parameters reached Stripe; its outcome is being "
        "read and adopted.",
        code="idempotency_mismatch",
        provider_ref=_request_id(error),
    )


def _bad_credentials(error: stripe.StripeError) -> ConfigurationError:
    if isinstance(error, stripe.PermissionError):
        right = _RIGHT.search(str(error_object(error).get("message")))
        missing = f" It lacks {right.group()}." if right else ""
        wrong = (
            f"may not do this (HTTP 403).{missing} Give a restricted key that right at {DASHBOARD}, or take another key"
        )
    else:
        wrong = f"is not accepted (HTTP 401): it was rolled, revoked or mistyped. Copy the valid one from {DASHBOARD}"
    return ConfigurationError(
        f"Nothing was done: api_key in the secret named by STRIPE_SECRET_NAME {wrong}, and store it with "
        f"{put_command('$STRIPE_SECRET_NAME', *SECRET_FIELDS)}; it is in use with the next call.",
        code="provider_credentials",
        provider_ref=_request_id(error),
        retryable=True,
    )


def _declined(error: stripe.StripeError) -> ProviderError:
    failure = failure_of(error_object(error))
    return ProviderRefused(
        buyer_message(failure.buyer_code, DEFAULT_LOCALE),
        code="card_declined",
        details={"buyer_code": failure.buyer_code},
        provider_ref=_request_id(error),
    )


def _bad_request(error: stripe.StripeError) -> ProviderError:
    body = error_object(error)
    if str(body.get("param")).partition("[")[0] in _WHICH_METHODS:
        return ProviderRefused(
            "This Stripe account does not take this method of payment: switch it on under Settings > Payment methods "
            "in Stripe's dashboard (Pix needs Stripe's invitation), or choose another gateway for it.",
            code="method_not_activated",
            provider_ref=_request_id(error),
        )
    # Stripe's own words for what and where, never a value that was sent.
    found = {"provider_code": body.get("code"), "param": body.get("param")}
    return ProviderRefused(
        "Stripe refused the request as it was made.",
        code="provider_refused",
        details={name: value for name, value in found.items() if isinstance(value, str)},
        provider_ref=_request_id(error),
    )


_BY_KIND: tuple[tuple[tuple[type[stripe.StripeError], ...], Callable[[stripe.StripeError], ProviderError]], ...] = (
    ((RequestNotSent,), _not_sent),
    ((stripe.RateLimitError,), _too_many),
    ((stripe.IdempotencyError,), _other_parameters),
    ((stripe.CardError,), _declined),
    ((stripe.InvalidRequestError,), _bad_request),
)
"""What is not here, a lost connection, 5xx, an unreadable answer, leaves the outcome open."""


def _request_id(error: stripe.StripeError) -> str | None:
    request_id: str | None = (error.headers or {}).get("Request-Id")
    return request_id
