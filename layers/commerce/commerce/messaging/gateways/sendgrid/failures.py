"""What an answer of SendGrid that is not 202 means for the message. Pure.

The question is never "is it an error?" but "was the mail provably not accepted?" (MSG-03):

    400, 413, 415 …    this mail is not wanted                      refused
    401, 403, 404 …    the key, the sender or the address of the    configuration: try again once it is set right
                       API is not; a 403 may also be a temporary
                       block after too many bad requests
    408, 429           not read, or over the rate limit             try again, when it says
    503 in its own     "the v3 Web API is not available": the API   try again
    error shape        itself says that it took nothing
    any other 5xx      it failed while it was at it, or a proxy     ambiguous: never sent again
                       in between did, after it may have accepted
    unexpected 2xx     nobody knows who answered                    ambiguous

Sources: Mail Send, Errors; How to use the v3 API, Errors and Rate limits (docs of Twilio SendGrid).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderAmbiguous,
    ProviderRefused,
    ProviderUnavailable,
)

_HINTS = {
    401: "the API key is unknown or revoked; create one with the Mail Send permission and put it into the secret",
    403: "the key lacks the Mail Send permission, the sender is not verified, or SendGrid blocks us for a while",
    404: "there is no Mail Send at the configured address; check SENDGRID_API_BASE",
    405: "there is no Mail Send at the configured address; check SENDGRID_API_BASE",
    451: "the account lives in another region; check SENDGRID_API_BASE",
}
_FIELD = re.compile(r"[a-z][a-z0-9_.]{0,80}", re.ASCII)
_LONGEST_WAIT = 900


def failure_of(status: int, body: bytes, headers: Mapping[str, str], now: datetime) -> IntegrationError:
    """The error that an answer other than success stands for.

    The provider's sentences are left out: they quote addresses. What it blames is kept as field names.
    """
    reported = _reported_fields(body)
    code = f"sendgrid_{status}"
    if status in _HINTS or 300 <= status < 400:
        hint = _HINTS.get(status, "it redirects elsewhere, which is not followed; check SENDGRID_API_BASE")
        return ConfigurationError(f"SendGrid answered {status}: {hint}. Nothing was sent.", code=code)
    if status in (408, 429) or (status == 503 and reported is not None):
        return ProviderUnavailable(
            f"SendGrid answered {status}: nothing was sent, it is tried again.",
            code=code,
            retry_after=_wait(headers, now),
        )
    if 400 <= status < 500:
        fields = ", ".join(reported or ()) or "no field named"
        return ProviderRefused(
            f"SendGrid refused the mail with {status} ({fields}). It is not tried again.",
            code=code,
            details={"fields": list(reported or ())},
        )
    return ProviderAmbiguous(
        f"SendGrid answered {status}: the mail may have been accepted, and no call can tell. Look it up in SendGrid's "
        "activity feed by its message_id.",
        code=code,
    )


def _reported_fields(body: bytes) -> tuple[str, ...] | None:
    """The fields named in SendGrid's own error shape; None when the body does not have that shape."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    errors = parsed.get("errors") if isinstance(parsed, dict) else None
    if not isinstance(errors, list) or not errors or not all(isinstance(error, dict) for error in errors):
        return None
    fields = (str(error.get("field")) for error in errors[:10])
    return tuple(field for field in fields if _FIELD.fullmatch(field) and field != "null")


def _wait(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds until the limit is lifted: Retry-After, or X-RateLimit-Reset as an epoch second; None when neither."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    after, reset = named.get("retry-after", ""), named.get("x-ratelimit-reset", "")
    if _is_whole(after):
        return min(max(int(after), 1), _LONGEST_WAIT)
    if _is_whole(reset):
        return min(max(int(reset) - int(now.timestamp()), 1), _LONGEST_WAIT)
    return None


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
