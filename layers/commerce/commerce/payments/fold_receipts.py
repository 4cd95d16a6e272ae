"""Fold the arrivals of money into the payment: each counts once, and only the order's amount confirms by itself.

What differs from the amount waits for a person (PAY-20, PAY-21). What arrives when the payment already has its money
is surplus: recorded, told, and sent back under a refund id of its own, so at most once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from commerce.payments.fold_refunds import refund_fact
from commerce.payments.model import CommandStatus, Payment, Refund
from commerce.payments.receipts import Discrepancy, DiscrepancyKind, Receipt, Resolution
from commerce.payments.transition import Fact

SURPLUS_REFUND_PREFIX = "surplus-"
_LONGEST_REF = 48


def merge_receipts(
    payment: Payment, seen: tuple[Receipt, ...], *, tolerance: int, now: datetime
) -> tuple[Payment, tuple[Fact, ...]]:
    """The payment with every arrival counted, and one fact for each that is not simply its amount.

    Args:
        tolerance: by how many minor units an arrival may differ and still confirm by itself.
    """
    facts: list[Fact] = []
    for receipt in sorted(seen, key=lambda one: (one.received_at, one.ref)):
        if receipt.ref in payment.receipts:
            continue
        payment, told = _arrive(payment, receipt, tolerance, now)
        facts.extend(told)
    return payment, tuple(facts)


def surplus_refund_id(ref: str) -> str:
    """The name of the refund that sends this arrival back; never the same for two arrivals."""
    named = ref if len(ref) <= _LONGEST_REF else hashlib.sha256(ref.encode()).hexdigest()[:_LONGEST_REF]
    return f"{SURPLUS_REFUND_PREFIX}{named}"


def open_kinds(payment: Payment) -> tuple[str, ...]:
    """Which discrepancies wait for a person, by name."""
    return tuple(sorted({one.kind.value for one in payment.discrepancies.values() if one.is_open}))


def resolve(payment: Payment, resolution: Resolution) -> tuple[Payment, tuple[Fact, ...]]:
    """Close whatever waited for a decision."""
    facts: list[Fact] = []
    resolved: dict[str, Discrepancy] = {}
    for name, one in payment.discrepancies.items():
        resolved[name] = replace(one, resolution=resolution) if one.is_open else one
        if one.is_open:
            facts.append(_discrepancy_fact("payment.discrepancy_resolved", resolved[name]))
    return replace(payment, discrepancies=MappingProxyType(resolved)), tuple(facts)


def _arrive(payment: Payment, receipt: Receipt, tolerance: int, now: datetime) -> tuple[Payment, list[Fact]]:
    if payment.accepted or payment.returned:
        return _surplus(payment, receipt, now)
    counted = _with_receipt(payment, receipt)
    counted = replace(counted, captured=payment.captured + receipt.amount)
    difference = counted.captured - payment.money.amount
    # What is partly on its way back is no longer the whole amount, whatever the sum of the arrivals says.
    if abs(difference) <= tolerance and not payment.refund_reserved:
        confirmed, told = resolve(replace(counted, accepted=True), Resolution.ACCEPTED)
        if payment.expires_at is None or receipt.received_at <= payment.expires_at:
            return confirmed, list(told)
        noted, late = _note(confirmed, DiscrepancyKind.LATE, receipt, now, Resolution.NOTED)
        return noted, [*told, late]
    kind = DiscrepancyKind.OVERPAID if difference > 0 else DiscrepancyKind.UNDERPAID
    closed, _ = resolve(counted, Resolution.NOTED)
    noted, fact = _note(closed, kind, receipt, now, None)
    return noted, [fact]


def _surplus(payment: Payment, receipt: Receipt, now: datetime) -> tuple[Payment, list[Fact]]:
    surplus = _with_receipt(payment, replace(receipt, surplus=True))
    noted, fact = _note(surplus, DiscrepancyKind.SECOND_PAYMENT, receipt, now, Resolution.NOTED)
    refund = Refund(
        refund_id=surplus_refund_id(receipt.ref),
        amount=receipt.amount,
        reason="duplicate",
        status=CommandStatus.REQUESTED,
        requested_at=now,
        receipt_ref=receipt.ref,
    )
    refunds = MappingProxyType({**noted.refunds, refund.refund_id: refund})
    told = [fact, Fact("payment.surplus", _receipt_data(receipt)), refund_fact("payment.refund_requested", refund)]
    return replace(noted, refunds=refunds), told


def _with_receipt(payment: Payment, receipt: Receipt) -> Payment:
    return replace(payment, receipts=MappingProxyType({**payment.receipts, receipt.ref: receipt}))


def _note(
    payment: Payment, kind: DiscrepancyKind, receipt: Receipt, now: datetime, resolution: Resolution | None
) -> tuple[Payment, Fact]:
    received = receipt.amount if kind is DiscrepancyKind.SECOND_PAYMENT else payment.captured
    expected = 0 if kind is DiscrepancyKind.SECOND_PAYMENT else payment.money.amount
    one = Discrepancy(kind, receipt.ref, expected, received, noted_at=now, resolution=resolution)
    discrepancies = MappingProxyType({**payment.discrepancies, one.name: one})
    return replace(payment, discrepancies=discrepancies), _discrepancy_fact("payment.discrepancy", one)


def _discrepancy_fact(kind: str, one: Discrepancy) -> Fact:
    data: dict[str, object] = {
        "discrepancy": one.kind.value,
        "receipt_ref": one.receipt_ref,
        "expected_amount": one.expected,
        "received_amount": one.received,
    }
    if one.resolution is not None:
        data["resolution"] = one.resolution.value
    return Fact(kind, data)


def _receipt_data(receipt: Receipt) -> Mapping[str, object]:
    return {"receipt_ref": receipt.ref, "received_amount": receipt.amount}
