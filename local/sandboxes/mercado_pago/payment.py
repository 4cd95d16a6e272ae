"""A payment and its refunds as the sandbox keeps them; amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from local.sandboxes.brazil import brcode, qr, slips
from local.sandboxes.mercado_pago.payment_body import Asked

BRASILIA = timezone(timedelta(hours=-3))
WAITING = {"pix": "pending_waiting_transfer", "bolbradesco": "pending_waiting_payment"}
_PIX_KEY = "c2f7c0de-5a0d-4b0c-9f00-3e5a6d0b7a11"
_BANK = "237"
_RETURNED = frozenset({"approved"})
_RESERVED = frozenset({"approved", "in_process"})


@dataclass(slots=True)
class Refund:
    """`by_admin`: Mercado Pago gave the money back, not the store."""

    id: int
    payment_id: int
    amount: int
    created: datetime
    status: str = "approved"
    by_admin: bool = False


@dataclass(frozen=True, slots=True)
class Codes:
    """What the buyer pays with: `qr_code` and its picture, or the 44 digits of `barcode`."""

    qr_code: str = ""
    qr_png: str = ""
    barcode: str = ""


@dataclass(slots=True)
class Payment:
    """Args:
    base: address of the sandbox's own pages.
    received: everything that came in, however often.
    clearing: what the buyer has paid at a bank that tells of it later: when it will, and how much.
    altered: fields that are shown with another value than the true one, for tests of whoever compares them.
    """

    id: int
    asked: Asked
    codes: Codes
    base: str
    created: datetime
    updated: datetime
    detail: str
    status: str = "pending"
    received: int = 0
    clearing: list[tuple[datetime, int]] = field(default_factory=list)
    approved: datetime | None = None
    disputed: bool = False
    refunds: list[Refund] = field(default_factory=list)
    altered: dict[str, Any] = field(default_factory=dict)

    @property
    def returned(self) -> int:
        """What was given back for good."""
        return sum(refund.amount for refund in self.refunds if refund.status in _RETURNED)

    @property
    def balance(self) -> int:
        """What can still be given back: refunds under way hold their part."""
        return self.received - sum(refund.amount for refund in self.refunds if refund.status in _RESERVED)


def codes_of(asked: Asked, payment_id: int) -> Codes:
    """The Pix code names the receiver and the payment; the boleto is one of Bradesco's, due at its expiry."""
    if asked.method == "pix":
        text = brcode.static_code(
            key=_PIX_KEY, cents=asked.cents, name="Loja Sandbox", city="Sao Paulo", txid=f"mpqrinter{payment_id}"
        )
        return Codes(qr_code=text, qr_png=qr.png_base64(text))
    free = f"338126{payment_id % 10**11:011}00000010"
    due = asked.expires.astimezone(BRASILIA).date()
    return Codes(barcode=slips.barcode(bank=_BANK, due=due, cents=asked.cents, free=free))
