"""What somebody saw of a payment. Everything that changes one comes through here (design: the one door)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commerce.payments.instructions import Instructions
from commerce.payments.model import CommandStatus, Dispute, Failure, MethodDetails
from commerce.payments.receipts import Receipt
from commerce.payments.running_total import RunningTotal
from commerce.payments.status import PaymentStatus
from commerce.platform.money import Money


class Source(StrEnum):
    """Who looked."""

    CALL = "call"
    WEBHOOK = "webhook"
    POLL = "poll"
    RETURN = "return"
    COMMAND = "command"
    OPERATOR = "operator"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class RefundSnapshot:
    """A refund as the provider shows it; `refund_id` is ours, None when it was made in the provider's dashboard."""

    provider_ref: str
    refund_id: str | None
    amount: int
    status: CommandStatus
    failure: str | None = None
    receipt_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The provider's whole answer about one payment at one moment, in our words and our minor units.

    `status` is None when the provider used a word nobody knows (PAY-23): the payment is held.
    `payment_id` and `order_id` are our references as the provider carries them back, None when absent.
    `money` is what was asked for. Where money arrives piece by piece, `receipts` are the arrivals and `captured` is
    left at 0: what counts is decided here, not by the provider. Where it only adds up what came, `received_total` is
    the sum, and the fold tells the arrivals apart (see `running_total`). `approved` means that the buyer has agreed
    and our completing call is awaited. `foreign` marks an object of another account or Pix key than the configured one.
    """

    provider: str
    provider_ref: str
    payment_id: str | None
    order_id: str | None
    status: PaymentStatus | None
    raw_status: str
    money: Money
    livemode: bool
    observed_at: datetime
    authorized: int = 0
    captured: int = 0
    refunds: tuple[RefundSnapshot, ...] = ()
    dispute: Dispute | None = None
    failure: Failure | None = None
    charge_ref: str | None = None
    details: MethodDetails | None = None
    capture_before: datetime | None = None
    receipts: tuple[Receipt, ...] = ()
    received_total: RunningTotal | None = None
    instructions: Instructions | None = None
    expires_at: datetime | None = None
    pending_reason: str | None = None
    approved: bool = False
    foreign: bool = False
