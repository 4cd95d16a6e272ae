"""The providers behind the benchmarks' shop: their sandboxes in this process, our keys to them, and their buyers."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from benchmarks import events
from benchmarks.functions import Providers
from benchmarks.recording import Recorder, RecordingAdapter
from commerce.payments.gateways.bacen import connection as bacen_connection
from commerce.payments.gateways.paypal import client as paypal_client
from commerce.payments.gateways.paypal.events import APPROVED
from commerce.payments.gateways.stripe import client as stripe_client
from commerce.platform import http
from commerce.platform.clock import SystemClock
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.webhooks import Delivery
from local.sandboxes.paypal import account as paypal_account
from local.sandboxes.paypal.app import PaypalSandbox
from local.sandboxes.paypal.certificates import root_pem
from local.sandboxes.pix_bank.certificates import credentials
from local.sandboxes.pix_bank.settings import CLIENT_ID, CLIENT_SECRET, PIX_KEY
from local.sandboxes.pix_bank.settings import WEBHOOK_SECRET as PIX_WEBHOOK_SECRET
from local.sandboxes.stripe.app import StripeSandbox
from local.stack.providers import default_bank

STRIPE, PAYPAL, BANK = "Stripe", "PayPal", "the bank"
WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - the sandbox's own
SECRETS: Mapping[str, Mapping[str, str]] = {
    "StripeSecret": {
        "api_key": "sk_test_sandbox",
        "publishable_key": "pk_test_sandbox",
        "webhook_secret": WEBHOOK_SECRET,
        "webhook_secret_previous": "",
    },
    "PaypalSecret": {
        "client_id": paypal_account.CLIENT_ID,
        "client_secret": paypal_account.CLIENT_SECRET,
        "webhook_id": paypal_account.WEBHOOK_ID,
        "webhook_root_ca": root_pem(),
    },
    "PixSecret": {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "certificate": credentials().client_certificate,
        "private_key": credentials().client_key,
        "pix_key": PIX_KEY,
        "merchant_name": "Loja Exemplo",
        "merchant_city": "Sao Paulo",
        "webhook_secret": PIX_WEBHOOK_SECRET,
    },
}
"""Fields by the secret's name."""


def modules() -> tuple[ModuleType, ...]:
    """Who builds the sessions: for Stripe, PayPal, PayPal's certificates (on the first delivery), and the bank."""
    return (stripe_client, paypal_client, http, bacen_connection)


class Sandboxes:
    """One of each, and what buyers do there; every deed gives the webhook that comes of it, as its function gets it."""

    def __init__(self) -> None:
        self._stripe, self._paypal, self._bank = StripeSandbox(), PaypalSandbox(), default_bank()
        self._bank.set_endpoint(url=f"https://webhooks.store.example/{PIX_WEBHOOK_SECRET}")
        self._browser = requests.Session()
        self._browser.mount("https://", WsgiAdapter(self._stripe))

    def behind(self, recorder: Recorder) -> Providers:
        """Adapters for `modules`, each call recorded."""
        stripe, paypal, bank = (
            RecordingAdapter(name, WsgiAdapter(sandbox), recorder)
            for name, sandbox in ((STRIPE, self._stripe), (PAYPAL, self._paypal), (BANK, self._bank))
        )
        return dict(zip(modules(), (stripe, paypal, paypal, bank), strict=True))

    def pay_by_card(self, checkout: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
        """The buyer confirms in the browser; body and headers of the webhook."""
        secret: str = checkout["client_secret"]
        intent = secret.partition("_secret_")[0]
        self._browser.post(
            f"https://api.stripe.com/v1/payment_intents/{intent}/confirm",
            data={"client_secret": secret, "payment_method": "pm_card_visa"},
            auth=(checkout["publishable_key"], ""),
            timeout=5,
        ).raise_for_status()
        (paid,) = [d for d in self._stripe.webhooks.drain() if d.kind == "payment_intent.succeeded"]
        return paid.body, paid.headers(SystemClock().now())

    def approve_at_paypal(self, checkout: Mapping[str, Any]) -> dict[str, Any]:
        """The buyer agrees on PayPal's page."""
        (order,) = parse_qs(urlsplit(checkout["approve_url"]).query)["token"]
        self._paypal.world.approve(order)
        (approved,) = [d for d in self._paypal.webhooks.drain() if d.kind == APPROVED]
        return _delivered(approved)

    def pay_pix(self, order_id: str) -> dict[str, Any]:
        """The buyer pays the newest code of an order in their bank's app."""
        books: Any = self._bank.books()
        self._bank.world.pay(books["orders"][order_id]["txids"][-1])
        (paid,) = self._bank.webhooks.drain()
        return _delivered(paid)


def _delivered(delivery: Delivery) -> dict[str, Any]:
    headers = delivery.headers(SystemClock().now())
    return events.function_url(delivery.body, headers, urlsplit(delivery.endpoint.url or "").path or "/")
