"""Single arrivals of money out of the sum that some providers tell instead. Pure.

Such a provider says how much came in for a boleto or a Pix, not in how many pieces. Piece by piece it is told apart by
what the ledger has counted before: whatever the sum grew by has arrived since. So it is the fold that tells the pieces
apart, with the version of the payment that is about to be written: two readers that saw different sums never give one
name to different money (PAY-17, PAY-20).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commerce.payments.model import Payment
from commerce.payments.receipts import Receipt


@dataclass(frozen=True, slots=True)
class RunningTotal:
    """All that came in for a charge until somebody looked.

    Args:
        ref: the provider's name for the charge.
        amount: in minor units.
        first_at: when the first money came.
        newest_at: the best that is known of when the newest money came.
    """

    ref: str
    amount: int
    first_at: datetime
    newest_at: datetime


def pieces_of(payment: Payment, total: RunningTotal | None) -> tuple[Receipt, ...]:
    """Every arrival up to now, the oldest first: `<ref>`, `<ref>:2`, `<ref>:3`; those that were counted as they were.

    A sum of twice the amount asked for, or more, seen before anything was counted is taken for a payment and a second
    one: whoever pays a boleto twice pays its amount twice. A sum that is smaller than what was counted is an old one.

    Args:
        payment: as the ledger has it in the version that the pieces are written into.
        total: None where the provider tells each arrival by itself.
    """
    if total is None:
        return ()
    known: Mapping[str, Receipt] = payment.receipts
    asked = payment.money.amount
    seen = tuple(known[name] for name in _names(total.ref, len(known)) if name in known)
    rest = total.amount - sum(receipt.amount for receipt in seen)
    if rest <= 0:
        return seen
    if seen:
        return (*seen, Receipt(f"{total.ref}:{len(seen) + 1}", rest, total.newest_at))
    if rest >= 2 * asked:
        return (
            Receipt(total.ref, asked, total.first_at),
            Receipt(f"{total.ref}:2", rest - asked, total.newest_at),
        )
    return (Receipt(total.ref, rest, total.first_at),)


def _names(ref: str, count: int) -> tuple[str, ...]:
    return (ref, *(f"{ref}:{number}" for number in range(2, count + 1)))
