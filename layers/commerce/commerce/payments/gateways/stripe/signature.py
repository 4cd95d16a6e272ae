"""Stripe's webhook signature: HMAC-SHA256 of `<t>.<raw body>` with the endpoint's secret (docs.stripe.com/webhooks).

Our own check and not the SDK's: it accepts every active secret at once, refuses timestamps from the future as well as
old ones, works on bytes without decoding them, and spares the webhook function the import of the SDK.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from commerce.platform.errors import Unauthorized
from commerce.platform.observability import logger
from commerce.platform.webhooks import WebhookCall

HEADER = "stripe-signature"
WINDOW_SECONDS = 300
_SECRET_PREFIX = "whsec_"  # noqa: S105 - how every such secret begins
_MOST_SIGNATURES = 16


class StripeSignature:
    """Verifies a delivery against every active secret (AUT-06, PAY-12).

    Args:
        secrets: the endpoint's signing secrets: the current one and, during a rotation, the previous one. Whatever
            does not begin with `whsec_`, like the placeholder of a fresh deployment, opens nothing.
        window: seconds by which the signed time may differ from ours, in both directions.
    """

    def __init__(self, secrets: Callable[[], Sequence[str]], *, window: int = WINDOW_SECONDS) -> None:
        self._secrets = secrets
        self._window = window

    def verify(self, call: WebhookCall, now: datetime) -> None:
        """Return only if the body was signed with an active secret within the window.

        Args:
            call: with the body's bytes as they arrived.
            now: what the signed time is compared with.

        Raises:
            Unauthorized: `signature_missing`, `signature_malformed`, `signature_invalid`, `signature_stale`, or
                `webhook_unconfigured` when no secret is set; that one is logged with what to do about it.
        """
        timestamp, signatures = _parse(call.headers.get(HEADER, ""))
        if not _any_matches(call.raw, timestamp, signatures, self._active()):
            raise Unauthorized("The signature does not match the body.", code="signature_invalid")
        if abs(now.timestamp() - int(timestamp)) > self._window:
            raise Unauthorized(
                f"The signature's time is more than {self._window} seconds away from ours.", code="signature_stale"
            )

    def _active(self) -> list[str]:
        secrets = [secret for secret in self._secrets() if secret.startswith(_SECRET_PREFIX)]
        if not secrets:
            # The caller is a stranger and is told nothing of the deployment; who runs it is told all.
            logger.error(
                "Stripe's webhooks are refused: the secret named by STRIPE_SECRET_NAME has no webhook_secret. Copy the "
                "signing secret (whsec_...) from Stripe's dashboard, Developers > Webhooks, the endpoint of this "
                "function's URL, and store it with `aws secretsmanager put-secret-value`.",
                extra={"code": "webhook_unconfigured"},
            )
            raise Unauthorized("Webhooks cannot be verified here yet.", code="webhook_unconfigured")
        return secrets


def webhook_secrets(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The signing secrets among the fields of Stripe's secret (see StripeSecret in template.yaml)."""
    return fields.get("webhook_secret", ""), fields.get("webhook_secret_previous", "")


def sign(raw: bytes, secret: str, timestamp: int) -> str:
    """The header that Stripe would send with `raw`, for whoever has to stand in for Stripe."""
    return f"t={timestamp},v1={_mac(raw, str(timestamp), secret)}"


def _parse(header: str) -> tuple[str, list[str]]:
    """The signed timestamp, as text, and the v1 signatures; another scheme proves nothing (v0 is for tests)."""
    if not header:
        raise Unauthorized("The Stripe-Signature header is missing.", code="signature_missing")
    pairs = [item.strip().partition("=") for item in header.split(",")]
    timestamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    timestamp = timestamps[0] if len(timestamps) == 1 else ""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Unauthorized("The Stripe-Signature header has no single timestamp.", code="signature_malformed")
    if not 1 <= len(signatures) <= _MOST_SIGNATURES:
        raise Unauthorized("The Stripe-Signature header has no usable v1 signature.", code="signature_malformed")
    return timestamp, signatures


def _any_matches(raw: bytes, timestamp: str, signatures: Sequence[str], secrets: Sequence[str]) -> bool:
    """Compares all with all, so that the time it takes does not tell which one matched."""
    given = [signature.encode("utf-8", "surrogatepass") for signature in signatures]
    matched = False
    for secret in secrets:
        expected = _mac(raw, timestamp, secret).encode()
        for signature in given:
            matched |= hmac.compare_digest(expected, signature)
    return matched


def _mac(raw: bytes, timestamp: str, secret: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
