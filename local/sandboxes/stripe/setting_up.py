"""Confirmation of a SetupIntent."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.cards import Authentication, Card
from local.sandboxes.stripe.declines import Decline
from local.sandboxes.stripe.errors import StripeProblem, unexpected_state
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.failing import card_error
from local.sandboxes.stripe.intents import CHANGEABLE
from local.sandboxes.stripe.methods import check_usable, keep
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource


def confirm(account: Account, call: Call, intent: Resource) -> None:
    """
    Raises:
        StripeProblem: 400 in another state or without a payment method, 402 declined.
    """
    if intent["status"] not in CHANGEABLE:
        raise _wrong(account, intent, f"it has a status of {intent['status']}")
    if intent["payment_method"] is None:
        raise _wrong(account, intent, "it's missing a payment method")
    method = account.methods.get(intent["payment_method"], "payment_method", 400)
    check_usable(method, intent["customer"], "SetupIntent")
    card: Card = method["_card"]
    if card.authentication in (Authentication.ALWAYS, Authentication.UNLESS_SET_UP) and not intent["_authenticated"]:
        _ask_for_authentication(account, call, intent)
        return
    if failure := attempt(account, call, intent, method):
        raise failure


def attempt(account: Account, call: Call | None, intent: Resource, method: Resource) -> StripeProblem | None:
    """Save the method; the problem to answer with when its bank declines that."""
    card: Card = method["_card"]
    if card.decline and not card.saves_though_declined:
        return fail(account, call, intent, method, card.decline)
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    method["_set_up"] = True
    if intent["customer"] is None:
        method["_spent"] = True
    elif method["customer"] is None:
        keep(account, call, method, intent["customer"])
    emit(account, "setup_intent.succeeded", intent, call)
    return None


def fail(account: Account, call: Call | None, intent: Resource, method: Resource, decline: Decline) -> StripeProblem:
    error = card_error(account, decline, method)
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error=error,
        _authenticated=False,
    )
    emit(account, "setup_intent.setup_failed", intent, call)
    return StripeProblem(402, {**error, "setup_intent": render(account, intent)})


def _ask_for_authentication(account: Account, call: Call, intent: Resource) -> None:
    url = f"{call.request.host_url}_sandbox/authenticate/{intent['id']}"
    return_url = call.params.get("return_url")
    intent["_return_url"] = return_url
    if return_url and not call.params.get("use_stripe_sdk"):
        action: Resource = {
            "redirect_to_url": {"return_url": return_url, "url": url},
            "type": "redirect_to_url",
        }
    else:
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url}}
    intent.update(status="requires_action", next_action=action)
    emit(account, "setup_intent.requires_action", intent, call)


def _wrong(account: Account, intent: Resource, why: str) -> StripeProblem:
    return unexpected_state(
        f"You cannot confirm this SetupIntent because {why}.", render(account, intent), "setup_intent"
    )
