"""Webhook signatures (developer.paypal.com/api/rest/webhooks/rest, "Verify message signature").

Signed is `transmission id|transmission time|webhook id|crc32 of the raw body`, the last as an unsigned decimal.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from local.sandboxes.paypal.certificates import CERTIFICATE_ID, Identity, identity

ALGORITHM = "SHA256withRSA"
CERTIFICATES = "/v1/notifications/certs/"


def message(transmission_id: str, transmission_time: str, webhook_id: str, body: bytes) -> bytes:
    return f"{transmission_id}|{transmission_time}|{webhook_id}|{zlib.crc32(body)}".encode()


class Signature:
    """Signs what the account sends. `identity` may be replaced by a test that wants another key or certificate.

    Args:
        webhook_id: the id under which the receiver subscribed.
        base: the address where the certificate is served.
        new_id: makes ids of transmissions.
    """

    def __init__(self, webhook_id: str, base: Callable[[], str], new_id: Callable[[], str]) -> None:
        self.webhook_id = webhook_id
        self.identity: Identity | None = None
        self._base = base
        self._new_id = new_id

    @property
    def signer(self) -> Identity:
        return self.identity or identity()

    @property
    def certificate_url(self) -> str:
        return f"{self._base()}{CERTIFICATES}{CERTIFICATE_ID}"

    def headers(self, body: bytes, moment: datetime) -> dict[str, str]:
        """A transmission's headers; each attempt is a transmission of its own."""
        digits = self._new_id()
        transmission_id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
        time = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        signed = message(transmission_id, time, self.webhook_id, body)
        proof = self.signer.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return {
            "PAYPAL-TRANSMISSION-ID": transmission_id,
            "PAYPAL-TRANSMISSION-TIME": time,
            "PAYPAL-TRANSMISSION-SIG": base64.b64encode(proof).decode(),
            "PAYPAL-CERT-URL": self.certificate_url,
            "PAYPAL-AUTH-ALGO": ALGORITHM,
            "PAYPAL-AUTH-VERSION": "v2",
            "User-Agent": "PayPal/AUHR-214.0-59112416",
        }

    def proves(self, signature: str, signed: bytes) -> bool:
        try:
            proof = base64.b64decode(signature, validate=True)
            self.signer.key.public_key().verify(proof, signed, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True
