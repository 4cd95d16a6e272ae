"""Whether a Pix code is over what was asked for: no other is ever shown to a buyer (PAY-05)."""

from __future__ import annotations

from commerce.payments.instructions import Instructions
from commerce.payments.model import Payment
from commerce.payments.pix.codes import judge


def pix_mismatch(payment: Payment, issued: Instructions | None) -> str | None:
    """`amount` for a code that names another one; None when it names none, or nothing new was issued.

    Whether it is a code at all is judged by the gateway, which knows what its provider shows in test mode.
    """
    if issued is None or issued.pix_code is None or issued == payment.instructions:
        return None
    try:
        named = judge(issued.pix_code).amount
    except ValueError:
        return None
    return "amount" if named not in (None, payment.money.amount) else None
