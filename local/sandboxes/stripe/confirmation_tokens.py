"""ConfirmationTokens: what the Payment Element collects and the server confirms with."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.errors import invalid
from local.sandboxes.stripe.fields import SHIPPING, Obj, Text
from local.sandboxes.stripe.intent_fields import METHOD_DATA, USAGE
from local.sandboxes.stripe.methods import resolve
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource

operations = Operations()

LIFE_SECONDS = 12 * 3600

_CREATE = Obj(
    {
        "payment_method": Text(),
        "payment_method_data": Obj(METHOD_DATA),
        "return_url": Text(),
        "setup_future_usage": USAGE,
        "shipping": SHIPPING,
    }
)


@operations.post("/v1/test_helpers/confirmation_tokens", _CREATE)
def create(account: Account, call: Call) -> Resource:
    if not call.params.get("payment_method"):
        raise invalid("The sandbox makes ConfirmationTokens of a payment_method.", param="payment_method")
    method = resolve(account, call.params["payment_method"])
    preview = {key: method[key] for key in ("allow_redisplay", "billing_details", "card", "customer", "type")}
    return account.confirmation_tokens.add(
        {
            "id": account.new_id("ctoken_"),
            "object": "confirmation_token",
            "created": account.now,
            "expires_at": account.now + LIFE_SECONDS,
            "livemode": False,
            "mandate_data": None,
            "payment_intent": None,
            "payment_method_options": None,
            "payment_method_preview": render(account, preview),
            "return_url": call.params.get("return_url"),
            "setup_future_usage": call.params.get("setup_future_usage"),
            "setup_intent": None,
            "shipping": None,
            "use_stripe_sdk": True,
            "_method": method["id"],
        }
    )


@operations.get("/v1/confirmation_tokens/<token>")
def retrieve(account: Account, call: Call, token: str) -> Resource:  # noqa: ARG001
    return account.confirmation_tokens.get(token, "confirmation_token")


def spend_token(account: Account, call: Call, identity: str) -> Resource:
    """The token's payment method; what else the buyer chose becomes part of the call's parameters.

    Raises:
        StripeProblem: unknown, used or expired.
    """
    token = account.confirmation_tokens.get(identity, "confirmation_token", 400)
    if token["payment_intent"] or token.get("_spent") or token["expires_at"] <= account.now:
        raise invalid(f"The ConfirmationToken '{identity}' was used or has expired.", param="confirmation_token")
    token["_spent"] = True
    for key in ("return_url", "setup_future_usage"):
        if token[key]:
            call.params.setdefault(key, token[key])
    call.params.setdefault("use_stripe_sdk", True)
    return account.methods.get(token["_method"])
