"""Single arrivals of money out of the sum that some providers tell instead. Pure.

Such a provider says how much came in for a boleto or a Pix, not in how many pieces. Piece by piece it is told apart by
what the ledger has seen before: whatever the sum grew by has arrived since. Each piece has a name of its own, so that
it counts once whoever sees it first (PAY-20, PAY-21).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from commerce.payments.receipts import Receipt


def arrivals(
    ref: str,
    total: int,
    *,
    asked: int,
    known: Mapping[str, Receipt],
    first_at: datetime,
    newest_at: datetime,
) -> tuple[Receipt, ...]:
    """Every arrival up to now, the oldest first: `<ref>`, `<ref>:2`, `<ref>:3`.

    Args:
        ref: the provider's name for the charge.
        total: all that came in, in minor units.
        asked: what one payment of it is, in minor units.
        known: the receipts of the ledger; empty when nothing was seen yet. Then a sum of twice the amount asked for,
            or more, is taken for a payment and a second one: whoever pays a boleto twice pays its amount twice.
        first_at: when the first money came.
        newest_at: the best that is known of when the newest money came.
    """
    seen = [known[name] for name in _names(ref, len(known)) if name in known]
    rest = total - sum(receipt.amount for receipt in seen)
    if rest <= 0:
        return tuple(seen)
    if seen:
        return (*seen, Receipt(f"{ref}:{len(seen) + 1}", rest, newest_at))
    if rest >= 2 * asked:
        return (Receipt(ref, asked, first_at), Receipt(f"{ref}:2", rest - asked, newest_at))
    return (Receipt(ref, rest, first_at),)


def _names(ref: str, count: int) -> tuple[str, ...]:
    return (ref, *(f"{ref}:{number}" for number in range(2, count + 1)))
