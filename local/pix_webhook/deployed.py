"""What a deployed stack says of its Pix: settings and address from CloudFormation, the secret from Secrets Manager."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from commerce.platform.token_store import Failure, TokenRow, TokenStore
from commerce.platform.tokens import Token

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SETTINGS = {"PixBank": "PIX_BANK", "PixApiBase": "PIX_API_BASE", "LiveMode": "LIVE_MODE"}
"""Parameters of the stack, and the settings that its functions make of them."""

LEAST_SECRET = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class DescribesStacks(Protocol):
    """The part of a CloudFormation client that is used here."""

    def describe_stacks(self, *, StackName: str) -> Any: ...  # noqa: N803 - the name is AWS's


class NotSetUp(Exception):
    """Something is missing or unsafe; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class DeployedPix:
    """`fields` is the secret."""

    stack: str
    settings: Mapping[str, str]
    webhook_url: str
    secret_name: str
    fields: Mapping[str, str] = field(repr=False)

    def address(self, base: str | None = None) -> str:
        """What the bank is given: `base`, the function's URL unless another stands in front of it, and the secret.

        Raises:
            NotSetUp: there is no secret, or one that could be guessed.
        """
        secret = self.fields.get("webhook_secret", "")
        if len(secret) < LEAST_SECRET or not _SECRET.fullmatch(secret):
            raise NotSetUp(
                f"webhook_secret of the secret {self.secret_name} is the lock of this address: it takes at least "
                f"{LEAST_SECRET} letters, digits, - and _. Make one with `openssl rand -hex 24` and store the whole "
                f"secret with `aws secretsmanager put-secret-value --secret-id {self.secret_name}`."
            )
        chosen = base or self.webhook_url
        parts = urlsplit(chosen)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
            raise NotSetUp(f"{chosen} is no https address without a query; banks call nothing else.")
        return f"{chosen.rstrip('/')}/{secret}"

    def masked(self, url: str) -> str:
        """An address for the terminal, without the part that is secret."""
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}/…"


def read_stack(cloudformation: DescribesStacks, secretsmanager: SecretsManagerClient, stack: str) -> DeployedPix:
    """Raises NotSetUp, and what AWS refuses."""
    described = _described(cloudformation, stack)
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])}
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    gateway = parameters.get("PixGateway", "")
    if gateway != "bacen":
        raise NotSetUp(
            f"The stack {stack} takes Pix through {gateway or 'nobody'} (PixGateway), and only a bank's own Pix API "
            "(bacen) has a webhook to register here. docs/providers/pix.md tells which others have one."
        )
    missing = [name for name in (*SETTINGS, "PixGateway") if name not in parameters]
    missing += [name for name in ("PixWebhookUrl", "PixSecretName") if name not in outputs]
    if missing:
        raise NotSetUp(f"The stack {stack} has no {', '.join(missing)}: deploy this version of it first.")
    return DeployedPix(
        stack=stack,
        settings={setting: parameters[name] for name, setting in SETTINGS.items()},
        webhook_url=outputs["PixWebhookUrl"],
        secret_name=outputs["PixSecretName"],
        fields=_fields(secretsmanager, outputs["PixSecretName"]),
    )


class NoTable(TokenStore):
    """Tokens of one run are nobody else's."""

    def __init__(self) -> None:
        """Needs no table."""

    def read(self, key: str) -> TokenRow:  # noqa: ARG002
        return TokenRow()

    def lease(self, key: str, seen: TokenRow, owner: str, *, now: datetime, until: datetime) -> bool:  # noqa: ARG002
        return True

    def keep(self, key: str, token: Token) -> bool:  # noqa: ARG002
        return True

    def fail(self, key: str, owner: str, failure: Failure, *, until: datetime) -> bool:  # noqa: ARG002
        return True

    def drop(self, key: str, token: Token) -> bool:  # noqa: ARG002
        return True


def _described(cloudformation: DescribesStacks, stack: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise NotSetUp(
                f"There is no stack {stack} in this account and region. Check --stack, AWS_PROFILE and AWS_REGION."
            ) from error
        raise
    return found


def _fields(secretsmanager: SecretsManagerClient, name: str) -> Mapping[str, str]:
    text = secretsmanager.get_secret_value(SecretId=name)["SecretString"]
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise NotSetUp(f"The secret {name} is not a JSON object of strings (docs/providers/pix.md, Set it up).")
    return fields
