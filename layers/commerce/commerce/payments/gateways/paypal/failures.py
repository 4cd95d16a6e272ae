"""PayPal's error answers -> our tree: did it happen, did it not, or can only a read tell? (PAY-04, PAY-09)

Sources: Orders v2 and Payments v2, the lists of issues per operation; developer.paypal.com/api/rest/responses.
PayPal's own messages stay here: now and then they quote what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from commerce.payments.buyer_messages import DEFAULT_LOCALE, buyer_message
from commerce.payments.gateways.paypal.issues import CONFLICTS, DECLINES, IN_PROGRESS, REFUSALS
from commerce.payments.gateways.paypal.order_problems import order_problem
from commerce.platform.errors import (
    ConfigurationError,
    ProviderAmbiguous,
    ProviderConflict,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
)

DASHBOARD = "https://developer.paypal.com/dashboard/applications"
_MAY_HAVE_ACTED = frozenset({408, 421, 425, 499})
"""What something between us and PayPal answers when it gave up waiting (RFC 9110; 499 is nginx's)."""
_EMPTY: Mapping[str, Any] = MappingProxyType({})


def translate(
    status: int, body: Mapping[str, Any] | None, *, reads: bool, retry_after: int | None = None
) -> ProviderError | ConfigurationError:
    """Our error for an answer that is none of success.

    A refused token or a missing permission is the deployment's fault and nothing that PayPal says of the payment.

    Args:
        body: None for an answer that is none of PayPal's, as of something in between.
        reads: the call could change nothing. Then only `ProviderMissing` says anything about the payment, and all
            else is `ProviderUnavailable`: ask again.
    """
    known = None if body is None else _known(status, body, retry_after)
    if reads and not isinstance(known, ProviderMissing | ProviderUnavailable | ConfigurationError):
        return ProviderUnavailable(
            "PayPal gave no usable answer. Try again shortly.",
            code=None if known is None else known.code,
            provider_ref=debug_id(body),
        )
    return known or unreadable(reads=reads, provider_ref=debug_id(body))


def unreadable(*, reads: bool, provider_ref: str | None = None) -> ProviderUnavailable | ProviderAmbiguous:
    """An answer that is not what PayPal documents."""
    if reads:
        return ProviderUnavailable("PayPal gave no usable answer. Try again shortly.", provider_ref=provider_ref)
    return ProviderAmbiguous(
        "PayPal gave no usable answer; whether it acted is not known yet and is being found out.",
        provider_ref=provider_ref,
    )


def declined(issue: str, provider_ref: str | None = None) -> ProviderRefused:
    """The buyer's instrument was declined: they can choose another one at PayPal."""
    buyer_code = DECLINES[issue]
    return ProviderRefused(
        buyer_message(buyer_code, DEFAULT_LOCALE),
        code=issue.lower(),
        details={"buyer_code": buyer_code.value},
        provider_ref=provider_ref,
    )


def missing_permission(permission: str) -> ConfigurationError:
    """Whoever runs the store has to switch a feature of the app on."""
    return ConfigurationError(
        f"PayPal does not let this app use {permission}. Switch it on at {DASHBOARD}, in the app whose client_id is in "
        "the secret named by PAYPAL_SECRET_NAME, under Features; it is in use with the next access token, within nine "
        "hours, or at once after the secret was stored anew with another client_secret.",
        code="missing_permission",
        details={"permission": permission},
        retryable=True,
    )


def debug_id(body: Mapping[str, Any] | None) -> str | None:
    found = (body or {}).get("debug_id")
    return found if isinstance(found, str) else None


def _known(status: int, body: Mapping[str, Any], retry_after: int | None) -> ProviderError | ConfigurationError | None:
    """A name counts only where PayPal itself refused; a 5xx or a timeout may have acted, whatever it says."""
    if status >= 500 or status in _MAY_HAVE_ACTED:
        return None
    reference = debug_id(body)
    match status:
        case 401:
            return _bad_credentials(reference)
        case 403:
            return missing_permission("this part of its API")
        case 404:
            return ProviderMissing("PayPal does not know this object.", provider_ref=reference)
        case 429:
            return ProviderUnavailable(
                "PayPal asks for fewer requests. Try again shortly.",
                code="provider_rate_limited",
                retry_after=retry_after or 1,
                provider_ref=reference,
            )
    return _by_issue(body, reference)


def _by_issue(body: Mapping[str, Any], reference: str | None) -> ProviderError | None:
    details = _details(body)
    found = [(str(detail.get("issue")), detail) for detail in details] or [(str(body.get("name")), _EMPTY)]
    for issue, detail in found:
        if issue in IN_PROGRESS:
            return None
        if issue in CONFLICTS:
            return ProviderConflict(
                "The payment is in another state at PayPal; its state is being read and adopted.",
                code=CONFLICTS[issue],
                provider_ref=reference,
            )
        if issue in DECLINES:
            return declined(issue, reference)
        if issue in REFUSALS:
            code, message = REFUSALS[issue]
            return ProviderRefused(message, code=code, provider_ref=reference)
        problem = order_problem(issue, detail, reference)
        if problem is not None:
            return problem
    issue, first = found[0]
    # PayPal's own words for what and where, never a value that was sent.
    told = {"provider_code": issue, "param": first.get("field")}
    return ProviderRefused(
        "PayPal refused the request as it was made; `details` says over what.",
        code="provider_refused",
        details={name: value for name, value in told.items() if isinstance(value, str)},
        provider_ref=reference,
    )


def _details(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = body.get("details")
    return [detail for detail in found if isinstance(detail, Mapping)] if isinstance(found, list) else []


def _bad_credentials(reference: str | None) -> ConfigurationError:
    return ConfigurationError(
        "Nothing was done: PayPal accepts no access token of ours (HTTP 401), not even a new one. Copy client_id and "
        f"client_secret of the app anew from {DASHBOARD}, of the mode that LIVE_MODE says, and store them in the "
        "secret named by PAYPAL_SECRET_NAME with `aws secretsmanager put-secret-value`.",
        code="provider_credentials",
        provider_ref=reference,
        retryable=True,
    )
