"""The webhook pipeline: verify the raw bytes, read, queue, acknowledge (PAY-12, PAY-16).

Nothing is parsed before it is verified, nothing is acknowledged before it is queued, and nothing is written for a
forged call. Used by function URLs (payload format 2.0), which have no authorizer: the signature is the door.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from commerce.platform.answers import answer, error_body, error_headers, unexpected
from commerce.platform.clock import Clock
from commerce.platform.errors import (
    BadRequest,
    IntegrationError,
    MethodNotAllowed,
    PayloadTooLarge,
    RequestError,
    Unauthorized,
)
from commerce.platform.lambda_types import Event, ProxyAnswer
from commerce.platform.observability import count, log_failure, logger

MAX_BODY_BYTES = 512 * 1024
"""Providers send tens of kilobytes; a function URL would let 6 MB through."""


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """A delivery as it came in: nothing of it is parsed.

    Args:
        raw: the body, byte for byte as it was sent.
        headers: names in lower case.
        path: of the URL, percent-encoding resolved, for example `/secret/pix`.
        query: of the URL; of a name that is there twice, only the last value.
    """

    raw: bytes
    headers: Mapping[str, str]
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)


type Translate = Callable[[WebhookCall, Mapping[str, Any]], Sequence[Mapping[str, object]]]
"""A verified call and its parsed body -> our queue messages; none when it is not our business. Raises BadRequest."""

type Enqueue = Callable[[Mapping[str, object]], None]
"""Returns only once the queue has the message."""


type Parse = Callable[[bytes], Mapping[str, Any]]
"""The verified body -> a JSON object. Raises BadRequest."""


class Verifier(Protocol):
    def verify(self, call: WebhookCall, now: datetime) -> None:
        """Pass for a genuine call, raise Unauthorized for everything else; compares in constant time.

        Args:
            now: for the time window, which has two sides.
        """
        ...


def parsed_object(raw: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is signed, but it is not JSON.", code="malformed_json") from error
    if not isinstance(parsed, dict):
        raise BadRequest("The body is signed, but it is not a JSON object.", code="malformed_json")
    return parsed


@dataclass(frozen=True, slots=True)
class Webhook:
    """How one provider's webhook is received."""

    provider: str
    verifier: Verifier
    translate: Translate
    enqueue: Enqueue
    clock: Clock
    parse: Parse = parsed_object


def receive(webhook: Webhook, event: Event) -> ProxyAnswer:
    """Answer a function URL call: 200 once verified and queued, 4xx for the sender's faults, 5xx to be sent again."""
    request_id = _request_id(event)
    try:
        outcome = _receive(webhook, event)
    except RequestError as error:
        count("webhook", provider=webhook.provider, outcome=error.code)
        logger.warning("webhook refused", provider=webhook.provider, code=error.code, request_id=request_id)
        headers = {"Allow": "POST"} if isinstance(error, MethodNotAllowed) else error_headers(error)
        return answer(error.status, error_body(error, request_id), headers)
    except IntegrationError as error:
        count("webhook", provider=webhook.provider, outcome=error.code)
        log_failure("webhook not received", error, provider=webhook.provider, request_id=request_id)
        return answer(error.status, error_body(error, request_id), error_headers(error))
    except Exception as error:  # noqa: BLE001 - the provider must get a 500, so that it sends the event again
        count("webhook", provider=webhook.provider, outcome="internal_error")
        log_failure("webhook not received", error, provider=webhook.provider, request_id=request_id)
        return answer(500, unexpected(request_id))
    count("webhook", provider=webhook.provider, outcome=outcome)
    return answer(200, {"received": True})


def _receive(webhook: Webhook, event: Event) -> str:
    if _method(event) != "POST":
        raise MethodNotAllowed("Webhooks are sent with POST.")
    call = WebhookCall(
        raw=raw_body(event),
        headers=_lower(event.get("headers") or {}),
        path=event.get("rawPath") or "/",
        query=event.get("queryStringParameters") or {},
    )
    webhook.verifier.verify(call, webhook.clock.now())
    messages = webhook.translate(call, webhook.parse(call.raw))
    for message in messages:
        webhook.enqueue(message)
        facts = {"provider": webhook.provider, "event_id": message.get("event_id"), "type": message.get("type")}
        logger.info("webhook queued", extra=facts)
    return "queued" if messages else "ignored"


def raw_body(event: Event) -> bytes:
    """The body exactly as it was sent, which is what a signature covers.

    Raises:
        PayloadTooLarge: over 512 kB.
        Unauthorized: a body that is not the base64 it claims to be looks like any other forgery.
    """
    body: str = event.get("body") or ""
    # base64 is never shorter than what it holds, so this also bounds the decoding.
    if len(body) > MAX_BODY_BYTES * 4 // 3 + 4:
        raise _too_large()
    raw = _decoded(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BODY_BYTES:
        raise _too_large()
    return raw


def header(event: Event, name: str) -> str | None:
    """One header, whatever the case of its name."""
    return _lower(event.get("headers") or {}).get(name.lower())


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unauthorized("The signature does not fit this body.", code="bad_signature") from error


def _method(event: Event) -> str:
    method: str = event.get("requestContext", {}).get("http", {}).get("method", "")
    return method


def _request_id(event: Event) -> str:
    request_id: str = event.get("requestContext", {}).get("requestId", "")
    return request_id


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(f"A webhook body may have {MAX_BODY_BYTES // 1024} kB at most.")
