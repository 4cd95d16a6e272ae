"""A `.env` of test-mode keys: the providers whose keys it holds are called for real, in their own test mode.

Names: STRIPE_API_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET, SENDGRID_API_KEY, MAIL_FROM_ADDRESS,
GOOGLE_MAPS_API_KEY.
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
    "SENDGRID_API_KEY": ("sendgrid", "SendgridSecret", "api_key"),
    "GOOGLE_MAPS_API_KEY": ("google", "GoogleMapsSecret", "api_key"),
}
_PARAMETERS = {"MAIL_FROM_ADDRESS": "MailFromAddress"}
_NEEDED = {
    "stripe": ("STRIPE_API_KEY", "STRIPE_PUBLISHABLE_KEY"),
    "sendgrid": ("SENDGRID_API_KEY", "MAIL_FROM_ADDRESS"),
    "google": ("GOOGLE_MAPS_API_KEY",),
}


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
        StackError: the file is missing or malformed, holds a live key, or only part of what a provider needs.
    """
    if not path.is_file():
        raise StackError(
            f"There is no file {path}. It holds lines such as STRIPE_API_KEY=sk_test_...; or leave the option out."
        )
    values = _parse(path)
    live = sorted(name for name, value in values.items() if "_live_" in value)
    if live:
        raise StackError(f"{path}: {', '.join(live)} is a live key. Only test-mode keys may be used here.")
    names: set[str] = set()
    secrets: dict[str, dict[str, str]] = {}
    for name, (provider, secret, field) in _SECRETS.items():
        if values.get(name):
            names.add(provider)
            secrets.setdefault(secret, {})[field] = values[name]
    missing = sorted(need for provider in names for need in _NEEDED[provider] if not values.get(need))
    if missing:
        raise StackError(f"{path}: {', '.join(missing)} is missing beside the keys that are there.")
    parameters = {parameter: values[name] for name, parameter in _PARAMETERS.items() if values.get(name)}
    return RealProviders(frozenset(names), secrets, parameters)


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
