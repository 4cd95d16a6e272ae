"""Stripe's test cards (docs.stripe.com/testing) and three of our own.

Every card can be named as a PaymentMethod (`pm_card_visa`), as a token (`tok_visa`) and, in the browser's routes, by
its number. Our own have `sandbox` in their names: `pm_card_sandboxApplePay`, `pm_card_sandboxGooglePay` and
`pm_card_sandboxProcessing`, whose payment stays `processing` for an hour of the sandbox's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from local.sandboxes.stripe import declines
from local.sandboxes.stripe.declines import Decline


class Authentication(StrEnum):
    """When a card asks for 3-D Secure; `unless_set_up` stops asking once it was saved with authentication."""

    NEVER = "never"
    WHEN_ASKED = "when_asked"
    UNLESS_SET_UP = "unless_set_up"
    ALWAYS = "always"


class Aftermath(StrEnum):
    """What happens after a charge or a refund went well."""

    DISPUTE = "dispute"
    DISPUTE_PRODUCT_NOT_RECEIVED = "dispute_product_not_received"
    INQUIRY = "inquiry"
    FRAUD_WARNING = "fraud_warning"
    REFUND_PENDING = "refund_pending"
    REFUND_FAILS = "refund_fails"


@dataclass(frozen=True, slots=True)
class Card:
    """`saves_though_declined`: attaching works and charging does not."""

    name: str
    number: str = "4242424242424242"
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    saves_though_declined: bool = False
    authentication: Authentication = Authentication.WHEN_ASKED
    aftermath: Aftermath | None = None
    wallet: str | None = None
    processing: bool = False


_A = Authentication

_CARDS = (
    Card("visa"),
    Card("visa_debit", "4000056655665556", funding="debit"),
    Card("mastercard", "5555555555554444", "mastercard"),
    Card("mastercard_debit", "5200828282828210", "mastercard", "debit"),
    Card("mastercard_prepaid", "5105105105105100", "mastercard", "prepaid"),
    Card("amex", "378282246310005", "amex", authentication=_A.NEVER),
    Card("discover", "6011111111111117", "discover"),
    Card("diners", "3056930009020004", "diners"),
    Card("jcb", "3566002020360505", "jcb"),
    Card("unionpay", "6200000000000005", "unionpay"),
    Card("br", "4000000760000002", country="BR"),
    Card("bypassPending", "4000000000000077"),
    Card("visa_chargeDeclined", "4000000000000002", decline=declines.GENERIC),
    Card("visa_chargeDeclinedInsufficientFunds", "4000000000009995", decline=declines.INSUFFICIENT_FUNDS),
    Card("visa_chargeDeclinedLostCard", "4000000000009987", decline=declines.LOST),
    Card("visa_chargeDeclinedStolenCard", "4000000000009979", decline=declines.STOLEN),
    Card("chargeDeclinedExpiredCard", "4000000000000069", decline=declines.EXPIRED),
    Card("chargeDeclinedIncorrectCvc", "4000000000000127", decline=declines.INCORRECT_CVC),
    Card("chargeDeclinedProcessingError", "4000000000000119", decline=declines.PROCESSING_ERROR),
    Card("visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", decline=declines.VELOCITY),
    Card("chargeCustomerFail", "4000000000000341", decline=declines.GENERIC, saves_though_declined=True),
    Card("radarBlock", "4100000000000019", decline=declines.FRAUDULENT, saves_though_declined=True),
    Card("authenticationRequired", "4000002760003184", authentication=_A.ALWAYS),
    Card("authenticationRequiredOnSetup", "4000002500003155", authentication=_A.UNLESS_SET_UP),
    Card(
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        decline=declines.INSUFFICIENT_FUNDS,
        saves_though_declined=True,
        authentication=_A.ALWAYS,
    ),
    Card("threeDSecure2Required", "4000000000003220", authentication=_A.ALWAYS),
    Card("threeDSecureRequired", "4000000000003063", authentication=_A.ALWAYS),
    Card("threeDSecureOptional", "4000000000003055"),
    Card(
        "threeDSecureRequiredChargeDeclined",
        "4000008400001629",
        decline=declines.GENERIC,
        saves_though_declined=True,
        authentication=_A.ALWAYS,
    ),
    Card("createDispute", "4000000000000259", aftermath=Aftermath.DISPUTE),
    Card(
        "createDisputeProductNotReceived",
        "4000000000002685",
        aftermath=Aftermath.DISPUTE_PRODUCT_NOT_RECEIVED,
    ),
    Card("createDisputeInquiry", "4000000000001976", aftermath=Aftermath.INQUIRY),
    Card("createIssuerFraudRecord", "4000000000005423", aftermath=Aftermath.FRAUD_WARNING),
    Card("pendingRefund", "4000000000007726", aftermath=Aftermath.REFUND_PENDING),
    Card("refundFail", "4000000000005126", aftermath=Aftermath.REFUND_FAILS),
    Card("sandboxApplePay", authentication=_A.NEVER, wallet="apple_pay"),
    Card("sandboxGooglePay", authentication=_A.NEVER, wallet="google_pay"),
    Card("sandboxProcessing", "4000000000009896", processing=True),
)

_ALSO = {
    "chargeDeclined": "visa_chargeDeclined",
    "chargeDeclinedInsufficientFunds": "visa_chargeDeclinedInsufficientFunds",
    "chargeDeclinedLostCard": "visa_chargeDeclinedLostCard",
    "chargeDeclinedStolenCard": "visa_chargeDeclinedStolenCard",
    "chargeDeclinedVelocityLimitExceeded": "visa_chargeDeclinedVelocityLimitExceeded",
    "chargeDeclinedFraudulent": "radarBlock",
    "visa_chargeDeclinedExpiredCard": "chargeDeclinedExpiredCard",
    "visa_chargeDeclinedIncorrectCvc": "chargeDeclinedIncorrectCvc",
    "visa_chargeDeclinedProcessingError": "chargeDeclinedProcessingError",
    "visa_chargeDeclinedFraudulent": "radarBlock",
}

CARDS = {card.name: card for card in _CARDS}
CARDS |= {alias: CARDS[name] for alias, name in _ALSO.items()}
_BY_NUMBER = {card.number: card for card in reversed(_CARDS)}


def by_payment_method(identity: str) -> Card | None:
    return CARDS.get(identity.removeprefix("pm_card_")) if identity.startswith("pm_card_") else None


def by_token(token: str) -> Card | None:
    return CARDS.get(token.removeprefix("tok_")) if token.startswith("tok_") else None


def by_number(number: str) -> Card | None:
    return _BY_NUMBER.get(number.replace(" ", "").replace("-", ""))
