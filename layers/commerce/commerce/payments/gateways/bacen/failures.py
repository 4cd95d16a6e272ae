"""A bank's error answers -> our tree: did it happen, did it not, or can only a read tell? (PAY-04, PAY-09)

Source: API Pix 2.9.0, "Tratamento de erros" (RFC 7807); banks also answer in shapes of their own. Their texts stay
here: `razao` and `valor` of a violation, `detail` and `mensagem` quote what was sent, names and tax ids included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}", re.ASCII)
_PROPERTY = re.compile(r"[A-Za-z]+(?:\[[0-9]{1,3}\])?(?:\.[A-Za-z]+(?:\[[0-9]{1,3}\])?)*", re.ASCII)
_CODE_FIELDS = ("nome", "codigo", "code", "error")
_REFUSALS = frozenset({400, 405, 406, 410, 412, 413, 415, 422})


def translate(
    status: int, body: Mapping[str, Any] | None, *, reads: bool, retry_after: int | None = None
) -> ProviderError | ConfigurationError:
    """Our error for an answer that is none of success.

    Args:
        body: None for an answer that is no JSON object, as of something in between.
        reads: the call could change nothing. Then only `ProviderMissing` says anything about the object, and all else
            is `ProviderUnavailable`: ask again.
    """
    known = _known(status, body, retry_after)
    if reads and not isinstance(known, ProviderMissing | ProviderUnavailable | ConfigurationError):
        return ProviderUnavailable(
            "The bank gave no usable answer. Try again shortly.", code=None if known is None else known.code
        )
    return known or unreadable(reads=reads)


def unreadable(*, reads: bool) -> ProviderUnavailable | ProviderAmbiguous:
    """An answer that is not what the standard describes."""
    if reads:
        return ProviderUnavailable("The bank gave no usable answer. Try again shortly.")
    return ProviderAmbiguous(
        "The bank gave no usable answer; whether it acted is not known yet and is being found out."
    )


def unseen() -> ProviderAmbiguous:
    """A write that the bank has taken, or may have, whose outcome could not be read."""
    return ProviderAmbiguous("The bank was asked, but the outcome could not be read; it is being found out.")


def _known(
    status: int, body: Mapping[str, Any] | None, retry_after: int | None
) -> ProviderError | ConfigurationError | None:
    match status:
        case 401:
            return ConfigurationError(
                "Nothing was done: the bank accepts no access token of ours (HTTP 401), not even a new one. Check that "
                "client_id, client_secret and certificate in the secret named by PIX_SECRET_NAME are of PIX_BANK and "
                "of the mode that LIVE_MODE says.",
                code="provider_credentials",
                retryable=True,
            )
        case 403:
            return ConfigurationError(
                "Nothing was done: the bank does not let our application use this part of its Pix API (HTTP 403). "
                "Switch on cob, cobv, pix and webhook, reading and writing, for it in the bank's portal, and the Pix "
                "key for its account.",
                code="missing_permission",
                retryable=True,
            )
        case 404 if body is not None:
            return ProviderMissing("The bank does not know this object.")
        case 409:
            return ProviderConflict(
                "The Pix is in another state at the bank; its state is being read and adopted.", code="already_there"
            )
        case 429:
            return ProviderUnavailable(
                "The bank asks for fewer requests. Try again shortly.",
                code="provider_rate_limited",
                retry_after=retry_after or 1,
            )
    return _refused(body) if status in _REFUSALS and body is not None else None


def _refused(body: Mapping[str, Any]) -> ProviderRefused:
    """The bank's own words for what and where, never a value that was sent."""
    told: dict[str, object] = {}
    kind = problem_type(body)
    if kind is not None:
        told["provider_code"] = kind
    properties = list(_properties(body))
    if properties:
        told["param"] = properties[0]
    return ProviderRefused(
        "The bank refused the request as it was made; `details` says over what.",
        code="provider_refused",
        details=told,
    )


def problem_type(body: Mapping[str, Any]) -> str | None:
    """`CobOperacaoInvalida` of the standard's `type`, or what a bank has in its place; only words, no free text."""
    kind = body.get("type")
    candidates = [kind.rpartition("/")[2]] if isinstance(kind, str) else []
    candidates += [value for name in _CODE_FIELDS if isinstance(value := body.get(name), str)]
    return next((found for found in candidates if _CODE.fullmatch(found)), None)


def _properties(body: Mapping[str, Any]) -> Iterator[str]:
    violations = body.get("violacoes")
    for violation in violations if isinstance(violations, list) else ():
        name = violation.get("propriedade") if isinstance(violation, Mapping) else None
        if isinstance(name, str) and _PROPERTY.fullmatch(name) and len(name) <= 60:
            yield name
