"""The payment as the ledger keeps it: one aggregate per attempt to pay an order.

Amounts are integers in the minor units of the payment's currency (ISO 4217).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from commerce.payments.instructions import Instructions
from commerce.payments.payer import Payer
from commerce.payments.receipts import Discrepancy, Receipt
from commerce.payments.status import LIVE, PaymentStatus
from commerce.platform.money import Money


class CaptureMethod(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class CommandStatus(StrEnum):
    """Where a capture, refund or cancel stands; it is a command: reserved, sent, finished by observation."""

    REQUESTED = "requested"
    SENT = "sent"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def holds_money(self) -> bool:
        """A command that may still move money, or has moved it, keeps its reservation."""
        return self not in (CommandStatus.FAILED, CommandStatus.CANCELED)

    @property
    def is_open(self) -> bool:
        return self in (CommandStatus.REQUESTED, CommandStatus.SENT, CommandStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the provider said no. `buyer_code` names the text a buyer may be told; never the raw reason."""

    code: str
    buyer_code: str
    decline_code: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund, named by its caller. `sent_at` is written before the first call to the provider.

    `receipt_ref` names the arrival of money that it sends back, where money arrives piece by piece. `by_hand` means
    that a person gave it back outside the provider, and it is only recorded here.
    """

    refund_id: str
    amount: int
    status: CommandStatus
    requested_at: datetime
    reason: str | None = None
    sent_at: datetime | None = None
    provider_ref: str | None = None
    failure: str | None = None
    receipt_ref: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of an authorised payment; what is not captured is released."""

    capture_id: str
    amount: int
    status: CommandStatus
    requested_at: datetime
    sent_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """Our part after the buyer approved: the call that takes or reserves the money. A decline ends it, and the buyer's
    next approval asks for another one, with a key of its own."""

    status: CommandStatus
    requested_at: datetime
    sent_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The wish to cancel; `expiry` marks the clock's own wish, after the buyer went away."""

    status: CommandStatus
    requested_at: datetime
    reason: str | None = None
    expiry: bool = False
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A chargeback or inquiry. While it is open, and for good when it is lost, refunds are frozen (PAY-25)."""

    provider_ref: str
    status: str
    amount: int
    reason: str | None = None

    @property
    def frees_refunds(self) -> bool:
        return self.status in ("won", "warning_closed", "prevented")

    @property
    def is_final(self) -> bool:
        return self.frees_refunds or self.status == "lost"


@dataclass(frozen=True, slots=True)
class MethodDetails:
    """What a receipt may show of the card: never more than the last four digits."""

    kind: str
    brand: str | None = None
    last4: str | None = None
    wallet: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutChoices:
    """What the caller of a checkout chose; everything else comes from the order.

    `expires_in` is in seconds and for Pix; `due_date` is for a boleto, or a Pix with a due date, and already a day on
    which banks work. `funding_source` is what the buyer chose on PayPal's button, kept for display only.
    """

    capture_method: CaptureMethod = CaptureMethod.AUTOMATIC
    customer_ref: str | None = None
    payment_method_ref: str | None = None
    off_session: bool = False
    save_payment_method: bool = False
    payer: Payer | None = None
    expires_in: int | None = None
    due_date: date | None = None
    funding_source: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt to pay one order at one provider.

    `operation_key` is the provider's idempotency key of the creating call; it and `fingerprint` are written
    before that call and never change (PAY-02). `version` grows by one with every write.
    `sent_at` and `last_sent_at` are the first and the newest time of the creating call; while `lease_until` is
    ahead, somebody is talking to the provider about this payment. `abandoned` means that the provider refused to
    open it or was asked and does not know it, so that the order went on without it. `returned` means that its money
    is none of the order's: it came too late, or after another payment, and goes back.

    Where money arrives piece by piece (`receipts`, by their ref), `captured` is what arrived for the order, and only
    `accepted` makes it the order's payment: the exact amount does by itself, any other by a person. `expires_at` is
    until when the buyer can pay: the end of a Pix, the last second of a boleto's due day.
    """

    payment_id: str
    order_id: str
    user_id: str
    attempt: int
    provider: str
    method: str
    money: Money
    choices: CheckoutChoices
    fingerprint: str
    operation_key: str
    status: PaymentStatus
    version: int
    created_at: datetime
    updated_at: datetime
    waiting_since: datetime | None = None
    observed_at: datetime | None = None
    sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    lease_until: datetime | None = None
    provider_ref: str | None = None
    charge_ref: str | None = None
    authorized: int = 0
    captured: int = 0
    refunds: Mapping[str, Refund] = field(default_factory=lambda: MappingProxyType({}))
    captures: Mapping[str, Capture] = field(default_factory=lambda: MappingProxyType({}))
    completion: Completion | None = None
    cancellation: Cancellation | None = None
    receipts: Mapping[str, Receipt] = field(default_factory=lambda: MappingProxyType({}))
    discrepancies: Mapping[str, Discrepancy] = field(default_factory=lambda: MappingProxyType({}))
    accepted: bool = False
    instructions: Instructions | None = None
    expires_at: datetime | None = None
    pending_reason: str | None = None
    dispute: Dispute | None = None
    failure: Failure | None = None
    details: MethodDetails | None = None
    capture_before: datetime | None = None
    review_reason: str | None = None
    abandoned: bool = False
    returned: bool = False
    due_at: datetime | None = None
    poll_step: int = 0

    @property
    def holds_order(self) -> bool:
        """It may still be paid, so that no other attempt may start (PAY-02)."""
        return self.status in LIVE and not self.abandoned

    @property
    def open_commands(self) -> tuple[Refund | Capture | Completion | Cancellation, ...]:
        """Commands that wait for the provider: to be sent, or to be seen through."""
        commands = (self.completion, *self.captures.values(), *self.refunds.values(), self.cancellation)
        return tuple(command for command in commands if command is not None and command.status.is_open)

    def leased(self, now: datetime) -> bool:
        return self.lease_until is not None and self.lease_until > now

    @property
    def refund_reserved(self) -> int:
        """Everything refunded or on its way to be, of what arrived for the order."""
        return sum(r.amount for r in self.refunds.values() if r.status.holds_money and not self._of_surplus(r))

    @property
    def refunded(self) -> int:
        done = (r for r in self.refunds.values() if r.status is CommandStatus.SUCCEEDED)
        return sum(r.amount for r in done if not self._of_surplus(r))

    @property
    def confirmed(self) -> bool:
        """What was captured is the order's payment: all of it at most providers, or what was accepted of it."""
        return self.captured > 0 and (self.accepted or not self.receipts)

    @property
    def refundable(self) -> int:
        return self.captured - self.refund_reserved

    @property
    def refunds_frozen(self) -> bool:
        return self.dispute is not None and not self.dispute.frees_refunds

    def left_of(self, receipt: Receipt) -> int:
        """What of this arrival could still be sent back, in minor units."""
        sent_back = (r for r in self.refunds.values() if r.receipt_ref == receipt.ref and r.status.holds_money)
        return receipt.amount - sum(refund.amount for refund in sent_back)

    def _of_surplus(self, refund: Refund) -> bool:
        receipt = self.receipts.get(refund.receipt_ref or "")
        return receipt is not None and receipt.surplus
