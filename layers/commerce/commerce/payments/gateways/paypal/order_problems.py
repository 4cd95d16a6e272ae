"""What PayPal finds wrong with an order itself: its address, its amounts, its currency. The store can correct it.

Source: Orders v2, create order, the issues of 400 and 422. No bank and no instrument had a part in it: the buyer is
told no more than that it did not work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from commerce.payments.buyer_messages import BuyerCode
from commerce.platform.errors import ProviderRefused

ADDRESS, ITEMS, AMOUNT, CURRENCY = "shipping_address", "items", "amount", "currency"

_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "SHIPPING_ADDRESS_INVALID": ADDRESS,
        "INVALID_COUNTRY_CODE": f"{ADDRESS}.country",
        "CITY_REQUIRED": f"{ADDRESS}.city",
        "POSTAL_CODE_REQUIRED": f"{ADDRESS}.postal_code",
        **dict.fromkeys(("AMOUNT_MISMATCH", "ITEM_TOTAL_MISMATCH", "ITEM_TOTAL_REQUIRED"), ITEMS),
        **dict.fromkeys(
            (
                "CANNOT_BE_NEGATIVE",
                "CANNOT_BE_ZERO_OR_NEGATIVE",
                "DECIMALS_NOT_SUPPORTED",
                "DECIMAL_PRECISION",
                "MAX_VALUE_EXCEEDED",
            ),
            AMOUNT,
        ),
        **dict.fromkeys(("CURRENCY_NOT_SUPPORTED", "INVALID_CURRENCY_CODE", "MULTI_CURRENCY_ORDER"), CURRENCY),
    }
)
ORDER_PROBLEMS = frozenset(_FIELDS)

_TOLD: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ADDRESS: (
            "shipping_address_invalid",
            (
                "PayPal does not accept the order's shipping address; correct it where `field` says, and check out "
                "again."
            ),
        ),
        ITEMS: (
            "order_items_refused",
            (
                "PayPal does not accept how the order's items make up its amount; correct their prices and quantities, "
                "and check out again."
            ),
        ),
        AMOUNT: (
            "order_amount_refused",
            (
                "PayPal does not accept an amount of the order, its own or that of an item; correct it and check "
                "out again."
            ),
        ),
        CURRENCY: (
            "currency_not_supported",
            (
                "PayPal does not accept the order's currency for this account; use another one, or see "
                "https://www.paypal.com, Account settings > Money, for those that the account takes."
            ),
        ),
    }
)

_IN_ADDRESS = re.compile(r"/shipping/address(?:/([a-z_0-9]+))?$", re.ASCII)
_ADDRESS_PARTS: Mapping[str | None, str] = MappingProxyType(
    {
        "address_line_1": f"{ADDRESS}.line1",
        "address_line_2": f"{ADDRESS}.line2",
        "admin_area_1": f"{ADDRESS}.state",
        "admin_area_2": f"{ADDRESS}.city",
        "country_code": f"{ADDRESS}.country",
        "postal_code": f"{ADDRESS}.postal_code",
    }
)
"""PayPal's names of an address's parts -> ours."""


def order_problem(issue: str, detail: Mapping[str, Any], provider_ref: str | None) -> ProviderRefused | None:
    """The refusal with `details.field`, ours; None for an issue about something else.

    A general issue, such as INVALID_PARAMETER_SYNTAX, is the address's when PayPal says that it lies there.
    """
    field = _part_of_address(detail.get("field")) or _FIELDS.get(issue)
    if field is None:
        return None
    code, message = _TOLD[field.partition(".")[0]]
    return ProviderRefused(
        message,
        code=code,
        details={"field": field, "provider_code": issue, "buyer_code": BuyerCode.PAYMENT_DECLINED.value},
        provider_ref=provider_ref,
    )


def _part_of_address(place: object) -> str | None:
    found = _IN_ADDRESS.search(place) if isinstance(place, str) else None
    return None if found is None else _ADDRESS_PARTS.get(found[1], ADDRESS)
