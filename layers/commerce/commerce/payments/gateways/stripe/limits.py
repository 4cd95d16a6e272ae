"""What Stripe takes of the choices of a checkout by Pix or boleto, checked before anything is written. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from commerce.payments.bank_calendar import ends_after, next_business_day
from commerce.payments.brazil import local_date
from commerce.payments.gateways.stripe.boleto import MOST_DAYS
from commerce.payments.gateways.stripe.pix import LONGEST_SECONDS, SHORTEST_SECONDS
from commerce.payments.model import CheckoutChoices
from commerce.platform.errors import Unprocessable


def ensure_within_limits(choices: CheckoutChoices, now: datetime) -> None:
    """Whether a date lies in the past is the method's to say.

    Raises:
        Unprocessable: `expiry_out_of_range`, `due_date_too_far`, `date_outside_calendar`, with `details.field`.
    """
    if choices.expires_in is not None and not SHORTEST_SECONDS <= choices.expires_in <= LONGEST_SECONDS:
        raise Unprocessable(
            f"expires_in_seconds is from {SHORTEST_SECONDS} to {LONGEST_SECONDS} at Stripe.",
            code="expiry_out_of_range",
            details={"field": "expires_in_seconds"},
        )
    if choices.due_date is not None and _is_too_far(choices, choices.due_date, now):
        longest = MOST_DAYS if _is_boleto(choices) else timedelta(seconds=LONGEST_SECONDS).days
        raise Unprocessable(
            f"Stripe takes a due_date at most {longest} days ahead, after it was moved to a day on which banks work.",
            code="due_date_too_far",
            details={"field": "due_date"},
        )


def _is_too_far(choices: CheckoutChoices, due: date, now: datetime) -> bool:
    if not _is_boleto(choices):
        return ends_after(due, now + timedelta(seconds=LONGEST_SECONDS))
    today = local_date(now)
    # The day itself first: the calendar of bank holidays does not reach as far as a caller may ask.
    return (due - today).days > MOST_DAYS or (next_business_day(due) - today).days > MOST_DAYS


def _is_boleto(choices: CheckoutChoices) -> bool:
    """Only a boleto's payer has an address (see `complete_payer`)."""
    return choices.payer is not None and choices.payer.address is not None
