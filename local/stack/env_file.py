"""A `.env` of test-mode keys: the providers whose keys it holds are called for real, in their own test mode.

| Provider | Names; those in brackets may be left out |
|---|---|
| Stripe | STRIPE_API_KEY, STRIPE_PUBLISHABLE_KEY, [STRIPE_WEBHOOK_SECRET] |
| PayPal | PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, [PAYPAL_WEBHOOK_ID] |
| a bank's Pix | PIX_CLIENT_ID, PIX_CLIENT_SECRET, PIX_KEY, [PIX_BANK, PIX_APP_KEY] |
| | [PIX_CERTIFICATE_FILE, PIX_PRIVATE_KEY_FILE], the names of two PEM files beside the `.env` |
| Mercado Pago | MERCADO_PAGO_ACCESS_TOKEN, [MERCADO_PAGO_WEBHOOK_SECRET] |
| the generic gateway | BRAZIL_PAYMENTS_API_KEY, BRAZIL_PAYMENTS_MERCHANT_ID, BRAZIL_PAYMENTS_API_BASE |
| SendGrid | SENDGRID_API_KEY, MAIL_FROM_ADDRESS |
| Google | GOOGLE_MAPS_API_KEY |

PIX_GATEWAY and BOLETO_GATEWAY say who carries Pix and boletos, as the template's parameters do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.stack.errors import StackError

_SECRETS = {
    "STRIPE_API_KEY": ("stripe", "StripeSecret", "api_key"),
    "STRIPE_PUBLISHABLE_KEY": ("stripe", "StripeSecret", "publishable_key"),
    "STRIPE_WEBHOOK_SECRET": ("stripe", "StripeSecret", "webhook_secret"),
    "PAYPAL_CLIENT_ID": ("paypal", "PaypalSecret", "client_id"),
    "PAYPAL_CLIENT_SECRET": ("paypal", "PaypalSecret", "client_secret"),
    "PAYPAL_WEBHOOK_ID": ("paypal", "PaypalSecret", "webhook_id"),
    "PIX_CLIENT_ID": ("pix_bank", "PixSecret", "client_id"),
    "PIX_CLIENT_SECRET": ("pix_bank", "PixSecret", "client_secret"),
    "PIX_KEY": ("pix_bank", "PixSecret", "pix_key"),
    "PIX_APP_KEY": ("pix_bank", "PixSecret", "app_key"),
    "PIX_CERTIFICATE_FILE": ("pix_bank", "PixSecret", "certificate"),
    "PIX_PRIVATE_KEY_FILE": ("pix_bank", "PixSecret", "private_key"),
    "MERCADO_PAGO_ACCESS_TOKEN": ("mercado_pago", "MercadoPagoSecret", "access_token"),
    "MERCADO_PAGO_WEBHOOK_SECRET": ("mercado_pago", "MercadoPagoSecret", "webhook_secret"),
    "BRAZIL_PAYMENTS_API_KEY": ("brazil_payments", "BrazilPaymentsSecret", "api_key"),
    "BRAZIL_PAYMENTS_MERCHANT_ID": ("brazil_payments", "BrazilPaymentsSecret", "merchant_id"),
    "SENDGRID_API_KEY": ("sendgrid", "SendgridSecret", "api_key"),
    "GOOGLE_MAPS_API_KEY": ("google", "GoogleMapsSecret", "api_key"),
}
_FILES = "_FILE"
"""What ends in it names a file, beside the `.env`, whose text is the value."""

_PARAMETERS = {
    "MAIL_FROM_ADDRESS": "MailFromAddress",
    "PIX_GATEWAY": "PixGateway",
    "PIX_BANK": "PixBank",
    "BOLETO_GATEWAY": "BoletoGateway",
    "BRAZIL_PAYMENTS_API_BASE": "BrazilPaymentsApiBase",
}
_NEEDED = {
    "stripe": ("STRIPE_API_KEY", "STRIPE_PUBLISHABLE_KEY"),
    "paypal": ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"),
    "pix_bank": ("PIX_CLIENT_ID", "PIX_CLIENT_SECRET", "PIX_KEY"),
    "mercado_pago": ("MERCADO_PAGO_ACCESS_TOKEN",),
    "brazil_payments": ("BRAZIL_PAYMENTS_API_KEY", "BRAZIL_PAYMENTS_MERCHANT_ID", "BRAZIL_PAYMENTS_API_BASE"),
    "sendgrid": ("SENDGRID_API_KEY", "MAIL_FROM_ADDRESS"),
    "google": ("GOOGLE_MAPS_API_KEY",),
}
_LIVE = ("_live_", "APP_USR-")
"""In live keys of Stripe and Mercado Pago. Those of PayPal and banks show nothing, and go to test addresses only."""


@dataclass(frozen=True, slots=True)
class RealProviders:
    """`names` are called for real; `secrets` by logical id and field, `parameters` of the template."""

    names: frozenset[str]
    secrets: Mapping[str, Mapping[str, str]]
    parameters: Mapping[str, str]


NONE = RealProviders(frozenset(), {}, {})


def read_env_file(path: Path) -> RealProviders:
    """Read KEY=VALUE lines.

    Raises:
        StackError: the file is missing or malformed, holds a live key, names a file that is not there, or holds only
            part of what a provider needs.
    """
    if not path.is_file():
        raise StackError(
            f"There is no file {path}. It holds lines such as STRIPE_API_KEY=sk_test_...; or leave the option out."
        )
    values = _parse(path)
    live = sorted(name for name, value in values.items() if any(mark in value for mark in _LIVE))
    if live:
        raise StackError(f"{path}: {', '.join(live)} is a live key. Only test-mode keys may be used here.")
    names: set[str] = set()
    secrets: dict[str, dict[str, str]] = {}
    for name, (provider, secret, field) in _SECRETS.items():
        if values.get(name):
            names.add(provider)
            secrets.setdefault(secret, {})[field] = _value(path, name, values[name])
    missing = sorted(need for provider in names for need in _NEEDED[provider] if not values.get(need))
    if missing:
        raise StackError(f"{path}: {', '.join(missing)} is missing beside the keys that are there.")
    parameters = {parameter: values[name] for name, parameter in _PARAMETERS.items() if values.get(name)}
    return RealProviders(frozenset(names), secrets, parameters)


def _value(path: Path, name: str, text: str) -> str:
    if not name.endswith(_FILES):
        return text
    file = path.parent / text
    if not file.is_file():
        raise StackError(f"{path}: {name} names {file}, which is not there.")
    return file.read_text(encoding="utf-8")


def _parse(path: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise StackError(f"{path}, line {number}: expected NAME=VALUE.")
        values[name.strip()] = value.strip().strip("\"'")
    return values
