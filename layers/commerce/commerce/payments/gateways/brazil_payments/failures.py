"""The generic gateway's errors -> our tree: did it happen, did it not, or can nobody tell? (PAY-04)

An error is `{"error": {"code", "message", "fields": [{"field", "message"}]}}`; only codes and names of fields are
passed on, its sentences may quote what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.brazil_payments.settings import SECRET_FIELDS
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)
from commerce.platform.secrets import put_command

IN_PROGRESS = "request_in_progress"
_NOTHING_DONE = frozenset({400, 402, 405, 406, 410, 412, 413, 414, 415, 422})
"""With the gateway's own error these are a no. Of any other 4xx, such as a 408 of something in between that gave up
waiting, nobody can tell whether it acted."""

_KNOWN_FIELDS = frozenset(
    {"amount", "description", "due_date", "expiration_minutes", "instructions", "merchant_id", "payer"}
)
"""Of what we send; of a field below one of them only the first part is checked."""


def translate(
    status: int, body: Mapping[str, Any] | None, *, reads: bool, retry_after: int | None = None
) -> ProviderError | ConfigurationError:
    """Our error for an answer that is no success.

    Args:
        body: the answer's object, None when it was none.
        reads: the call could change nothing: all but `ProviderMissing` then says nothing of the transaction.
    """
    if status in (401, 403):
        return _bad_credentials(status)
    found = (body or {}).get("error")
    known = _known(status, found if isinstance(found, Mapping) else {}, retry_after)
    if reads and not isinstance(known, ProviderMissing | ProviderUnavailable):
        return ProviderUnavailable("The payments gateway gave no usable answer. Try again shortly.")
    return known or ProviderAmbiguous(
        "The payments gateway gave no usable answer; whether it acted is not known yet and is being found out."
    )


def unreadable(*, reads: bool) -> ProviderUnavailable | ProviderAmbiguous:
    """For an answer that is none of the gateway's: after a write nobody knows what it meant (PAY-04)."""
    if reads:
        return ProviderUnavailable("The payments gateway gave an answer that cannot be read. Try again shortly.")
    return ProviderAmbiguous("The payments gateway gave an answer that cannot be read; what it did is being found out.")


def _known(status: int, error: Mapping[str, Any], retry_after: int | None) -> ProviderError | None:
    own = isinstance(error.get("code"), str)
    match status:
        case 404 if own:
            return ProviderMissing("The payments gateway does not know this transaction.")
        case 409 if own and error["code"] != IN_PROGRESS:
            return ProviderConflict(
                "An earlier request under the same key reached the payments gateway.", code="idempotency_mismatch"
            )
        case 429:
            return ProviderUnavailable(
                "The payments gateway asks for fewer requests. Try again shortly.",
                code="provider_rate_limited",
                retry_after=retry_after or 1,
            )
    return _refused(error) if own and status in _NOTHING_DONE else None


def _refused(error: Mapping[str, Any]) -> ProviderRefused:
    fields = error.get("fields")
    names = [one.get("field") for one in fields if isinstance(one, Mapping)] if isinstance(fields, list) else []
    named = next((name for name in names if isinstance(name, str) and name.partition(".")[0] in _KNOWN_FIELDS), None)
    return ProviderRefused(
        "The payments gateway refused the request as it was made; `details` says over what.",
        code="provider_refused",
        details={} if named is None else {"field": named},
    )


def _bad_credentials(status: int) -> ConfigurationError:
    return ConfigurationError(
        "Nothing was done: the payments gateway does not accept api_key, or merchant_id is not its own, in the secret "
        f"named by BRAZIL_PAYMENTS_SECRET_NAME (HTTP {status}). Ask your provider for both, and store them with "
        f"{put_command('$BRAZIL_PAYMENTS_SECRET_NAME', *SECRET_FIELDS)}; they are in use with the next call.",
        code="provider_credentials",
        retryable=True,
    )
