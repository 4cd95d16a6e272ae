"""Where PayPal is, who we are there, and where it sends the buyer back: from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from commerce.platform.config import HINTS, base_url, live_mode, setting
from commerce.platform.errors import ConfigurationError

PROVIDER = "paypal"
LIVE_HOSTS = ("api-m.paypal.com", "api.paypal.com")
SANDBOX_HOSTS = ("api-m.sandbox.paypal.com", "api.sandbox.paypal.com")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Pages:
    """The shop's pages to which PayPal sends the buyer: after the approval, and when there was none."""

    return_url: str
    cancel_url: str


def api_base() -> str:
    """PAYPAL_API_BASE, of the mode that LIVE_MODE says: the host alone tells the two apart, keys do not (AUT-05).

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    base = base_url("PAYPAL_API_BASE", official_hosts=LIVE_HOSTS)
    if not live_mode() and urlsplit(base).hostname in LIVE_HOSTS:
        raise _wrong("PAYPAL_API_BASE", f"is where real money moves, but LIVE_MODE is false: use {SANDBOX_HOSTS[0]}")
    return base


def pages() -> Pages:
    """PAYPAL_RETURN_URL and PAYPAL_CANCEL_URL; https, or in test mode also http on this machine.

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    return Pages(_page("PAYPAL_RETURN_URL"), _page("PAYPAL_CANCEL_URL"))


def webhook_ids(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Under which ids PayPal knows our webhook, of the fields of its secret (see PaypalSecret in template.yaml)."""
    return fields.get("webhook_id", ""), fields.get("webhook_id_previous", "")


def webhook_root_ca(fields: Mapping[str, str]) -> str:
    """The one authority that signs the certificates of a stand-in of PayPal; empty for the public ones.

    Raises:
        ConfigurationError: `wrong_secret`: with real money only the public authorities count.
    """
    root_ca = fields.get("webhook_root_ca", "")
    if root_ca and live_mode():
        raise ConfigurationError(
            "The secret named by PAYPAL_SECRET_NAME has a webhook_root_ca, but LIVE_MODE is true: whoever made that "
            "authority could sign webhooks. Take the field out with `aws secretsmanager put-secret-value`.",
            code="wrong_secret",
            details={"field": "webhook_root_ca"},
        )
    return root_ca


def _page(name: str) -> str:
    url = setting(name)
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK and not live_mode()
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise _wrong(name, "must be a whole https URL, or in test mode http on this machine")
    return url


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{name} {problem}. {HINTS[name]}", code="wrong_setting", details={"setting": name})
