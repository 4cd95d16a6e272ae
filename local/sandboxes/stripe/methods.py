"""PaymentMethod objects: made from test cards, used once or attached to a customer."""

from __future__ import annotations

import hashlib

from local.sandboxes.kernel.clock import from_epoch
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.brazilian import KINDS, new_slip
from local.sandboxes.stripe.call import Call
from local.sandboxes.stripe.cards import Card, by_number, by_payment_method, by_token
from local.sandboxes.stripe.errors import StripeProblem, invalid
from local.sandboxes.stripe.events import emit
from local.sandboxes.stripe.failing import card_error
from local.sandboxes.stripe.resource import Resource, billing_details


def new_method(account: Account, card: Card, given: Resource | None = None) -> Resource:
    """A PaymentMethod of a test card; `given` may bring billing details, metadata and `allow_redisplay`."""
    given = given or {}
    return account.methods.add(
        {
            "id": account.new_id("pm_"),
            "object": "payment_method",
            "allow_redisplay": given.get("allow_redisplay") or "unspecified",
            "billing_details": billing_details(given.get("billing_details")),
            "card": _card(account, card),
            "created": account.now,
            "customer": None,
            "customer_account": None,
            "livemode": False,
            "metadata": dict(given.get("metadata") or {}),
            "type": "card",
            "_card": card,
            "_spent": False,
            "_set_up": False,
        }
    )


def _card(account: Account, card: Card) -> Resource:
    wallet: Resource | None = {"dynamic_last4": None, "type": card.wallet, card.wallet: {}} if card.wallet else None
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": 8,
        "exp_year": from_epoch(account.now).year + 3,
        "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.brand != "amex"},
        "wallet": wallet,
    }


def resolve(account: Account, identity: str, param: str = "payment_method", status: int = 400) -> Resource:
    """The PaymentMethod of that id; naming a test card makes a new one of it.

    Raises:
        StripeProblem: `resource_missing`.
    """
    card = by_payment_method(identity)
    return new_method(account, card) if card else account.methods.get(identity, param, status)


def from_data(account: Account, data: Resource, *, public: bool) -> Resource:
    """A PaymentMethod from `payment_method_data` or from the parameters of its own creation.

    Raises:
        StripeProblem: an unknown token or number, a number sent with a secret key, or a payer who is not described
            as Pix or boleto need it.
    """
    if data.get("type") in KINDS:
        return new_slip(account, data)
    if data.get("type") != "card" or not data.get("card"):
        raise invalid("The sandbox takes payment methods of type card, with card[token] or card[number].", param="type")
    given = data["card"]
    if token := given.get("token"):
        card = by_token(token)
        if card is None:
            raise invalid(f"No such token: '{token}'", code="resource_missing", param="card[token]")
        return new_method(account, card, data)
    if not public:
        raise _raw_number()
    card = by_number(given.get("number") or "")
    if card is None:
        raise _wrong_number()
    return new_method(account, card, data)


def _wrong_number() -> StripeProblem:
    error = {
        "code": "incorrect_number",
        "message": "Your card number is incorrect.",
        "param": "number",
        "type": "card_error",
    }
    return StripeProblem(402, error)


def _raw_number() -> StripeProblem:
    return StripeProblem(
        402,
        {
            "message": "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use "
            "test tokens that map to the test card you are using.",
            "type": "card_error",
        },
    )


def check_usable(method: Resource, customer: str | None, holder: str) -> None:
    """
    Raises:
        StripeProblem: the method was used up, or belongs to somebody else than the `holder`'s customer.
    """
    if method["_spent"]:
        raise invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be "
            "used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
            param="payment_method",
        )
    if method["customer"] not in (None, customer):
        raise invalid(
            f"The `payment_method` parameter supplied {method['id']} belongs to the Customer {method['customer']}. "
            f"Please include the Customer in the `customer` parameter on the {holder}.",
            param="payment_method",
        )


def attach(account: Account, call: Call | None, method: Resource, customer: str) -> None:
    """
    Raises:
        StripeProblem: used up, attached elsewhere, no card, or declined when the card is checked.
    """
    check_usable(method, customer, "PaymentIntent")
    if method["type"] != "card":
        raise invalid(f"Payment methods of type {method['type']} cannot be saved to customers.", param="payment_method")
    card: Card = method["_card"]
    if card.decline and not card.saves_though_declined:
        raise StripeProblem(402, card_error(account, card.decline, method))
    if method["customer"] is None:
        keep(account, call, method, customer)


def keep(account: Account, call: Call | None, method: Resource, customer: str) -> None:
    method["customer"] = customer
    emit(account, "payment_method.attached", method, call)


def detach(account: Account, call: Call | None, method: Resource) -> None:
    """Take the method from its customer; it may never be used again."""
    before = method["customer"]
    method["customer"], method["_spent"] = None, True
    emit(account, "payment_method.detached", method, call, {"customer": before})
    customer = account.customers.find(before)
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
