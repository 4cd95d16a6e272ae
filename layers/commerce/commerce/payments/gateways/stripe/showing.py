"""What a PaymentIntent of Pix or boleto shows the buyer to pay -> instructions in our words. Pure.

Source: API reference, PaymentIntent, next_action.pix_display_qr_code and next_action.boleto_display_details.
"""

from __future__ import annotations

from datetime import UTC, datetime

from commerce.payments.boleto.codes import parse_line
from commerce.payments.gateways.stripe.fields import Json, boolean, integer, obj, optional_text, text
from commerce.payments.instructions import Instructions
from commerce.payments.pix.codes import judge
from commerce.platform.errors import Unprocessable

METHODS = frozenset({"pix", "boleto"})


def method_of(intent: Json) -> str | None:
    """`pix` or `boleto` when the PaymentIntent can be paid by that alone."""
    types = intent.get("payment_method_types")
    only = types[0] if isinstance(types, list) and len(types) == 1 else None
    return only if only in METHODS else None


def instructions_of(intent: Json) -> Instructions | None:
    """None once there is nothing to pay any more: Stripe takes them away when it was paid or has expired.

    Raises:
        KeyError, TypeError, ValueError: the answer is none that Stripe documents.
    """
    if (code := _pix_code(intent)) is not None:
        return Instructions(pix_code=code)
    action = obj(intent, "next_action") or {}
    if (slip := obj(action, "boleto_display_details")) is not None:
        return _boleto(slip, livemode=boolean(intent, "livemode"))
    return None


def pix_expiry(intent: Json) -> datetime | None:
    """When the code ends by Stripe's clock; a boleto ends with the day that its own digits name."""
    code = obj(obj(intent, "next_action") or {}, "pix_display_qr_code")
    return None if code is None else datetime.fromtimestamp(integer(code, "expires_at"), UTC)


def _pix_code(intent: Json) -> str | None:
    """The code that the buyer pays, None where none is shown.

    Raises:
        KeyError, TypeError, ValueError: in live mode also a code that no bank's app would read.
    """
    shown = obj(obj(intent, "next_action") or {}, "pix_display_qr_code")
    if shown is None:
        return None
    data = text(shown, "data").strip()
    try:
        return judge(data).text
    except ValueError:
        # Nobody pays by a code of test mode: whatever Stripe has in its place there stops no test.
        if boolean(intent, "livemode"):
            raise
        return data


def _boleto(slip: Json, *, livemode: bool) -> Instructions:
    line = "".join(character for character in text(slip, "number") if character.isdigit())
    url = optional_text(slip.get("pdf")) or optional_text(slip.get("hosted_voucher_url"))
    barcode: str | None
    try:
        barcode = parse_line(line).barcode
    except Unprocessable:
        # Test mode may print digits that no bank knows: there they are not shown. In live mode they are handed on as
        # they are, so that the ledger holds the payment (PAY-05).
        barcode = line if livemode else None
    return Instructions(barcode=barcode, digitable_line=line, pdf_url=url)
