"""PayPal's own check of a webhook's signature (Webhooks Management v1, verify-webhook-signature)."""

from __future__ import annotations

import json

from commerce.payments.gateways.paypal.client import PaypalClient
from commerce.payments.gateways.paypal.signature import Transmission
from commerce.platform.deadline import Deadline
from commerce.platform.errors import Unauthorized

PATH = "/v1/notifications/verify-webhook-signature"


class PaypalsWord:
    """Asks PayPal whether a delivery is its own."""

    def __init__(self, client: PaypalClient) -> None:
        self._client = client

    def __call__(self, transmission: Transmission, webhook_id: str, raw: bytes, deadline: Deadline) -> bool:
        """
        Raises:
            Unauthorized: `signature_invalid`: a body that is no JSON object cannot be an event.
            ProviderUnavailable, ConfigurationError: PayPal could not be asked.
        """
        body = question(transmission, webhook_id, raw)
        answer = self._client.ask(PATH, body, deadline=deadline)
        return answer.get("verification_status") == "SUCCESS"


def question(transmission: Transmission, webhook_id: str, raw: bytes) -> bytes:
    """The request, with the event byte for byte as it came: written anew, it would no longer match the signature.

    Only a whole JSON object is put in: anything else could close the field and add others of its own.
    """
    try:
        event = json.loads(raw.decode())
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise Unauthorized("The signature does not match the body.", code="signature_invalid")
    fields = {
        "auth_algo": transmission.algorithm,
        "cert_url": transmission.certificate_url,
        "transmission_id": transmission.transmission_id,
        "transmission_sig": transmission.signature,
        "transmission_time": transmission.time,
        "webhook_id": webhook_id,
    }
    head = json.dumps(fields).encode()
    return head[:-1] + b', "webhook_event": ' + raw + b"}"
