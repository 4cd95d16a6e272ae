"""The "copia e cola" text of a charge, where the bank has it; made of the charge's location where it has none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from commerce.payments.gateways.fields import Json, obj, optional_text
from commerce.payments.pix.building import dynamic_code
from commerce.payments.pix.codes import Code, judge
from commerce.platform.errors import Unprocessable

type Merchant = Callable[[], tuple[str, str]]
"""The store's name and city, for a code that the bank leaves to us."""


def code_of(charge: Json, names: Sequence[str], merchant: Merchant) -> Code:
    """The code of a charge: under one of `names`, or made of its location.

    Raises:
        ValueError: there is neither, or what is there is no BR Code.
        ConfigurationError: what `merchant` raises.
    """
    found = next((value for name in names if (value := optional_text(charge, name)) is not None), None)
    if found is not None:
        return judge(found.strip())
    location = optional_text(charge, "location") or optional_text(obj(charge, "loc"), "location")
    if location is None:
        raise ValueError("neither a code nor a location")
    name, city = merchant()
    try:
        return Code(dynamic_code(location.removeprefix("https://"), merchant_name=name, merchant_city=city))
    except Unprocessable as error:
        raise ValueError("the location fits into no code") from error
