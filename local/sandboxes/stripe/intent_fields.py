"""The declared parameters of PaymentIntents and SetupIntents."""

from __future__ import annotations

from local.sandboxes.stripe.fields import (
    BILLING,
    PAGE,
    PARCEL,
    Flag,
    FlagOrText,
    Items,
    Kind,
    Metadata,
    Obj,
    Span,
    Text,
    Whole,
)

TYPES = "allowed_payment_method_types"
"""Which methods may pay; since API version 2026-10-28.endive nothing may be called `payment_method_types` here."""

USAGE = Text(("off_session", "on_session"))
CAPTURE = Text(("automatic", "automatic_async", "manual"))
REDISPLAY = Text(("always", "limited", "unspecified"))

AUTOMATIC = Obj({"enabled": Flag(), "allow_redirects": Text(("always", "never"))}, required=("enabled",))

CARD_DATA = Obj(
    {"token": Text(), "number": Text(), "exp_month": Whole(1), "exp_year": Whole(1), "cvc": Text()},
)

METHOD_DATA: dict[str, Kind] = {
    "type": Text(("card",)),
    "allow_redisplay": REDISPLAY,
    "billing_details": BILLING,
    "metadata": Metadata(),
}
"""Of a PaymentMethod wherever it is described; `card` is declared where Stripe documents it."""

PAYING_DATA: dict[str, Kind] = {
    **METHOD_DATA,
    "type": Text(("card", "boleto", "pix")),
    "card": CARD_DATA,
    "boleto": Obj({"tax_id": Text()}, required=("tax_id",)),
    "pix": Obj({}),
}
"""Of one that pays at once, and is not only saved."""

MANDATE = Obj(
    {
        "customer_acceptance": Obj(
            {
                "type": Text(("online", "offline")),
                "accepted_at": Whole(),
                "offline": Obj({}),
                "online": Obj({"ip_address": Text(), "user_agent": Text()}),
            }
        )
    }
)

THREE_D_SECURE = Text(("any", "automatic", "challenge"))

CARD_OPTIONS = Obj(
    {
        "request_three_d_secure": THREE_D_SECURE,
        "capture_method": Text(("manual",)),
        "setup_future_usage": Text((*USAGE.choices, "none")),
        "cvc_token": Text(),
    }
)

BOLETO_OPTIONS = Obj({"expires_after_days": Whole()})
PIX_OPTIONS = Obj({"expires_after_seconds": Whole(), "expires_at": Whole()})

_SHARED: dict[str, Kind] = {
    "description": Text(),
    "metadata": Metadata(),
    "payment_method": Text(),
    "payment_method_data": Obj(PAYING_DATA, required=("type",)),
    "payment_method_options": Obj({"card": CARD_OPTIONS, "boleto": BOLETO_OPTIONS, "pix": PIX_OPTIONS}),
    TYPES: Items(Text()),
    "receipt_email": Text(),
    "setup_future_usage": USAGE,
    "shipping": PARCEL,
    "capture_method": CAPTURE,
}

_STATEMENT: dict[str, Kind] = {
    "statement_descriptor": Text(longest=22),
    "statement_descriptor_suffix": Text(longest=22),
}

_CONFIRMING: dict[str, Kind] = {
    "confirmation_token": Text(),
    "error_on_requires_action": Flag(),
    "mandate_data": MANDATE,
    "off_session": FlagOrText(("one_off", "recurring")),
    "return_url": Text(),
    "use_stripe_sdk": Flag(),
}

CREATE_INTENT = Obj(
    {
        **_SHARED,
        **_STATEMENT,
        **_CONFIRMING,
        "amount": Whole(),
        "currency": Text(longest=3),
        "customer": Text(),
        "automatic_payment_methods": AUTOMATIC,
        "confirm": Flag(),
        "confirmation_method": Text(("automatic", "manual")),
    },
    required=("amount", "currency"),
)

UPDATE_INTENT = Obj({**_SHARED, **_STATEMENT, "amount": Whole(), "currency": Text(longest=3), "customer": Text()})

CONFIRM_INTENT = Obj({k: v for k, v in {**_SHARED, **_CONFIRMING}.items() if k not in ("description", "metadata")})

CAPTURE_INTENT = Obj({**_STATEMENT, "amount_to_capture": Whole(1), "final_capture": Flag(), "metadata": Metadata()})

CANCEL_INTENT = Obj({"cancellation_reason": Text(("abandoned", "duplicate", "fraudulent", "requested_by_customer"))})

LIST_INTENTS = Obj({**PAGE, "created": Span(), "customer": Text()})
