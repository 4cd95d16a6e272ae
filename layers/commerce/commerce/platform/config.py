"""Settings: names and switches from the environment, never secrets. A missing one says what to do about it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from commerce.platform.errors import ConfigurationError

_DEPLOY = "run `sam deploy` from this repository, which sets it from template.yaml"


def _parameter(name: str, meaning: str) -> str:
    return f"It is {meaning}. Set the parameter: `sam deploy --parameter-overrides {name}=…`."


def _resource(meaning: str) -> str:
    return f"It is {meaning}, and comes from the stack: {_DEPLOY}."


HINTS: Mapping[str, str] = MappingProxyType(
    {
        "STAGE": _parameter("Stage", "dev or prod"),
        "LIVE_MODE": _parameter("LiveMode", '"true" when real money moves, else "false"'),
        "COMMERCE_TABLE": _resource("the name of the CommerceTable"),
        "IDEMPOTENCY_TABLE": _resource("the name of the IdempotencyTable"),
        "ADDRESSES_TABLE": _resource("the name of the AddressesTable"),
        "CEP_CACHE_TABLE": _resource("the name of the CepCacheTable"),
        "MESSAGES_TABLE": _resource("the name of the MessagesTable"),
        "BREAKERS_TABLE": _resource("the name of the BreakersTable"),
        "TOKENS_TABLE": _resource("the name of the TokensTable"),
        "EVENT_BUS_NAME": _resource("the name of the CommerceBus"),
        "STRIPE_QUEUE_URL": _resource("the URL of the StripeQueue"),
        "PAYMENT_QUEUES": _resource("the queue of every payment provider's worker, as provider=URL"),
        "PAYPAL_QUEUE_URL": _resource("the URL of the PaypalQueue"),
        "PIX_QUEUE_URL": _resource("the URL of the PixQueue"),
        "MERCADO_PAGO_QUEUE_URL": _resource("the URL of the MercadoPagoQueue"),
        "PAYPAL_SECRET_NAME": _resource("the name of the PaypalSecret"),
        "PIX_SECRET_NAME": _resource("the name of the PixSecret"),
        "MERCADO_PAGO_SECRET_NAME": _resource("the name of the MercadoPagoSecret"),
        "BRAZIL_PAYMENTS_SECRET_NAME": _resource("the name of the BrazilPaymentsSecret"),
        "STRIPE_SECRET_NAME": _resource("the name of the StripeSecret"),
        "SENDGRID_SECRET_NAME": _resource("the name of the SendgridSecret"),
        "GEOCODING_TABLE": _resource("the name of the GeocodingTable"),
        "GOOGLE_MAPS_SECRET_NAME": _resource("the name of the GoogleMapsSecret"),
        "GOOGLE_MAPS_API_BASE": _parameter(
            "GoogleMapsApiBase", "where Google's Geocoding API is, https://maps.googleapis.com"
        ),
        "GOOGLE_ROUTES_API_BASE": _parameter(
            "GoogleRoutesApiBase", "where Google's Routes API is, https://routes.googleapis.com"
        ),
        "GOOGLE_GEOCODE_API_BASE": _parameter(
            "GoogleGeocodeApiBase", "where Google's Geocoding API v4 is, https://geocode.googleapis.com"
        ),
        "GOOGLE_GEOCODING_API": _parameter("GoogleGeocodingApi", "v3 or v4"),
        "GOOGLE_DISTANCES_API": _parameter("GoogleDistancesApi", "routes or distance_matrix"),
        "STRIPE_API_BASE": _parameter("StripeApiBase", "where Stripe's API is, https://api.stripe.com"),
        "VIACEP_API_BASE": _parameter("ViacepApiBase", "where ViaCEP answers, https://viacep.com.br"),
        "OPENCEP_API_BASE": _parameter("OpencepApiBase", "where OpenCEP answers, https://opencep.com"),
        "BRASILAPI_API_BASE": _parameter("BrasilapiApiBase", "where BrasilAPI answers, https://brasilapi.com.br"),
        "SENDGRID_API_BASE": _parameter("SendgridApiBase", "where SendGrid's API is, https://api.sendgrid.com"),
        "CARD_POLL_SECONDS": _parameter(
            "CardPollSeconds", 'the polling steps of a card payment, "60,120,300,900,3600"'
        ),
        "LATE_PAYMENT_POLICY": _parameter("LatePaymentPolicy", "refund or reopen"),
        "AMOUNT_TOLERANCE": _parameter(
            "AmountTolerance", "by how many minor units a Pix or boleto may differ and still pay its order, 0"
        ),
        "PAYPAL_API_BASE": _parameter(
            "PaypalApiBase", "where PayPal's API is, https://api-m.paypal.com or https://api-m.sandbox.paypal.com"
        ),
        "PAYPAL_RETURN_URL": _parameter("PaypalReturnUrl", "your page to which PayPal sends the buyer back"),
        "PAYPAL_CANCEL_URL": _parameter("PaypalCancelUrl", "the page of your shop for a buyer who did not approve"),
        "PIX_GATEWAY": _parameter("PixGateway", "bacen, mercado_pago, stripe, brazil_payments or static"),
        "PIX_BANK": _parameter("PixBank", "the bank whose profile to use, such as efi or bb (docs/providers/pix.md)"),
        "PIX_API_BASE": _parameter("PixApiBase", "where the bank's Pix API is, or \"profile\" for the profile's own"),
        "PIX_EXPIRES_SECONDS": _parameter("PixExpiresSeconds", "how long a Pix can be paid, 1800"),
        "BOLETO_GATEWAY": _parameter("BoletoGateway", "mercado_pago, stripe or brazil_payments"),
        "BOLETO_DUE_DAYS": _parameter("BoletoDueDays", "after how many business days a boleto is due, 3"),
        "BOLETO_INSTRUCTIONS": _parameter("BoletoInstructions", "what a boleto tells whoever takes the money"),
        "MERCADO_PAGO_API_BASE": _parameter(
            "MercadoPagoApiBase", "where Mercado Pago's API is, https://api.mercadopago.com"
        ),
        "BRAZIL_PAYMENTS_API_BASE": _parameter("BrazilPaymentsApiBase", "where the payments gateway's API is"),
        "MAIL_FROM_ADDRESS": _parameter(
            "MailFromAddress", "the sender, verified at https://app.sendgrid.com under Settings > Sender Authentication"
        ),
        "MAIL_FROM_NAME": _parameter("MailFromName", "the sender's name as buyers see it"),
        "MAIL_DRY_RUN": _parameter("MailDryRun", '"true" when SendGrid shall only check each mail, else "false"'),
        "STORE_NAME": _parameter("StoreName", "the store's name as buyers see it"),
    }
)
"""Every setting that this application reads, and what to do when it is missing."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def setting(name: str) -> str:
    """The value of an environment variable named in HINTS.

    Raises:
        ConfigurationError: `missing_setting`; says which value, what it is, and which command sets it.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} is not set. {HINTS[name]}", code="missing_setting", details={"setting": name})
    return value


def live_mode() -> bool:
    """Whether real money moves. Anything but "true" and "false" refuses to start (AUT-05)."""
    value = setting("LIVE_MODE").lower()
    if value not in ("true", "false"):
        raise _wrong("LIVE_MODE", f"is {value!r}")
    return value == "true"


def base_url(name: str, *, official_hosts: tuple[str, ...]) -> str:
    """A provider's base URL without a trailing slash (AUT-05).

    In live mode only https to one of `official_hosts`; otherwise https anywhere, or http on this machine (sandboxes).

    Raises:
        ConfigurationError: `missing_setting`, or `wrong_setting` for a URL that secrets must not be sent to.
    """
    url = setting(name).rstrip("/")
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise _wrong(name, "is not a plain URL such as https://api.example.com")
    if live_mode():
        if parts.scheme != "https" or host not in official_hosts or parts.port not in (None, 443):
            raise _wrong(name, f"must be https://{' or https://'.join(official_hosts)} while LIVE_MODE is true")
    elif parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise _wrong(name, "must be https, or http on this machine")
    return url


def _wrong(name: str, problem: str) -> ConfigurationError:
    return ConfigurationError(f"{name} {problem}. {HINTS[name]}", code="wrong_setting", details={"setting": name})
