"""PayPal's webhook signature: RSA over `<transmission id>|<transmission time>|<webhook id>|<CRC32 of the raw body>`.

Checked here, with the certificate that the delivery names; PayPal's own check by API is the way out when the
certificate cannot be had or its chain is not complete. Sources: developer.paypal.com/api/rest/webhooks/rest, Message
verification; Webhooks Management v1, verify-webhook-signature.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commerce.payments.gateways.paypal.certificates import TOO_MANY, Certificates, SigningKey
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable, Unauthorized
from commerce.platform.observability import count, logger
from commerce.platform.webhooks import WebhookCall

WINDOW = timedelta(days=3)
"""PayPal repeats a delivery for three days, and signs no freshness; what comes twice is told apart by its event id."""

VERIFY_SECONDS = 8.0
"""Of the ten that the function has; the rest is for the queue."""

ALGORITHM = "SHA256withRSA"
PLACEHOLDERS = frozenset({"", "REPLACE_ME", "WEBHOOK_ID"})
"""WEBHOOK_ID is what the webhook simulator signs with: anybody can have that signature made."""

_ID, _TIME, _SIGNATURE, _CERTIFICATE, _ALGORITHM = (
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-transmission-sig",
    "paypal-cert-url",
    "paypal-auth-algo",
)
_LONGEST = {_ID: 50, _TIME: 100, _SIGNATURE: 500, _CERTIFICATE: 500, _ALGORITHM: 100}
_WORD = re.compile(r"[\x21-\x7b\x7d\x7e]+", re.ASCII)
"""Visible characters without `|`, which parts what is signed."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """One delivery's proof, as its headers say it."""

    transmission_id: str
    time: str
    sent_at: datetime
    signature: str
    certificate_url: str
    algorithm: str

    def message(self, webhook_id: str, raw: bytes) -> bytes:
        return f"{self.transmission_id}|{self.time}|{webhook_id}|{zlib.crc32(raw)}".encode()


type AskPaypal = Callable[[Transmission, str, bytes, Deadline], bool]
"""`ask(transmission, webhook_id, raw, deadline)`: whether PayPal itself says that it is genuine.

Raises ProviderUnavailable.
"""


class PaypalSignature:
    """Verifies a delivery (PAY-12).

    Args:
        webhook_ids: under which PayPal knows our webhook: the current id and, while one replaces the other, the
            previous one (AUT-06).
        deadline: for all that is done about one delivery, whatever has to be fetched and asked: it is answered in time.
    """

    def __init__(
        self,
        webhook_ids: Callable[[], Sequence[str]],
        certificates: Certificates,
        ask: AskPaypal,
        deadline: Callable[[], Deadline] = lambda: Deadline.after(VERIFY_SECONDS),
    ) -> None:
        self._webhook_ids = webhook_ids
        self._certificates = certificates
        self._ask = ask
        self._deadline = deadline

    def verify(self, call: WebhookCall, now: datetime) -> None:
        """Return only if PayPal signed the body for our webhook within the window.

        What costs nothing is checked first: strangers do not get to make us fetch or ask anything in vain.

        Raises:
            Unauthorized: `signature_missing`, `signature_malformed`, `signature_stale`, `certificate_refused`,
                `signature_invalid`, or `webhook_unconfigured`, which is logged with what to do about it.
            ProviderUnavailable: neither the certificate nor PayPal's word could be had; it will be delivered again.
            ConfigurationError: what asking PayPal raises.
        """
        deadline = self._deadline()
        transmission = parse(call.headers)
        webhook_ids = self._active()
        if abs(now - transmission.sent_at) > WINDOW:
            raise Unauthorized("The signature's time is more than 3 days away from ours.", code="signature_stale")
        self._certificates.check(transmission.certificate_url)
        try:
            key = self._certificates.key(transmission.certificate_url, now, deadline)
        except ProviderUnavailable as error:
            if error.code == TOO_MANY:
                # Asking PayPal instead would be another call that a stranger makes us make.
                raise
            self._by_asking(transmission, webhook_ids, call.raw, deadline)
            return
        if not _proves(key, transmission, webhook_ids, call.raw):
            raise _invalid()
        if not key.trusted:
            self._by_asking(transmission, webhook_ids, call.raw, deadline)
            self._certificates.vouched(transmission.certificate_url, key)

    def _by_asking(
        self, transmission: Transmission, webhook_ids: Sequence[str], raw: bytes, deadline: Deadline
    ) -> None:
        count("webhook_asked", provider="paypal")
        if not any(self._ask(transmission, webhook_id, raw, deadline) for webhook_id in webhook_ids):
            raise _invalid()

    def _active(self) -> list[str]:
        webhook_ids = [one for one in self._webhook_ids() if one not in PLACEHOLDERS]
        if not webhook_ids:
            # The caller is a stranger and is told nothing of the deployment; who runs it is told all.
            logger.error(
                "PayPal's webhooks are refused: the secret named by PAYPAL_SECRET_NAME has no webhook_id. Copy the "
                "Webhook ID from https://developer.paypal.com/dashboard/applications, the app, Webhooks, and store it "
                "with `aws secretsmanager put-secret-value`.",
                extra={"code": "webhook_unconfigured"},
            )
            raise Unauthorized("Webhooks cannot be verified here yet.", code="webhook_unconfigured")
        return webhook_ids


def parse(headers: Mapping[str, str]) -> Transmission:
    """Raises Unauthorized: `signature_missing`, `signature_malformed`."""
    values = {name: headers.get(name, "") for name in _LONGEST}
    if not all(values.values()):
        raise Unauthorized("The PAYPAL-TRANSMISSION headers are not all there.", code="signature_missing")
    fitting = all(_WORD.fullmatch(value) and len(value) <= _LONGEST[name] for name, value in values.items())
    sent_at = _moment(values[_TIME])
    if not fitting or sent_at is None or values[_ALGORITHM] != ALGORITHM:
        raise Unauthorized("The PAYPAL-TRANSMISSION headers are none of PayPal's.", code="signature_malformed")
    return Transmission(
        values[_ID], values[_TIME], sent_at, values[_SIGNATURE], values[_CERTIFICATE], values[_ALGORITHM]
    )


def _proves(key: SigningKey, transmission: Transmission, webhook_ids: Sequence[str], raw: bytes) -> bool:
    """Whether the key made the signature for one of the ids; all are tried, whichever it is."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see certificates.py
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    try:
        signature = base64.b64decode(transmission.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    proved = False
    for webhook_id in webhook_ids:
        try:
            key.key.verify(signature, transmission.message(webhook_id, raw), PKCS1v15(), SHA256())
            proved = True
        except InvalidSignature:
            continue
    return proved


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _invalid() -> Unauthorized:
    return Unauthorized("The signature does not match the body.", code="signature_invalid")
