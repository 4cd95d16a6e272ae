"""Mercado Pago's errors -> our tree: did it happen, did it not, or can only a read tell? (PAY-04, PAY-09)

Source: reference "Create payment" and "Create refund", Errors: `status` and the code of the first `cause`. Mercado
Pago's own messages stay here: they quote what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.payments.gateways.mercado_pago.settings import DASHBOARD, SECRET_FIELDS
from commerce.payments.model import CheckoutChoices
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

KEY_TAKEN = "idempotency_mismatch"
DATE_REFUSED = "due_date_not_accepted"

_NOTHING_DONE = frozenset({400, 402, 405, 406, 410, 412, 413, 414, 415, 422})
"""With Mercado Pago's own error these are a no. Of any other 4xx, such as a 408 of something in between that gave up
waiting, nobody can tell whether it acted."""

_CONFLICTS: Mapping[str, str] = {
    "2017": "refund_exceeds_balance",
    "2018": "unexpected_state",
    "2063": "unexpected_state",
    "2084": "not_refundable_now",
}
"""The cause's code -> ours; the payment is in another state than we thought: read it and adopt what it says."""

_REFUSALS: Mapping[str, tuple[str, str, str | None]] = {
    "23": (DATE_REFUSED, "Mercado Pago does not take this date.", "due_date"),
    "2024": (
        "refund_too_late",
        "Mercado Pago refunds within 180 days; give the money back by transfer, and record it with by_hand.",
        None,
    ),
    "2067": ("invalid_tax_id", "Mercado Pago does not take the payer's CPF or CNPJ.", "payer.tax_id"),
    "4006": ("payer_not_accepted", "Mercado Pago misses something in the payer, or does not take it.", "payer"),
    "4037": ("amount_not_accepted", "Mercado Pago does not take this amount by this method.", None),
    "4050": ("payer_not_accepted", "Mercado Pago does not take the payer's e-mail address.", "payer.email"),
    "4051": ("payer_not_accepted", "The payer's e-mail address is too long for Mercado Pago.", "payer.email"),
    "7523": (
        DATE_REFUSED,
        "Mercado Pago takes a payment until 30 days from now; choose an earlier end.",
        "due_date",
    ),
}
"""The cause's code -> ours, what to tell the caller, and the field of the checkout that is meant. Nothing happened."""


def translate(
    status: int, body: Mapping[str, Any] | None, *, reads: bool, retry_after: int | None = None
) -> ProviderError | ConfigurationError:
    """Our error for an answer that is no success.

    A refused token is the deployment's fault and nothing that Mercado Pago says of the payment.

    Args:
        body: the answer's object, None when it was none.
        reads: the call could change nothing. Then only `ProviderMissing` says anything about the payment, and all
            else is `ProviderUnavailable`: ask again.
    """
    if status in (401, 403):
        return _bad_credentials(status)
    known = _known(status, body or {}, retry_after)
    if reads and not isinstance(known, ProviderMissing | ProviderUnavailable):
        return ProviderUnavailable("Mercado Pago gave no usable answer. Try again shortly.")
    return known or ProviderAmbiguous(
        "Mercado Pago gave no usable answer; whether it acted is not known yet and is being found out."
    )


def over_the_end(refusal: ProviderRefused, choices: CheckoutChoices) -> ProviderRefused:
    """The refusal of `date_of_expiration`, under the name of what the caller chose it by; any other as it is."""
    if refusal.code != DATE_REFUSED or choices.due_date is not None:
        return refusal
    field = {} if choices.expires_in is None else {"field": "expires_in_seconds"}
    return ProviderRefused(
        "Mercado Pago does not let a payment be open for so long, or for so short: its guides ask for 30 minutes to 30 "
        "days. Choose another end, or set another default (PixExpiresSeconds, BoletoDueDays).",
        code="expiry_not_accepted",
        details=field,
    )


def unreadable(*, reads: bool) -> ProviderUnavailable | ProviderAmbiguous:
    """For an answer that is none that Mercado Pago documents: after a write nobody knows what it meant (PAY-04)."""
    if reads:
        return ProviderUnavailable("Mercado Pago gave an answer that cannot be read. Try again shortly.")
    return ProviderAmbiguous("Mercado Pago gave an answer that cannot be read; what it did is being found out.")


def outcome_unread(provider_ref: str) -> ProviderAmbiguous:
    return ProviderAmbiguous(
        "Mercado Pago took the request, but its outcome could not be read; it is being found out.",
        provider_ref=provider_ref,
    )


def _known(status: int, body: Mapping[str, Any], retry_after: int | None) -> ProviderError | None:
    """None for what leaves the outcome open: 423 (the first call under this key still runs), 424, and every 5xx."""
    own = _is_own(body)
    match status:
        case 404 if own:
            return ProviderMissing("Mercado Pago does not know this payment.")
        case 409:
            return ProviderConflict(
                "An earlier request under the same key reached Mercado Pago; its outcome is being read and adopted.",
                code=KEY_TAKEN,
            )
        case 429:
            return ProviderUnavailable(
                "Mercado Pago asks for fewer requests. Try again shortly.",
                code="provider_rate_limited",
                retry_after=retry_after or 1,
            )
    return _by_cause(_cause(body)) if own and status in _NOTHING_DONE else None


def _is_own(body: Mapping[str, Any]) -> bool:
    """Mercado Pago's error object, and not the page of a proxy before it."""
    return isinstance(body.get("error"), str) or isinstance(body.get("cause"), list)


def _by_cause(code: str) -> ProviderError:
    if code in _CONFLICTS:
        return ProviderConflict(
            "The payment is in another state at Mercado Pago; its state is being read and adopted.",
            code=_CONFLICTS[code],
        )
    if code in _REFUSALS:
        ours, message, field = _REFUSALS[code]
        return ProviderRefused(message, code=ours, details={} if field is None else {"field": field})
    return ProviderRefused(
        "Mercado Pago refused the request as it was made.",
        code="provider_refused",
        details={"provider_code": code} if code else {},
    )


def _cause(body: Mapping[str, Any]) -> str:
    """The first cause's code, which Mercado Pago writes as a number or a text; empty when there is none."""
    causes = body.get("cause")
    first = causes[0] if isinstance(causes, list) and causes else None
    code = first.get("code") if isinstance(first, Mapping) else None
    return str(code) if isinstance(code, int | str) and not isinstance(code, bool) else ""


def _bad_credentials(status: int) -> ConfigurationError:
    return ConfigurationError(
        f"Nothing was done: Mercado Pago does not accept access_token in the secret named by MERCADO_PAGO_SECRET_NAME "
        f"(HTTP {status}). Copy the application's valid one from {DASHBOARD}, and store it with "
        f"{put_command('$MERCADO_PAGO_SECRET_NAME', *SECRET_FIELDS)}; it is in use with the next call.",
        code="provider_credentials",
        retryable=True,
    )
