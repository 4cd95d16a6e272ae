"""What a buyer does with a Pix code or a boleto: pays it. A Pix is there at once, a boleto on the next business day."""

from __future__ import annotations

from local.sandboxes.brazil.bank_days import next_bank_day, opening_of
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.confirming import succeed
from local.sandboxes.stripe.issuing import local_day, waits_for
from local.sandboxes.stripe.processing import start_processing
from local.sandboxes.stripe.resource import Resource


def pay(account: Account, intent: Resource) -> None:
    """
    Raises:
        ValueError: nothing is out to be paid, or it has expired.
    """
    kind = waits_for(account, intent)
    if kind is None:
        raise ValueError(f"{intent['id']} is {intent['status']} and shows no Pix code or boleto that could be paid")
    if account.now > intent["_ends"]:
        raise ValueError(f"the {kind} of {intent['id']} has expired: no bank takes it any more")
    method = account.methods.get(intent["payment_method"])
    if kind == "pix":
        succeed(account, None, intent, method)
        return
    confirmed_at = int(opening_of(next_bank_day(local_day(account))).timestamp())
    start_processing(account, None, intent, method, seconds=confirmed_at - account.now)
