"""The client of Stripe's SDK, pinned: version, host, transport, and the mode of its key.

The API version belongs to the SDK in functions/stripe/requirements.txt; both change together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import stripe

from commerce.payments.gateways.stripe.transport import DeadlineHttpClient
from commerce.platform.config import base_url, live_mode, setting
from commerce.platform.errors import ConfigurationError
from commerce.platform.http import ProviderSession, provider_session
from commerce.platform.secrets import Secrets, put_command, secret_field

API_VERSION = "2026-10-28.endive"
OFFICIAL_HOSTS = ("api.stripe.com",)
APP_NAME = "commerce-integrations"
PROVIDER = "stripe"

DASHBOARD = "https://dashboard.stripe.com/apikeys"
SECRET_FIELDS = ("api_key", "publishable_key", "webhook_secret", "webhook_secret_previous")
_PREFIXES: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("api_key", False): ("sk_test_", "rk_test_"),
    ("api_key", True): ("sk_live_", "rk_live_"),
    ("publishable_key", False): ("pk_test_",),
    ("publishable_key", True): ("pk_live_",),
}


def stripe_client(
    api_key: str,
    base: str,
    session: ProviderSession,
    *,
    live_mode: bool,
    key_refused: Callable[[], None] | None = None,
) -> stripe.StripeClient:
    """A client for one account, to be built once at init.

    Args:
        api_key: a secret or restricted key of the mode that `live_mode` says.
        base: where Stripe's API is, without a trailing slash.
        session: pinned to the host of `base`.
        key_refused: told whenever Stripe does not accept the key for what it was used for.

    Raises:
        ConfigurationError: `wrong_key`, see `require_key`.
    """
    require_key("api_key", api_key, live_mode=live_mode)
    stripe.enable_telemetry = False
    stripe.set_app_info(APP_NAME)
    # At INFO the SDK logs URLs and error texts, which hold ids of customers and sometimes what they typed.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    return stripe.StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": base, "connect": base, "files": base, "meter_events": base},
        max_network_retries=0,
        http_client=DeadlineHttpClient(session, key_refused=key_refused),
    )


class RotatingClient:
    """The client for the API key as the secret has it now: a rotated key is in use as soon as the secret is read again.

    It is read again when it has grown old, and with the next call once Stripe has refused the key.

    Calling it raises ConfigurationError: `missing_secret`, `wrong_key`.
    """

    def __init__(
        self,
        secrets: Secrets,
        secret_name: str,
        base: str,
        *,
        live_mode: bool,
        session: ProviderSession | None = None,
    ) -> None:
        self._secrets = secrets
        self._secret_name = secret_name
        self._base = base
        self._live_mode = live_mode
        self._session = session or provider_session(base, provider=PROVIDER)
        self._built: tuple[str, stripe.StripeClient] | None = None

    def __call__(self) -> stripe.StripeClient:
        api_key = secret_field(self._secrets.get(self._secret_name), self._secret_name, "api_key")
        if self._built is None or self._built[0] != api_key:
            client = stripe_client(
                api_key, self._base, self._session, live_mode=self._live_mode, key_refused=self._forget
            )
            self._built = (api_key, client)
        return self._built[1]

    def _forget(self) -> None:
        self._secrets.forget(self._secret_name)


def client_from_settings(secrets: Secrets) -> RotatingClient:
    """From LIVE_MODE, STRIPE_API_BASE and STRIPE_SECRET_NAME; the secret itself is read when it is first needed.

    Raises:
        ConfigurationError: `missing_setting`, `wrong_setting`.
    """
    base = base_url("STRIPE_API_BASE", official_hosts=OFFICIAL_HOSTS)
    return RotatingClient(secrets, setting("STRIPE_SECRET_NAME"), base, live_mode=live_mode())


def require_key(field: str, key: str, *, live_mode: bool) -> str:
    """`key`, if it is one of the deployment's mode (AUT-05).

    Args:
        field: `api_key` or `publishable_key`, as in the secret.

    Raises:
        ConfigurationError: `wrong_key`; says what was expected, where to get it and which command sets it, never the
            key itself.
    """
    expected = _PREFIXES[field, live_mode]
    if not key.startswith(expected):
        mode, switch = ("live", "true") if live_mode else ("test", "false")
        raise ConfigurationError(
            f"{field} of Stripe's secret is no {mode}-mode key, but LIVE_MODE is {switch}: expected one that begins "
            f"with {' or '.join(expected)}. Copy it from {DASHBOARD}, in {mode} mode, and store it with "
            f"{put_command('$STRIPE_SECRET_NAME', *SECRET_FIELDS)}, or deploy with the other LiveMode.",
            code="wrong_key",
            details={"field": field},
        )
    return key
