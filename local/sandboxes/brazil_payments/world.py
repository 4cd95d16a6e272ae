"""What buyers, banks and the gateway's people do outside the API: the tests' and the demo's levers.

Every method takes ids, holds the sandbox's lock, and returns the transaction as GET shows it.

Raises:
    Refusal: an unknown id.
    ValueError: the transaction is in a state in which this cannot happen.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from commerce.platform.clock import iso
from local.sandboxes.brazil_payments.transactions import Transaction, Transactions

type Seen = dict[str, str | None]


class World:
    def __init__(self, transactions: Transactions, lock: AbstractContextManager[object]) -> None:
        self._transactions = transactions
        self._lock = lock

    def show(self, transaction: str) -> Seen:
        with self._lock:
            return self._seen(self._transactions.find(transaction))

    def pay(self, transaction: str, *, amount: int | None = None, late: bool = False, again: bool = False) -> Seen:
        """The buyer pays. `amount` in cents, by default what was asked; less and more are `paid` as well.

        `late` pays one that is expired or cancelled, `again` one that is paid already: its `paid_amount` grows.
        """
        with self._lock:
            found = self._find(
                transaction, *(("expired", "cancelled") if late else ("paid",) if again else ("pending",))
            )
            cents = found.cents if amount is None else amount
            if cents <= 0:
                raise ValueError("an amount is a positive number of cents")
            found.received += cents
            found.paid_at = found.paid_at or self._transactions.now
            found.status = "paid"
            return self._seen(found)

    def fail(self, transaction: str) -> Seen:
        return self._moved(transaction, "failed", "pending")

    def cancel(self, transaction: str) -> Seen:
        """Somebody cancels it at the gateway; the API has no route for that."""
        return self._moved(transaction, "cancelled", "pending")

    def expire(self, transaction: str) -> Seen:
        """As the clock does, but now."""
        return self._moved(transaction, "expired", "pending")

    def refund(self, transaction: str) -> Seen:
        """Somebody gives all of it back at the gateway; the API has no route for that."""
        with self._lock:
            found = self._find(transaction, "paid")
            found.returned, found.status = found.received, "refunded"
            return self._seen(found)

    def pretend(self, transaction: str, status: str) -> Seen:
        """Show any status, for example one that nobody knows."""
        with self._lock:
            found = self._transactions.find(transaction)
            found.status = status
            return self._seen(found)

    def behave(self, *, paid_details: bool | None = None, idempotency: bool | None = None) -> None:
        """Have or leave out the API's optional parts."""
        switches = self._transactions.switches
        if paid_details is not None:
            switches.paid_details = paid_details
        if idempotency is not None:
            switches.idempotency = idempotency

    def _moved(self, transaction: str, status: str, before: str) -> Seen:
        with self._lock:
            found = self._find(transaction, before)
            found.status = status
            return self._seen(found)

    def _find(self, transaction: str, *statuses: str) -> Transaction:
        self._transactions.age()
        found = self._transactions.find(transaction)
        if found.status not in statuses:
            raise ValueError(f"transaction {transaction} is {found.status}, not {' or '.join(statuses)}")
        return found

    def _seen(self, found: Transaction) -> Seen:
        if not self._transactions.switches.paid_details:
            return {"status": found.status}
        amount = f"{found.received // 100}.{found.received % 100:02}" if found.received else None
        return {
            "status": found.status,
            "paid_amount": amount,
            "paid_at": iso(found.paid_at) if found.paid_at else None,
        }
