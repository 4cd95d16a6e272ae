"""SendGrid as a `Mailer`, through its own SDK. It has no idempotency key: every mail is one call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from commerce.messaging.gateways.sendgrid.body import MAX_BYTES, Sender, mail_body
from commerce.messaging.gateways.sendgrid.failures import failure_of
from commerce.messaging.gateways.sendgrid.transport import Transport
from commerce.messaging.mailer import Acceptance
from commerce.messaging.model import Mail
from commerce.platform.clock import Clock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderAmbiguous, ProviderRefused

_KEY = re.compile(r"[\x21-\x7e]+")

CEILING_SECONDS = 10.0
"""Connecting may take half of it, and so may every wait for an answer."""


class SendGridMailer:
    """One account and one sender.

    Args:
        base_url: https://api.sendgrid.com, https://api.eu.sendgrid.com for an EU subuser, or a server that stands in.
        api_key: never empty; the SDK would look for another one in the environment.

    Raises:
        ConfigurationError: the key cannot be one (it holds blanks or line breaks, or is empty).
    """

    provider = "sendgrid"

    def __init__(self, base_url: str, api_key: str, sender: Sender, clock: Clock) -> None:
        if _KEY.fullmatch(api_key) is None:
            raise ConfigurationError(
                "The api_key in SendGrid's secret is empty or holds characters that no key has, such as a line break. "
                "Set it again with `aws secretsmanager put-secret-value`.",
                code="wrong_secret",
            )
        self._sdk = SendGridAPIClient(api_key, host=base_url.rstrip("/"))
        self._sdk.client = Transport(
            host=self._sdk.host, request_headers=self._sdk.client.request_headers, version=3, timeout=CEILING_SECONDS
        )
        self._sender = sender
        self._clock = clock

    def send(self, mail: Mail, *, deadline: Deadline) -> Acceptance:
        body = mail_body(mail, self._sender)
        size = len(json.dumps(body))
        if size > MAX_BYTES:
            raise ProviderRefused(f"The mail is {size} bytes long; SendGrid takes {MAX_BYTES}.", code="mail_too_large")
        status, headers = self._post(body, min(deadline.remaining(), CEILING_SECONDS) / 2)
        if status != (200 if self._sender.dry_run else 202):
            raise failure_of(status, b"", headers, self._clock.now())
        return Acceptance(headers.get("X-Message-Id"), dry_run=self._sender.dry_run)

    def _post(self, body: dict[str, Any], timeout: float) -> tuple[int, Mapping[str, str]]:
        try:
            answer = self._sdk.client.mail.send.post(request_body=body, timeout=timeout)
        except HTTPError as error:
            raise failure_of(error.status_code, error.body, error.headers or {}, self._clock.now()) from None
        except (OSError, HTTPException) as error:
            # Connecting has its own error: from here on the request, or a part of it, was on its way.
            raise ProviderAmbiguous(
                f"The connection to SendGrid broke after the mail had left ({type(error).__name__}): it may have been "
                "accepted. Look it up in SendGrid's activity feed by its message_id.",
                code="sendgrid_no_answer",
            ) from error
        return answer.status_code, answer.headers
