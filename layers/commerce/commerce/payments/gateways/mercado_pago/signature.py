"""Mercado Pago's webhook signature (guide "Webhooks", Validate the notification's origin).

`x-signature: ts=<time>,v1=<hex>` is HMAC-SHA256 of `id:<data.id>;request-id:<x-request-id>;ts:<time>;`, where a part
that the call does not have is left out. The body is not covered: nothing of it is believed or passed on. `data.id` is
the one in the address; it is signed in lower case, though some of Mercado Pago's own code signs it as it is written,
so that both are accepted.
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

HEADER = "x-signature"
REQUEST_ID = "x-request-id"
DATA_ID = "data.id"
WINDOW_SECONDS = 1800
"""Two of Mercado Pago's pauses between deliveries. A call that is repeated inside of it can do nothing: it only makes
the worker read the payment again."""

_MILLISECONDS_FROM = 10**11
"""A time in seconds reaches this in the year 5138: what is above is in milliseconds, as Mercado Pago's samples are."""

_MOST_SIGNATURES = 4


class MercadoPagoSignature:
    """Verifies a delivery against every active secret (AUT-06, PAY-12).

    Args:
        secrets: of the application's webhook: the current one and, during a rotation, the previous one. An empty one,
            like the placeholder of a fresh deployment, opens nothing.
        window: seconds by which the signed time may differ from ours, in both directions.
    """

    def __init__(self, secrets: Callable[[], Sequence[str]], *, window: int = WINDOW_SECONDS) -> None:
        self._secrets = secrets
        self._window = window

    def verify(self, call: WebhookCall, now: datetime) -> None:
        """Return only if the call was signed with an active secret within the window.

        Raises:
            Unauthorized: `signature_missing`, `signature_malformed`, `signature_invalid`, `signature_stale`, or
                `webhook_unconfigured` when no secret is set; that one is logged with what to do about it.
        """
        time, signatures = _parse(call.headers.get(HEADER, ""))
        if not _any_matches(manifests(call, time), signatures, self._active()):
            raise Unauthorized("The signature does not match the call.", code="signature_invalid")
        if abs(now.timestamp() - _seconds(time)) > self._window:
            raise Unauthorized(
                f"The signature's time is more than {self._window} seconds away from ours.", code="signature_stale"
            )

    def _active(self) -> list[str]:
        secrets = [secret for secret in self._secrets() if secret and secret != PLACEHOLDER]
        if not secrets:
            # The caller is a stranger and is told nothing of the deployment; who runs it is told all.
            logger.error(
                "Mercado Pago's webhooks are refused: the secret named by MERCADO_PAGO_SECRET_NAME has no "
                "webhook_secret. Copy it from your application's page, Webhooks, and store it with "
                "`aws secretsmanager put-secret-value`.",
                extra={"code": "webhook_unconfigured"},
            )
            raise Unauthorized("Webhooks cannot be verified here yet.", code="webhook_unconfigured")
        return secrets


def webhook_secrets(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The signing secrets among the fields of Mercado Pago's secret (see MercadoPagoSecret in template.yaml)."""
    return fields.get("webhook_secret", ""), fields.get("webhook_secret_previous", "")


def manifests(call: WebhookCall, time: str) -> tuple[str, ...]:
    """What may have been signed: the same but for the case of the id."""
    data_id, request_id = call.query.get(DATA_ID, ""), call.headers.get(REQUEST_ID, "")
    rest = (f"request-id:{request_id};" if request_id else "") + f"ts:{time};"
    if not data_id:
        return (rest,)
    return tuple(f"id:{written};{rest}" for written in dict.fromkeys((data_id.lower(), data_id)))


def sign(secret: str, *, data_id: str, request_id: str, time: int) -> str:
    """The header that Mercado Pago would send, for whoever has to stand in for it; `time` in ms or s."""
    call = WebhookCall(b"", {REQUEST_ID: request_id}, query={DATA_ID: data_id})
    return f"ts={time},v1={_mac(manifests(call, str(time))[0], secret)}"


def _parse(header: str) -> tuple[str, list[str]]:
    """The signed time, as text, and the v1 signatures."""
    if not header:
        raise Unauthorized("The x-signature header is missing.", code="signature_missing")
    pairs = [item.strip().partition("=") for item in header.split(",")]
    times = [value for name, _, value in pairs if name == "ts"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    time = times[0] if len(times) == 1 else ""
    if not (time.isascii() and time.isdigit() and len(time) <= 15):
        raise Unauthorized("The x-signature header has no single time.", code="signature_malformed")
    if not 1 <= len(signatures) <= _MOST_SIGNATURES:
        raise Unauthorized("The x-signature header has no usable v1 signature.", code="signature_malformed")
    return time, signatures


def _seconds(time: str) -> float:
    value = int(time)
    return value / 1000 if value >= _MILLISECONDS_FROM else value


def _any_matches(signed: Sequence[str], signatures: Sequence[str], secrets: Sequence[str]) -> bool:
    """Compares all with all, so that the time it takes does not tell which one matched."""
    given = [signature.encode("utf-8", "surrogatepass") for signature in signatures]
    matched = False
    for secret in secrets:
        for manifest in signed:
            expected = _mac(manifest, secret).encode()
            for signature in given:
                matched |= hmac.compare_digest(expected, signature)
    return matched


def _mac(manifest: str, secret: str) -> str:
    return hmac.new(secret.encode(), manifest.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
