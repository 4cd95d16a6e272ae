"""Stripe's webhook signature: HMAC-SHA256 of `<t>.<raw body>` with the endpoint's secret (docs.stripe.com/webhooks).

Our own check and not the SDK's: it accepts every active secret at once, refuses timestamps from the future as well as
old ones, works on bytes without decoding them, and spares the webhook function the import of the SDK.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from commerce.platform.errors import ConfigurationError, Unauthorized

HEADER = "stripe-signature"
WINDOW_SECONDS = 300
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix of such secrets
_MOST_SIGNATURES = 16


class StripeSignature:
    """Verifies one delivery against every active secret (AUT-06, PAY-12).

    Args:
        secrets: the endpoint's secrets, the current one and while rotating the previous one. Whatever does not
            begin with `whsec_`, as a placeholder of the deployment, is no secret and opens nothing.
        window: seconds by which the signed time may differ from ours, in both directions.
    """

    def __init__(self, secrets: Callable[[], Sequence[str]], *, window: int = WINDOW_SECONDS) -> None:
        self._secrets = secrets
        self._window = window

    def verify(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> None:
        """Return if `raw` was signed with an active secret within the window.

        Args:
            raw: the body's bytes as they arrived.
            headers: of the request; names in any case.
            now: the time to compare the signed time with.

        Raises:
            Unauthorized: `signature_missing`, `signature_malformed`, `signature_invalid`, `signature_stale`.
            ConfigurationError: `webhook_secret_missing`: nobody can be let in before it is set.
        """
        secrets = [secret for secret in self._secrets() if secret.startswith(_SECRET_PREFIX)]
        if not secrets:
            raise ConfigurationError(
                "No webhook secret of Stripe is set: field `webhook_secret` of the secret named by STRIPE_SECRET_NAME. "
                "Take the signing secret (whsec_…) of the endpoint in Stripe's dashboard under Developers, Webhooks, "
                "and store it with `aws secretsmanager put-secret-value`.",
                code="webhook_secret_missing",
            )
        timestamp, signatures = _parse(_header(headers))
        if not _any_matches(raw, timestamp, signatures, secrets):
            raise Unauthorized(
                "The webhook's signature does not match its body under any active secret.", code="signature_invalid"
            )
        if abs(now.timestamp() - int(timestamp)) > self._window:
            raise Unauthorized(
                f"The webhook was signed more than {self._window} seconds before or after now.", code="signature_stale"
            )


def sign(raw: bytes, secret: str, timestamp: int) -> str:
    """The header Stripe would send with `raw`: for sample events, sandboxes and tests."""
    return f"t={timestamp},v1={_mac(raw, str(timestamp), secret)}"


def _header(headers: Mapping[str, str]) -> str:
    value = headers.get(HEADER) or next((text for name, text in headers.items() if name.lower() == HEADER), "")
    if not value:
        raise Unauthorized("The Stripe-Signature header is missing.", code="signature_missing")
    return value


def _parse(header: str) -> tuple[str, list[str]]:
    """The signed timestamp, as text, and the v1 signatures; other schemes (v0 is for tests) prove nothing."""
    pairs = [item.strip().partition("=") for item in header.split(",")]
    timestamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    timestamp = timestamps[0] if len(timestamps) == 1 else ""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Unauthorized("The Stripe-Signature header has no single timestamp t=.", code="signature_malformed")
    if not 1 <= len(signatures) <= _MOST_SIGNATURES:
        raise Unauthorized("The Stripe-Signature header has no usable v1 signature.", code="signature_malformed")
    return timestamp, signatures


def _any_matches(raw: bytes, timestamp: str, signatures: Sequence[str], secrets: Sequence[str]) -> bool:
    """Compares all with all, so that the time taken tells nothing of which one matched."""
    given = [signature.encode() for signature in signatures]
    matched = False
    for secret in secrets:
        expected = _mac(raw, timestamp, secret).encode()
        for signature in given:
            matched |= hmac.compare_digest(expected, signature)
    return matched


def _mac(raw: bytes, timestamp: str, secret: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
