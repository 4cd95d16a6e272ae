"""The providers of payments: what people call them, where their sandbox is, and what its books say of an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """
    Args:
        sandbox: as `Stack.sandbox` knows it.
        ledger: as a payment names it.
        title: as people call it.
        webhook: the function that receives its webhooks.
    """

    sandbox: str
    ledger: str
    title: str
    webhook: str


STRIPE = Provider("stripe", "stripe", "Stripe", "StripeWebhookFunction")
PAYPAL = Provider("paypal", "paypal", "PayPal", "PaypalWebhookFunction")
BANK = Provider("pix_bank", "bacen", "the bank", "PixWebhookFunction")
MERCADO_PAGO = Provider("mercado_pago", "mercado_pago", "Mercado Pago", "MercadoPagoWebhookFunction")
PROVIDERS = (STRIPE, PAYPAL, BANK, MERCADO_PAGO)

_TITLES = {provider.ledger: provider.title for provider in PROVIDERS}
_SOURCES = {
    "call": "by the answer to the checkout",
    "return": "by asking {title} at the checkout",
    "webhook": "told by webhook, read back at {title}",
    "poll": "found by asking {title}",
    "command": "by the answer to the command",
    "clock": "by the clock alone",
}


def told_by(payment: Mapping[str, Any]) -> str:
    """Who or what brought a payment, as the API shows it, to its newest state."""
    title = _TITLES.get(payment["provider"], payment["provider"])
    return _SOURCES[payment["timeline"][-1]["source"]].format(title=title)


@dataclass(frozen=True, slots=True)
class Account:
    """One order in the books of one provider; amounts in minor units."""

    provider: Provider
    order_id: str
    currency: str
    charges: int
    captured: int
    refunded: int
    held: int

    @property
    def kept(self) -> int:
        return self.captured - self.refunded

    @property
    def verdict(self) -> str:
        if self.charges != 1:
            return "NOT CHARGED ONCE"
        return "charged once" if self.kept else "charged once, all given back"


def accounts(provider: Provider, orders: Mapping[str, Mapping[str, Any]]) -> Iterator[Account]:
    """What the books' `orders` say of those whose money came in or is held."""
    for order_id, order in orders.items():
        held = order.get("authorized", 0)
        if order["charges"] or held:
            yield Account(
                provider,
                order_id,
                order["currency"].upper(),
                len(order["charges"]),
                order["captured"],
                order["refunded"],
                held,
            )
