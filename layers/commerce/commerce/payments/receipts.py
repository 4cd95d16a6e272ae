"""Money as it arrives by Pix or boleto: any amount, at any time, more than once. Pure.

The order's amount confirms by itself, and nothing else does (PAY-20, PAY-21): what differs becomes a record that says
what was expected and what came, and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Receipt:
    """One arrival of money, counted once.

    Args:
        ref: the provider's name for it: the endToEndId of a Pix, the payment's id elsewhere.
        amount: minor units.
        surplus: it came when the payment already had its money, and is none of the order's.
    """

    ref: str
    amount: int
    received_at: datetime
    surplus: bool = False


class DiscrepancyKind(StrEnum):
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    LATE = "late"
    SECOND_PAYMENT = "second_payment"


class Resolution(StrEnum):
    """How a discrepancy ended: taken for the order's payment, sent back, or nothing that had to be decided."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What came, beside what was expected; amounts in minor units. `resolution` is None while it waits for a person."""

    kind: DiscrepancyKind
    receipt_ref: str
    expected: int
    received: int
    noted_at: datetime
    resolution: Resolution | None = None

    @property
    def name(self) -> str:
        """Unique in its payment."""
        return f"{self.kind.value}:{self.receipt_ref}"

    @property
    def is_open(self) -> bool:
        return self.resolution is None
