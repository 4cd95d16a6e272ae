"""Money that comes after the order has gone on: sent back once, or taken in, as the store decided (PAY-19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from commerce.payments.fold_receipts import open_kinds, resolve
from commerce.payments.fold_refunds import refund_fact
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.receipts import Resolution
from commerce.payments.status import DEAD, SETTLED
from commerce.payments.transition import LATE_REFUND_ID, Fact


class LatePolicy(StrEnum):
    """What to do with a payment that arrives after its order was cancelled."""

    REFUND = "refund"
    REOPEN = "reopen"


def send_back_late_payment(
    before: Payment, after: Payment, *, policy: LatePolicy, paid_elsewhere: bool, now: datetime
) -> tuple[Payment, tuple[Fact, ...]]:
    """Add the refund of a late or surplus payment; `reopen` keeps a late one, but never a second one."""
    # A payment is settled once and for all, so this passes once.
    if after.status not in SETTLED or before.status in SETTLED:
        return after, ()
    wish = before.cancellation
    # The clock's own wish, and one that the provider had already refused, took nothing away from the order.
    canceled_meanwhile = wish is not None and wish.status.is_open and not wish.expiry
    late = before.status in DEAD or before.abandoned or canceled_meanwhile
    if not (late or paid_elsewhere):
        return after, ()
    if policy is LatePolicy.REOPEN and not paid_elsewhere and not open_kinds(after):
        return replace(after, abandoned=False), (Fact("payment.reopened"),)
    arrival = Fact("payment.surplus" if paid_elsewhere else "payment.late")
    after, resolved = resolve(replace(after, returned=True), Resolution.RETURNED)
    if after.refundable <= 0:
        return after, (arrival, *resolved)
    refunds = tuple(_returns(after, "duplicate" if paid_elsewhere else "requested_by_customer", now))
    after = replace(after, refunds=MappingProxyType({**after.refunds, **{one.refund_id: one for one in refunds}}))
    requested = (refund_fact("payment.refund_requested", one) for one in refunds)
    return after, (arrival, *resolved, *requested)


def _returns(payment: Payment, reason: str, now: datetime) -> Iterator[Refund]:
    """One refund of all, or one for each arrival that has something left: banks return a Pix, not a sum of them."""
    asked = Refund(LATE_REFUND_ID, payment.refundable, CommandStatus.REQUESTED, requested_at=now, reason=reason)
    if not payment.receipts:
        yield asked
        return
    for number, receipt in enumerate(payment.receipts.values(), start=1):
        name = LATE_REFUND_ID if number == 1 else f"{LATE_REFUND_ID}-{number}"
        if not receipt.surplus and payment.left_of(receipt) > 0:
            yield replace(asked, refund_id=name, amount=payment.left_of(receipt), receipt_ref=receipt.ref)
