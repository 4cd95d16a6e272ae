"""What an answer of Google that is no result means. Pure.

    v3 status, in a 200       REST error, by HTTP       here
    ZERO_RESULTS              -                         no error: nothing found
    OVER_QUERY_LIMIT          429 RESOURCE_EXHAUSTED    ProviderUnavailable, provider_quota_exceeded, in a minute
    OVER_DAILY_LIMIT          -                         ProviderUnavailable, provider_daily_limit, in an hour
    REQUEST_DENIED            401, 403, 400 with a      ConfigurationError, provider_credentials
                              reason of API_KEY_…
    INVALID_REQUEST           400 INVALID_ARGUMENT      Unprocessable, provider_refused_request
    NOT_FOUND                 404 NOT_FOUND             ProviderMissing: the place is not (any more)
    MAX_ELEMENTS_EXCEEDED …   -                         Unprocessable, too_many_elements
    UNKNOWN_ERROR             5xx                       ProviderUnavailable: nothing of ours can be wrong with it
    a page of HTML, no JSON   the same                  ProviderUnavailable

Everything here is a read, so a lost answer is never in doubt: asking again is safe. Google's own sentences are left
out, because they may quote the address. Sources: Geocoding API, "Status codes"; Distance Matrix API (Legacy), "Status
codes"; Google APIs, "Errors" (google.rpc.Code); for the meaning of OVER_DAILY_LIMIT geocoding-and-distance.json.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from commerce.platform.errors import (
    ConfigurationError,
    IntegrationError,
    ProviderMissing,
    ProviderUnavailable,
    Unprocessable,
)

QUOTA_SECONDS = 60
"""Google counts requests by the minute (Geocoding API, "Usage limits")."""

DAILY_SECONDS = 3600
"""A day's cap is lifted at midnight Pacific time; whoever raises it by hand should not have to wait for that."""

_WORD = re.compile(r"[A-Z][A-Z0-9_]{1,60}")


def of_status(status: object, api: str) -> IntegrationError:  # noqa: PLR0911 - one line per status
    """The error that a v3 `status` other than OK and ZERO_RESULTS stands for."""
    match status:
        case "OVER_QUERY_LIMIT":
            return _quota(api)
        case "OVER_DAILY_LIMIT":
            return ProviderUnavailable(
                f"Google's {api} answers no more today: the project's own cap is used up, or its billing is off. See "
                "https://console.cloud.google.com/google/maps-apis/quotas.",
                code="provider_daily_limit",
                retry_after=DAILY_SECONDS,
            )
        case "REQUEST_DENIED":
            return _denied(api)
        case "INVALID_REQUEST":
            return _refused(api, "INVALID_REQUEST")
        case "NOT_FOUND":
            return _missing(api)
        case "MAX_ELEMENTS_EXCEEDED" | "MAX_DIMENSIONS_EXCEEDED":
            return Unprocessable(f"Google's {api} takes fewer points at once. Split it.", code="too_many_elements")
        case _:
            return unavailable(api, status if isinstance(status, str) else "an answer without a status")


def of_http(status: int, body: object, api: str, retry_after: int | None = None) -> IntegrationError:
    """The error that an HTTP status of 300 and above stands for; `body` is its JSON, None when it is none.

    A stream of a matrix wraps its error into an array.
    """
    error = _error_of(body)
    reasons = _reasons(error)
    if status == 429:
        return _quota(api, retry_after)
    if status in (401, 403) or any(reason.startswith("API_KEY_") for reason in reasons):
        return _denied(api)
    if status == 400:
        return _refused(api, _word(error.get("status"), "400"))
    if status == 404 and error.get("status") == "NOT_FOUND":
        return _missing(api)
    if 300 <= status < 500 and status != 408:
        return ConfigurationError(
            f"Google's {api} answered {status}: there is no such API at the configured address. Check the parameters "
            "GoogleMapsApiBase, GoogleRoutesApiBase and GoogleGeocodeApiBase.",
            code="wrong_address",
        )
    return unavailable(api, str(status), retry_after)


def unavailable(api: str, what: str, retry_after: int | None = None) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"Google's {api} gave no result ({_word(what, 'an unknown answer')}). Try again shortly.",
        retry_after=retry_after,
    )


def _quota(api: str, retry_after: int | None = None) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"Google's {api} has had more questions than its quota allows in a minute; nothing is asked again by itself.",
        code="provider_quota_exceeded",
        retry_after=retry_after or QUOTA_SECONDS,
    )


def _denied(api: str) -> ConfigurationError:
    return ConfigurationError(
        f"Google refused the key for the {api}. Enable that API for the key's project and allow it in the key's "
        "restrictions at https://console.cloud.google.com/google/maps-apis/credentials (none by referrer or app, "
        "as this is a server), then put the key into the secret.",
        code="provider_credentials",
    )


def _refused(api: str, status: str) -> Unprocessable:
    return Unprocessable(
        f"Google's {api} does not understand this ({status}): check addresses, place ids and coordinates.",
        code="provider_refused_request",
    )


def _missing(api: str) -> ProviderMissing:
    return ProviderMissing(f"Google's {api} knows no such place.", code="place_not_found")


def _error_of(body: object) -> Mapping[str, Any]:
    if isinstance(body, list):
        body = body[0] if body else None
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _reasons(error: Mapping[str, Any]) -> list[str]:
    details = error.get("details")
    entries = details if isinstance(details, list) else []
    return [str(entry.get("reason", "")) for entry in entries if isinstance(entry, dict)]


def _word(text: object, otherwise: str) -> str:
    """Codes go on as they are; whatever else stood there may hold anything."""
    if isinstance(text, str) and (_WORD.fullmatch(text) or text.isdigit() or text in _OURS):
        return text
    return otherwise


_OURS = frozenset(
    {"an answer without a status", "an answer that is no JSON", "an answer of another shape", "no answer"}
)
