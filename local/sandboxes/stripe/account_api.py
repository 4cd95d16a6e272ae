"""Operations on the account itself: who it is, what it holds, and sessions of its customers."""

from __future__ import annotations

from collections import Counter

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.call import Call, Operations
from local.sandboxes.stripe.customers import living_customer
from local.sandboxes.stripe.fields import Flag, Items, Obj, Text
from local.sandboxes.stripe.intent_fields import REDISPLAY
from local.sandboxes.stripe.resource import Resource

operations = Operations()

_SWITCH = Text(("enabled", "disabled"))
_PAYMENT_ELEMENT = Obj(
    {
        "enabled": Flag(),
        "features": Obj(
            {
                "payment_method_allow_redisplay_filters": Items(REDISPLAY),
                "payment_method_redisplay": _SWITCH,
                "payment_method_remove": _SWITCH,
                "payment_method_save": _SWITCH,
                "payment_method_save_usage": Text(("off_session", "on_session")),
            }
        ),
    },
    required=("enabled",),
)


@operations.get("/v1/account")
def retrieve(account: Account, call: Call) -> Resource:  # noqa: ARG001
    return {
        "id": account.settings.account_id,
        "object": "account",
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active", **_extra(account)},
        "charges_enabled": True,
        "country": account.settings.country,
        "default_currency": "brl",
        "details_submitted": True,
        "email": "account@store.example",
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


@operations.get("/v1/balance")
def balance(account: Account, call: Call) -> Resource:  # noqa: ARG001
    """What was captured and not given back, per currency."""
    sums: Counter[str] = Counter()
    for charge in account.charges:
        sums[charge["currency"]] += charge["amount_captured"]
    for refund in account.refunds:
        if refund["status"] in ("succeeded", "pending") and not refund["_release"]:
            sums[refund["currency"]] -= refund["amount"]
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}} for currency, amount in sums.items()
    ]
    return {"object": "balance", "available": available, "livemode": False, "pending": []}


@operations.post(
    "/v1/customer_sessions",
    Obj(
        {"customer": Text(), "components": Obj({"payment_element": _PAYMENT_ELEMENT})},
        required=("customer", "components"),
    ),
)
def create_session(account: Account, call: Call) -> Resource:
    customer = living_customer(account, call.params["customer"])
    asked = call.params["components"].get("payment_element") or {"enabled": False}
    features = {
        "payment_method_allow_redisplay_filters": ["always"],
        "payment_method_redisplay": "disabled",
        "payment_method_redisplay_limit": 3,
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
        "payment_method_save_usage": None,
        **(asked.get("features") or {}),
    }
    off = {"enabled": False}
    return {
        "object": "customer_session",
        "client_secret": account.new_id("cuss_secret_", 40),
        "components": {
            "buy_button": off,
            "customer_sheet": {**off, "features": None},
            "mobile_payment_element": {**off, "features": None},
            "payment_element": {"enabled": asked["enabled"], "features": features if asked["enabled"] else None},
            "pricing_table": off,
        },
        "created": account.now,
        "customer": customer["id"],
        "customer_account": None,
        "expires_at": account.now + 1800,
        "livemode": False,
    }


def _extra(account: Account) -> Resource:
    names = {"boleto": "boleto_payments", "pix": "pix_payments"}
    return {name: "active" for kind, name in names.items() if kind in account.settings.payment_method_types}
