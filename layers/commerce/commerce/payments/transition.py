"""What one observation or command makes of a payment: the new aggregate and the facts to publish with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from commerce.payments.model import Payment
from commerce.payments.status import SETTLED

LATE_REFUND_ID = "late-payment"
"""The refund that sends back money which came after the order had gone on; one name, so at most one (PAY-19)."""


class OrderEffect(StrEnum):
    """What the order has to learn in the same transaction."""

    NONE = "none"
    PAID = "paid"
    PAID_AND_REFUNDED = "paid_and_refunded"
    REFUNDED = "refunded"
    REFUND_REVERSED = "refund_reversed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, to be published as a domain event of this type."""

    type: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """From `before` to `after`, with the facts of the way. Nothing is published unless it is committed."""

    before: Payment
    after: Payment
    facts: tuple[Fact, ...] = ()
    note: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything happened that the ledger has to remember, apart from when to look again."""
        return bool(self.facts) or _essence(self.before) != _essence(self.after)

    @property
    def order_effect(self) -> OrderEffect:
        before, after = self.before, self.after
        if after.status in SETTLED and not after.returned:
            if before.status not in SETTLED:
                return OrderEffect.PAID_AND_REFUNDED if _all_went_back(after) else OrderEffect.PAID
            if _all_went_back(after) == _all_went_back(before):
                return OrderEffect.NONE
            return OrderEffect.REFUNDED if _all_went_back(after) else OrderEffect.REFUND_REVERSED
        if self.before.holds_order and not self.after.holds_order:
            return OrderEffect.RELEASED
        return OrderEffect.NONE


def _all_went_back(payment: Payment) -> bool:
    return 0 < payment.captured <= payment.refunded


def _essence(payment: Payment) -> Payment:
    """The payment without what merely says when somebody looked, or will."""
    return replace(
        payment,
        version=0,
        updated_at=payment.created_at,
        observed_at=None,
        due_at=None,
        poll_step=0,
        lease_until=None,
        waiting_since=None,
    )
