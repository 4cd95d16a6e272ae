"""The error object of a failed card, as it stands in an answer and in `last_payment_error`."""

from __future__ import annotations

from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.declines import Decline
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource

_PARAMS = {"expired_card": "exp_month", "incorrect_cvc": "cvc"}
_NOT_THE_CARD = {"payment_intent_authentication_failure", "setup_intent_authentication_failure"}


def card_error(account: Account, decline: Decline, method: Resource | None, charge: Resource | None = None) -> Resource:
    error: Resource = {
        "code": decline.code,
        "message": decline.message,
        "type": "invalid_request_error" if decline.code in _NOT_THE_CARD else "card_error",
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
    }
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    if decline.advice:
        error["advice_code"] = decline.advice
    if decline.code in _PARAMS:
        error["param"] = _PARAMS[decline.code]
    if charge is not None:
        error["charge"] = charge["id"]
    if method is not None:
        error["payment_method"] = render(account, method)
    return error
