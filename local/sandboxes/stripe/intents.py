"""PaymentIntent objects: their shape and what may be said of each status."""

from __future__ import annotations

from collections.abc import Sequence

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.brazilian import DEFAULT_DAYS, KINDS
from local.sandboxes.stripe.errors import StripeProblem, invalid, unexpected_state
from local.sandboxes.stripe.intent_fields import TYPES
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource

CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = (*CHANGEABLE, "requires_capture")


def new_intent(account: Account, given: Resource) -> Resource:
    """A PaymentIntent of checked parameters, not confirmed yet."""
    identity = account.new_id("pi_3")
    return account.intents.add(
        {
            "id": identity,
            "object": "payment_intent",
            "amount": given["amount"],
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": automatic_methods(given),
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": given.get("capture_method") or "automatic_async",
            "client_secret": f"{identity}_secret_{account.new_id('')}",
            "confirmation_method": given.get("confirmation_method") or "automatic",
            "created": account.now,
            "currency": given["currency"],
            "customer": given.get("customer"),
            "customer_account": None,
            "description": given.get("description"),
            "excluded_payment_method_types": None,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": {key: value for key, value in (given.get("metadata") or {}).items() if value},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": method_options(given.get("payment_method_options"), given.get(TYPES)),
            "payment_method_types": given.get(TYPES) or ["card"],
            "processing": None,
            "receipt_email": given.get("receipt_email"),
            "review": None,
            "setup_future_usage": given.get("setup_future_usage"),
            "shipping": shipping(given.get("shipping")),
            "source": None,
            "statement_descriptor": given.get("statement_descriptor"),
            "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": None,
            "_authenticated": False,
            "_processing": False,
        }
    )


def automatic_methods(given: Resource) -> Resource | None:
    """On by default unless the caller lists types (since API version 2023-08-16)."""
    asked = given.get("automatic_payment_methods")
    if asked is None and (given.get(TYPES) or given.get("confirmation_method")):
        return None
    if asked is not None and not asked["enabled"]:
        return None
    return {"allow_redirects": (asked or {}).get("allow_redirects") or "always", "enabled": True}


def method_options(given: Resource | None, types: Sequence[str] | None) -> Resource:
    """The options of every method that may pay, with Stripe's defaults."""
    given = given or {}
    pix, boleto = given.get("pix") or {}, given.get("boleto") or {}
    options = {
        "card": _card_options(given.get("card") or {}),
        "pix": {"expires_after_seconds": pix.get("expires_after_seconds"), "expires_at": pix.get("expires_at")},
        "boleto": {"expires_after_days": boleto.get("expires_after_days", DEFAULT_DAYS)},
    }
    return {kind: options[kind] for kind in types or ("card",) if kind in options}


def _card_options(card: Resource) -> Resource:
    options: Resource = {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": card.get("request_three_d_secure") or "automatic",
    }
    for key in ("capture_method", "setup_future_usage"):
        if card.get(key):
            options[key] = card[key]
    return options


def shipping(given: Resource | None) -> Resource | None:
    if given is None:
        return None
    return {"carrier": None, "phone": None, "tracking_number": None, **given}


def captures_later(intent: Resource) -> bool:
    options = intent["payment_method_options"].get("card") or {}
    return "manual" in (intent["capture_method"], options.get("capture_method"))


def check_types(account: Account, given: Resource) -> None:
    for name in (TYPES, "confirmation_method"):
        if given.get("automatic_payment_methods") and given.get(name):
            raise invalid(f"You may only specify one of these parameters: automatic_payment_methods, {name}.")
    for kind in given.get(TYPES) or ():
        abroad = kind in KINDS and account.settings.country != "BR"
        if abroad or kind not in account.settings.payment_method_types:
            raise invalid(
                f'The payment method type "{kind}" is invalid. Please ensure the provided type is activated in your '
                "dashboard and your account is enabled for any preview features that you are trying to use.",
                param=TYPES,
            )


def wrong_status(account: Account, intent: Resource, what: str, allowed: tuple[str, ...]) -> StripeProblem:
    return unexpected_state(
        f"This PaymentIntent could not be {what} because it has a status of {intent['status']}. Only a PaymentIntent "
        f"with one of the following statuses may be {what}: {', '.join(allowed)}.",
        render(account, intent),
    )
