"""Confirmation of a PaymentIntent: 3-D Secure, the charge, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.aftermath import after_success
from local.sandboxes.stripe.brazilian import KINDS
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.cards import Authentication, Card
from local.sandboxes.stripe.charging import AUTHORIZATION_SECONDS, new_charge
from local.sandboxes.stripe.declines import AUTHENTICATION_REQUIRED, Decline
from local.sandboxes.stripe.errors import StripeProblem, invalid, unexpected_state
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.expiring import expire_authorization
from local.sandboxes.stripe.failing import card_error
from local.sandboxes.stripe.intents import CHANGEABLE, captures_later
from local.sandboxes.stripe.issuing import issue
from local.sandboxes.stripe.methods import check_usable, keep
from local.sandboxes.stripe.processing import start_processing
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a confirmation was asked for. `base_url` is where the buyer's browser finds the sandbox."""

    base_url: str
    off_session: bool = False
    return_url: str | None = None
    use_stripe_sdk: bool = False
    error_on_requires_action: bool = False
    public: bool = False


def confirm(account: Account, call: Call | None, intent: Resource, how: Confirmation) -> None:
    """
    Raises:
        StripeProblem: 400 in another state, without a usable payment method or return_url; 402 declined, and the
            intent has kept the failure.
    """
    if intent["status"] not in CHANGEABLE:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be confirmed: {', '.join(CHANGEABLE)}.",
            render(account, intent),
        )
    if intent["payment_method"] is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken.",
            render(account, intent),
        )
    method = account.methods.get(intent["payment_method"], "payment_method", 400)
    check_usable(method, intent["customer"], "PaymentIntent")
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. It may be one of: "
            f"{', '.join(intent['payment_method_types'])}.",
            param="payment_method",
        )
    _check_return_url(intent, how)
    if method["type"] in KINDS:
        issue(account, call, intent, method, how.base_url)
        return
    if not _must_authenticate(intent, method, how):
        failure = attempt(account, call, intent, method)
    elif how.off_session or how.error_on_requires_action:
        failure = fail(account, call, intent, method, AUTHENTICATION_REQUIRED)
    else:
        _ask_for_authentication(account, call, intent, how)
        return
    if failure is not None:
        raise failure


def attempt(account: Account, call: Call | None, intent: Resource, method: Resource) -> StripeProblem | None:
    """Charge the method; the problem to answer with when it is declined."""
    card: Card = method["_card"]
    if card.decline is not None:
        return fail(account, call, intent, method, card.decline)
    if card.processing or intent["_processing"]:
        start_processing(account, call, intent, method)
        return None
    succeed(account, call, intent, method)
    return None


def succeed(account: Account, call: Call | None, intent: Resource, method: Resource) -> None:
    manual = captures_later(intent)
    charge = new_charge(account, intent, method, status="succeeded", captured=not manual)
    intent.update(
        status="requires_capture" if manual else "succeeded",
        amount_capturable=intent["amount"] if manual else 0,
        amount_received=0 if manual else intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
        processing=None,
    )
    use_up(account, call, intent, method)
    emit(account, "charge.succeeded", charge, call)
    if manual:
        emit(account, "payment_intent.amount_capturable_updated", intent, call)
        account.later(AUTHORIZATION_SECONDS, lambda: expire_authorization(account, intent))
    else:
        emit(account, "payment_intent.succeeded", intent, call)
        after_success(account, charge, method["_card"])


def use_up(account: Account, call: Call | None, intent: Resource, method: Resource) -> None:
    """A method that belongs to nobody is used up by a payment, unless the payment saves it."""
    if intent["setup_future_usage"] == "off_session" and intent["_authenticated"]:
        method["_set_up"] = True
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        keep(account, call, method, intent["customer"])
    elif method["customer"] is None:
        method["_spent"] = True


def fail(
    account: Account, call: Call | None, intent: Resource, method: Resource, decline: Decline, *, charged: bool = True
) -> StripeProblem:
    """Record the failure on the intent; it may be confirmed again with another method."""
    charge = None
    if charged:
        charge = new_charge(account, intent, method, status="failed", captured=False, decline=decline)
        charge["payment_method_details"]["card"].pop("capture_before")
        intent["latest_charge"] = charge["id"]
    error = card_error(account, decline, method, charge)
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        last_payment_error=error,
        _authenticated=False,
    )
    if charge is not None:
        emit(account, "charge.failed", charge, call)
    emit(account, "payment_intent.payment_failed", intent, call)
    return StripeProblem(402, {**error, "payment_intent": render(account, intent)})


def _check_return_url(intent: Resource, how: Confirmation) -> None:
    automatic = intent["automatic_payment_methods"]
    if not automatic or automatic["allow_redirects"] == "never":
        return
    if how.return_url or how.use_stripe_sdk or how.public:
        return
    raise invalid(
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these "
        "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't "
        "want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
        "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
        param="return_url",
    )


def _must_authenticate(intent: Resource, method: Resource, how: Confirmation) -> bool:
    card: Card = method["_card"]
    if intent["_authenticated"]:
        return False
    match card.authentication:
        case Authentication.ALWAYS:
            return True
        case Authentication.UNLESS_SET_UP:
            return not (how.off_session and method["_set_up"])
        case Authentication.NEVER:
            return False
    asked = intent["payment_method_options"]["card"]["request_three_d_secure"]
    return asked in ("any", "challenge") and not how.off_session


def _ask_for_authentication(account: Account, call: Call | None, intent: Resource, how: Confirmation) -> None:
    intent.update(status="requires_action", next_action=next_action(intent, how), last_payment_error=None)
    emit(account, "payment_intent.requires_action", intent, call)


def next_action(intent: Resource, how: Confirmation) -> Resource:
    """Stripe.js opens the challenge itself; anybody else sends the buyer to a page, here one of the sandbox."""
    url = f"{how.base_url}_sandbox/authenticate/{intent['id']}"
    intent["_return_url"] = how.return_url
    if how.return_url and not how.use_stripe_sdk:
        return {"redirect_to_url": {"return_url": how.return_url, "url": url}, "type": "redirect_to_url"}
    challenge = {"type": "three_d_secure_redirect", "stripe_js": url, "source": f"src_{intent['id']}"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": challenge}
