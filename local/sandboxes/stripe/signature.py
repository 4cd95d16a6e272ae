"""Webhook signatures (docs.stripe.com/webhooks#verify-manually)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

from local.sandboxes.kernel.webhooks import Signer


def sign(body: bytes, moment: datetime, secrets: Sequence[str]) -> str:
    """The `Stripe-Signature` header: one `v1` per active secret, and the `v0` that test mode adds and nobody trusts."""
    stamp = int(moment.timestamp())
    signed = f"{stamp}.".encode() + body
    proofs = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    fake = hashlib.sha256(signed).hexdigest()
    return ",".join([f"t={stamp}", *(f"v1={proof}" for proof in proofs), f"v0={fake}"])


def signer(secrets: Callable[[], Sequence[str]]) -> Signer:
    """Signs with the secrets that are active at the moment of each attempt."""

    def headers(body: bytes, moment: datetime) -> dict[str, str]:
        return {
            "Stripe-Signature": sign(body, moment, secrets()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
        }

    return headers
