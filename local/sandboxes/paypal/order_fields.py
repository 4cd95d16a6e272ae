"""The body of "create order": what a store sends, and no cards, vaults or platforms (Orders v2, `order_request`)."""

from __future__ import annotations

from local.sandboxes.paypal.fields import MONEY, URL, Items, Kind, Obj, Text

PARTS = ("item_total", "tax_total", "shipping", "handling", "insurance")
DISCOUNTS = ("shipping_discount", "discount")

_NAME = Obj({"given_name": Text(0, 140), "surname": Text(0, 140)})
_ADDRESS = Obj(
    {
        "address_line_1": Text(0, 300),
        "address_line_2": Text(0, 300),
        "admin_area_2": Text(0, 120),
        "admin_area_1": Text(0, 300),
        "postal_code": Text(0, 60),
        "country_code": Text(2, 2, r"[A-Z]{2}"),
    },
    required=("country_code",),
)
_EMAIL = Text(3, 254, r"[^@\s]+@[^@\s]+")
_TAX = Obj(
    {"tax_id": Text(1, 14), "tax_id_type": Text(choices=("BR_CPF", "BR_CNPJ"))}, required=("tax_id", "tax_id_type")
)
_PHONE = Obj(
    {
        "phone_type": Text(choices=("FAX", "HOME", "MOBILE", "OTHER", "PAGER")),
        "phone_number": Obj({"national_number": Text(1, 14, r"[0-9]+"), "country_code": Text(1, 3, r"[0-9]+")}),
    },
    required=("phone_number",),
)
_PERSON: dict[str, Kind] = {
    "email_address": _EMAIL,
    "name": _NAME,
    "phone": _PHONE,
    "tax_info": _TAX,
    "address": _ADDRESS,
    "birth_date": Text(10, 10, r"\d{4}-\d{2}-\d{2}"),
}
_EXPERIENCE: dict[str, Kind] = {
    "brand_name": Text(1, 127),
    "locale": Text(2, 10, r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"),
    "return_url": URL,
    "cancel_url": URL,
    "user_action": Text(choices=("CONTINUE", "PAY_NOW")),
    "shipping_preference": Text(choices=("GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS")),
}
_WALLET = Obj(
    {
        **_EXPERIENCE,
        "landing_page": Text(choices=("LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE")),
        "payment_method_preference": Text(choices=("UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED")),
    }
)
_CONTEXT = Obj({**_EXPERIENCE, "landing_page": Text(choices=("LOGIN", "BILLING", "NO_PREFERENCE"))})
_ITEM = Obj(
    {
        "name": Text(1, 127),
        "unit_amount": MONEY,
        "tax": MONEY,
        "quantity": Text(1, 10, r"[1-9][0-9]{0,9}"),
        "description": Text(0, 127),
        "sku": Text(0, 127),
        "category": Text(choices=("DIGITAL_GOODS", "PHYSICAL_GOODS", "DONATION")),
    },
    required=("name", "unit_amount", "quantity"),
)
_SHIPPING = Obj(
    {
        "name": Obj({"full_name": Text(0, 300)}),
        "address": _ADDRESS,
        "type": Text(choices=("SHIPPING", "PICKUP_IN_PERSON", "PICKUP_IN_STORE", "PICKUP_FROM_PERSON")),
    }
)
_AMOUNT = Obj({**MONEY.fields, "breakdown": Obj(dict.fromkeys((*PARTS, *DISCOUNTS), MONEY))}, required=MONEY.required)
_UNIT = Obj(
    {
        "reference_id": Text(1, 256),
        "amount": _AMOUNT,
        "payee": Obj({"email_address": _EMAIL, "merchant_id": Text(13, 13)}),
        "description": Text(1, 127),
        "custom_id": Text(1, 127),
        "invoice_id": Text(1, 127),
        "soft_descriptor": Text(1, 22),
        "items": Items(_ITEM),
        "shipping": _SHIPPING,
    },
    required=("amount",),
)
CREATE = Obj(
    {
        "intent": Text(choices=("CAPTURE", "AUTHORIZE")),
        "purchase_units": Items(_UNIT, 1, 10),
        "payer": Obj({**_PERSON, "payer_id": Text(13, 13)}),
        "payment_source": Obj({"paypal": Obj({**_PERSON, "experience_context": _WALLET})}, required=("paypal",)),
        "application_context": _CONTEXT,
    },
    required=("intent", "purchase_units"),
)
