"""What buyers do outside of our API, at the providers of a running stack: approve, pay by app, pay at a counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local.stack.plugs import PluggedSandbox
from tests.shop import Shop


def approve(shop: Shop, payment_id: str, **how: Any) -> None:
    """The buyer agrees on PayPal's page; `how` is what the instrument will do."""
    shop.stack.sandbox("paypal").world.approve(provider_ref(shop, payment_id), **how)


def pay(shop: Shop, payment_id: str, **how: Any) -> None:
    """The buyer pays the Pix or boleto; `how` is `amount`, `late` or `again`, where the provider's sandbox knows it."""
    provider, ref = row_of(shop, payment_id, "provider", "provider_ref")
    name, world = _PAYING[provider]
    world(shop.stack.sandbox(name))(ref, **how)


def provider_ref(shop: Shop, payment_id: str) -> str:
    """The provider's name for the payment, which our API tells nobody."""
    (ref,) = row_of(shop, payment_id, "provider_ref")
    return ref


def row_of(shop: Shop, payment_id: str, *fields: str) -> list[str]:
    key = {"pk": {"S": f"PAY#{payment_id}"}, "sk": {"S": "STATE"}}
    row = shop.stack.aws("dynamodb").get_item(TableName=shop.stack.resource("CommerceTable"), Key=key)["Item"]
    return [row[field]["S"] for field in fields]


_PAYING: Mapping[str, tuple[str, Callable[[PluggedSandbox], Callable[..., object]]]] = {
    "bacen": ("pix_bank", lambda bank: bank.world.pay),
    "mercado_pago": ("mercado_pago", lambda provider: provider.world.pay),
    "brazil_payments": ("brazil_payments", lambda provider: provider.world.pay),
    "stripe": ("stripe", lambda provider: provider.world.pay),
}
