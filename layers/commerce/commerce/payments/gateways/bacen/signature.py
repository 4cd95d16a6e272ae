"""The door of the bank's webhooks: a secret in the path (API Pix 2.9.0, Webhook, callbacks).

The standard signs nothing. A bank proves itself by its client certificate, which a function URL cannot ask for; where
it can be asked for, a gateway in front does (docs/providers/pix.md). Whoever knows the path may only make us look: what
counts is read from the bank. Imports nothing that a webhook function could do without.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from commerce.platform.errors import Unauthorized
from commerce.platform.observability import logger
from commerce.platform.secrets import PLACEHOLDER
from commerce.platform.webhooks import WebhookCall

SUFFIX = "pix"
"""Banks add it to the registered address: `{webhookUrl}/pix`; some do not."""


class PathSecret:
    """Lets `/<secret>` and `/<secret>/pix` in, for every active secret (AUT-06, PAY-12)."""

    def __init__(self, secrets: Callable[[], Sequence[str]]) -> None:
        """`secrets` are the current one and, during a rotation, the previous one; an empty one opens nothing."""
        self._secrets = secrets

    def verify(self, call: WebhookCall, now: datetime) -> None:  # noqa: ARG002 - a path has no time
        """Return only if the path begins with an active secret.

        Raises:
            Unauthorized: `signature_missing`, `signature_invalid`, or `webhook_unconfigured` when no secret is set;
                that one is logged with what to do about it.
        """
        segments = call.path.strip("/").split("/")
        if not segments[0]:
            raise Unauthorized("The address lacks its secret part.", code="signature_missing")
        active = self._active()
        matched = False
        for secret in active:
            matched |= hmac.compare_digest(_digest(segments[0]), _digest(secret))
        if not matched or segments[1:] not in ([], [SUFFIX]):
            raise Unauthorized("The address is not the registered one.", code="signature_invalid")

    def _active(self) -> list[str]:
        secrets = [secret for secret in self._secrets() if secret and secret != PLACEHOLDER]
        if not secrets:
            # The caller is a stranger and is told nothing of the deployment; who runs it is told all.
            logger.error(
                "The bank's webhooks are refused: the secret named by PIX_SECRET_NAME has no webhook_secret. Store one "
                "made with `openssl rand -hex 24`, and register the address with `make pix-webhook`.",
                extra={"code": "webhook_unconfigured"},
            )
            raise Unauthorized("Webhooks cannot be verified here yet.", code="webhook_unconfigured")
        return secrets


def webhook_secrets(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The path secrets among the fields of the bank's secret (see PixSecret in template.yaml)."""
    return fields.get("webhook_secret", ""), fields.get("webhook_secret_previous", "")


def _digest(text: str) -> bytes:
    # Of equal length, so that the comparison tells nothing of the secret's.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
