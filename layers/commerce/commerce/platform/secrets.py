"""Secrets: one JSON object per provider in Secrets Manager, read once per cold container and every five minutes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from commerce.platform.errors import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager.client import SecretsManagerClient

MAX_AGE_SECONDS = 300
"""A rotated secret is in use everywhere after this long (AUT-06)."""

PLACEHOLDER = "REPLACE_ME"
"""What template.yaml puts into a new secret."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "stripe/api_key": "https://dashboard.stripe.com/apikeys (secret key)",
        "stripe/publishable_key": "https://dashboard.stripe.com/apikeys (publishable key)",
        "stripe/webhook_secret": "https://dashboard.stripe.com/webhooks (your endpoint, signing secret)",
        "paypal/client_id": "https://developer.paypal.com/dashboard/applications (the app, of the right mode)",
        "paypal/client_secret": "https://developer.paypal.com/dashboard/applications (the app, of the right mode)",
        "paypal/webhook_id": "https://developer.paypal.com/dashboard/applications (the app, Webhooks, Webhook ID)",
        "pix/client_id": "your bank's portal (docs/providers/pix.md, Banks)",
        "pix/client_secret": "your bank's portal (docs/providers/pix.md, Banks)",
        "pix/certificate": "your bank, as PEM (docs/providers/pix.md, Set it up)",
        "pix/private_key": "your bank, as PEM without a password (docs/providers/pix.md, Set it up)",
        "pix/pix_key": "your bank's app (a random key tells the buyer least)",
        "pix/app_key": "your bank's portal, the developer application key of the right mode",
        "pix/access_token": "your bank's test portal",
        "sendgrid/api_key": "https://app.sendgrid.com/settings/api_keys",
        "mercado-pago/access_token": "https://www.mercadopago.com.br/developers/panel/app (your app, credentials)",
        "mercado-pago/webhook_secret": "https://www.mercadopago.com.br/developers/panel/app (your app, Webhooks)",
        "brazil-payments/api_key": "your payments provider",
        "brazil-payments/merchant_id": "your payments provider",
        "google_maps/api_key": "https://console.cloud.google.com/google/maps-apis/credentials",
    }
)
"""Last part of the secret's name / field -> where a person gets the value."""


class Secrets(Protocol):
    def get(self, name: str) -> Mapping[str, str]:
        """The fields of the secret `name`.

        Raises:
            ConfigurationError: `missing_secret` when there is none, or it is not a JSON object of strings.
        """
        ...

    def forget(self, name: str) -> None:
        """Its provider did not accept what `name` holds: the next `get` reads it anew."""
        ...


class SecretsManagerSecrets:
    """AWS Secrets Manager through Powertools Parameters, which keeps what it read for `max_age` seconds."""

    def __init__(self, *, max_age: int = MAX_AGE_SECONDS, client: SecretsManagerClient | None = None) -> None:
        from aws_lambda_powertools.utilities.parameters import SecretsProvider  # noqa: PLC0415 - only who reads pays

        from commerce.platform import aws  # noqa: PLC0415

        self._provider = SecretsProvider(boto3_client=client or aws.client("secretsmanager"))
        self._max_age = max_age
        self._refused: set[str] = set()

    def get(self, name: str) -> Mapping[str, str]:
        from aws_lambda_powertools.utilities.parameters import GetParameterError  # noqa: PLC0415

        try:
            # Parsed here and not by the provider's transform: its error message would carry the secret's text.
            text = self._provider.get(name, max_age=self._max_age, force_fetch=name in self._refused)
        except GetParameterError as error:
            raise ConfigurationError(
                f"The secret {name} could not be read. Create it with {put_command(name)}, and check that the "
                "function's role may read it.",
                code="missing_secret",
                details={"secret": name},
            ) from error
        self._refused.discard(name)
        return _fields(name, text)

    def forget(self, name: str) -> None:
        self._refused.add(name)


class StaticSecrets:
    """Secrets that are already known: for tests and sandboxes."""

    def __init__(self, secrets: Mapping[str, Mapping[str, str]]) -> None:
        self._secrets = secrets

    def get(self, name: str) -> Mapping[str, str]:
        if name not in self._secrets:
            raise ConfigurationError(f"There is no secret {name}.", code="missing_secret", details={"secret": name})
        return self._secrets[name]

    def forget(self, name: str) -> None:
        """What is known already is all there is."""


def secret_field(secret: Mapping[str, str], name: str, field: str) -> str:
    """One field of the secret called `name`; a field that still holds the placeholder counts as missing.

    Raises:
        ConfigurationError: `missing_secret`, naming secret, field and the command that sets it, never a value.
    """
    value = secret.get(field, "")
    if not value or value == PLACEHOLDER:
        source = SOURCES.get(f"{name.rpartition('/')[2]}/{field}")
        where = "" if source is None else f"You find it at {source}. "
        raise ConfigurationError(
            f"The secret {name} has no {field}. {where}Set all its fields at once with "
            f"{put_command(name, *secret, field)}.",
            code="missing_secret",
            details={"secret": name, "field": field},
        )
    return value


def put_command(name: str, *fields: str) -> str:
    """The command that sets a secret; it replaces the whole of it, so it shows every field."""
    text = json.dumps(dict.fromkeys(sorted(set(fields) or {"api_key"}), "…"), ensure_ascii=False)
    return f"`aws secretsmanager put-secret-value --secret-id {name} --secret-string '{text}'`"


def _fields(name: str, text: object) -> Mapping[str, str]:
    try:
        fields = json.loads(text) if isinstance(text, str | bytes) else None
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise ConfigurationError(
            f"The secret {name} is not a JSON object of strings. Set it with {put_command(name)}.",
            code="missing_secret",
            details={"secret": name},
        ) from None
    return fields
