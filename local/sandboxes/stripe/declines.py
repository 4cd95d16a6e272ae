"""How cards are declined (docs.stripe.com/error-codes, docs.stripe.com/declines/codes)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decline:
    """`decline_code` is None where Stripe says all there is to say in `code`."""

    code: str
    message: str
    decline_code: str | None = None
    advice: str | None = None
    blocked: bool = False


def declined(decline_code: str, message: str = "Your card was declined.", advice: str | None = None) -> Decline:
    return Decline("card_declined", message, decline_code, advice)


GENERIC = declined("generic_decline", advice="try_again_later")
INSUFFICIENT_FUNDS = declined("insufficient_funds", "Your card has insufficient funds.", "try_again_later")
LOST = declined("lost_card", advice="do_not_try_again")
STOLEN = declined("stolen_card", advice="do_not_try_again")
VELOCITY = declined(
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    "try_again_later",
)
FRAUDULENT = Decline("card_declined", "Your card was declined.", "fraudulent", "do_not_try_again", blocked=True)
EXPIRED = Decline("expired_card", "Your card has expired.", advice="confirm_card_data")
INCORRECT_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.", advice="confirm_card_data")
PROCESSING_ERROR = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    advice="try_again_later",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)
SETUP_AUTHENTICATION_FAILED = Decline("setup_intent_authentication_failure", AUTHENTICATION_FAILED.message)
