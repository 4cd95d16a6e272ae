"""Stripe's error and decline codes -> what a buyer may be told.

Source: docs.stripe.com/declines/codes and docs.stripe.com/error-codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from commerce.payments.buyer_messages import BuyerCode
from commerce.payments.model import Failure

_CODES_OF: Mapping[BuyerCode, str] = {
    BuyerCode.INSUFFICIENT_FUNDS: "insufficient_funds",
    BuyerCode.CARD_EXPIRED: "expired_card",
    BuyerCode.WRONG_DETAILS: (
        "incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip invalid_cvc invalid_expiry_month "
        "invalid_expiry_year invalid_number invalid_pin testmode_decline"
    ),
    BuyerCode.AUTHENTICATION_REQUIRED: (
        "authentication_required authentication_not_handled mobile_device_authentication_required "
        "offline_pin_required online_or_offline_pin_required payment_intent_authentication_failure "
        "setup_intent_authentication_failure"
    ),
    BuyerCode.TRY_AGAIN_LATER: (
        "approve_with_id card_decline_rate_limit_exceeded duplicate_transaction issuer_not_available "
        "payment_method_provider_timeout processing_error reenter_transaction try_again_later"
    ),
    BuyerCode.CONTACT_BANK: (
        "call_issuer do_not_honor do_not_try_again invalid_account new_account_information_available no_action_taken "
        "not_permitted revocation_of_all_authorizations revocation_of_authorization security_violation "
        "service_not_allowed stop_payment_order transaction_not_allowed"
    ),
    BuyerCode.NOT_SUPPORTED: (
        "card_not_supported currency_not_supported payment_method_currency_mismatch payment_method_not_available"
    ),
    BuyerCode.PAYMENT_EXPIRED: "payment_intent_payment_attempt_expired",
    BuyerCode.LIMIT_EXCEEDED: (
        "card_velocity_exceeded invalid_amount pin_try_exceeded withdrawal_count_limit_exceeded"
    ),
    # Named, so that nobody moves them: the buyer must not learn that the card is suspected, lost or stolen.
    BuyerCode.CARD_DECLINED: (
        "card_declined fraudulent generic_decline highest_risk_level lost_card merchant_blacklist pickup_card "
        "restricted_card stolen_card"
    ),
}
_NO_CARD_IN_IT = frozenset({BuyerCode.PAYMENT_EXPIRED, BuyerCode.TRY_AGAIN_LATER})
BUYER_CODES: Mapping[str, BuyerCode] = {code: buyer for buyer, codes in _CODES_OF.items() for code in codes.split()}


def buyer_code(code: str | None, decline_code: str | None) -> BuyerCode:
    """The decline code says more than the error code; what neither table knows is a plain decline."""
    for known in (decline_code, code):
        if known is not None and known in BUYER_CODES:
            return BUYER_CODES[known]
    return BuyerCode.CARD_DECLINED


def failure_of(error: Mapping[str, Any]) -> Failure:
    """From an error object of Stripe's: an answer's `error`, or a PaymentIntent's `last_payment_error`."""
    code = _text(error.get("code")) or _text(error.get("type")) or "card_declined"
    decline_code = _text(error.get("decline_code"))
    return Failure(code=code, buyer_code=buyer_code(code, decline_code).value, decline_code=decline_code)


def without_card(failure: Failure) -> Failure:
    """The failure of a Pix or boleto: whatever Stripe calls it, the buyer is not told of a card."""
    if failure.buyer_code in _NO_CARD_IN_IT:
        return failure
    return replace(failure, buyer_code=BuyerCode.PAYMENT_DECLINED.value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
