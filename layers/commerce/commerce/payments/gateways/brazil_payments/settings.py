"""Where the generic gateway is, and who we are there."""

from __future__ import annotations

from urllib.parse import urlsplit

from commerce.platform.config import base_url, setting

PROVIDER = "brazil_payments"
SECRET_FIELDS = ("api_key", "merchant_id")


def api_base() -> str:
    """BRAZIL_PAYMENTS_API_BASE; the deployment names the provider's host, and no other gets the key (AUT-05).

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`: in live mode anything but https on the usual port.
    """
    name = "BRAZIL_PAYMENTS_API_BASE"
    return base_url(name, official_hosts=(urlsplit(setting(name)).hostname or "",))
