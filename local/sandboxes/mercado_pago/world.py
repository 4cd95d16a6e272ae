"""What buyers, banks and Mercado Pago do outside the API: the tests' and the demo's levers.

Every method takes ids, holds the sandbox's lock, and returns the payment (or refund) as a client would see it.

Raises:
    Trouble: an unknown id.
    ValueError: the payment is in a state in which this cannot happen.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from local.sandboxes.mercado_pago.account import Account
from local.sandboxes.mercado_pago.errors import NO_REFUND, not_found
from local.sandboxes.mercado_pago.notices import Notice
from local.sandboxes.mercado_pago.payment import Payment, Refund
from local.sandboxes.mercado_pago.render import payment_json, refund_json

type Seen = dict[str, Any]


class World:
    def __init__(self, account: Account, lock: AbstractContextManager[object]) -> None:
        self._account = account
        self._lock = lock

    def pay(
        self,
        payment: str | int,
        *,
        amount: int | None = None,
        late: bool = False,
        again: bool = False,
        clears: bool = False,
    ) -> Seen:
        """The buyer pays. `amount` in cents, by default what was asked; less and more are approved as well.

        `late` pays one that is cancelled or expired, `again` one that is paid already: its `total_paid_amount` grows.
        With `clears` it is approved when the bank opens on its next day, as a boleto is, and pending until then.
        """
        with self._lock:
            found = self._find(payment)
            _expect(found, *(("cancelled",) if late else ("approved",) if again else ("pending", "in_process")))
            cents = found.asked.cents if amount is None else amount
            if cents <= 0:
                raise ValueError("an amount is a positive number of cents")
            if clears:
                self._account.receive_later(found, cents)
            else:
                self._account.receive(found, cents)
            return _seen(found)

    def expire(self, payment: str | int) -> Seen:
        """As the clock does at `date_of_expiration`, but now."""
        return self._moved(payment, ("pending",), "cancelled", "expired")

    def review(self, payment: str | int) -> Seen:
        """Mercado Pago looks at it before it is approved or rejected."""
        return self._moved(payment, ("pending",), "in_process", "pending_review_manual")

    def reject(self, payment: str | int, detail: str = "bank_error") -> Seen:
        return self._moved(payment, ("pending", "in_process"), "rejected", detail)

    def mediate(self, payment: str | int) -> Seen:
        """The buyer complains: the money is held, GET shows `in_mediation`."""
        return self._moved(payment, ("approved",), "in_mediation", "in_process", disputed=True)

    def end_mediation(self, payment: str | int, outcome: str) -> Seen:
        """`approved`: the store keeps the money. `refunded`: Mercado Pago gives it back."""
        with self._lock:
            found = self._find(payment)
            _expect(found, "in_mediation")
            if outcome == "refunded":
                self._account.give_back(found, found.balance, by_admin=True)
            elif outcome == "approved":
                self._account.reckon(found)
            else:
                raise ValueError(f"outcome is approved or refunded, not {outcome!r}")
            return _seen(found)

    def charge_back(self, payment: str | int) -> Seen:
        """The buyer disowns it at the bank."""
        return self._moved(payment, ("approved", "in_mediation"), "charged_back", "in_process", disputed=True)

    def end_charge_back(self, payment: str | int, outcome: str) -> Seen:
        """`settled`: the money stays with the buyer. `reimbursed`: it comes back to the store."""
        if outcome not in ("settled", "reimbursed"):
            raise ValueError(f"outcome is settled or reimbursed, not {outcome!r}")
        return self._moved(payment, ("charged_back",), "charged_back", outcome)

    def give_back(self, payment: str | int, *, amount: int | None = None) -> Seen:
        """Mercado Pago or a person in its panel refunds: nobody asked through the API. `amount` in cents."""
        with self._lock:
            found = self._find(payment)
            _expect(found, "approved")
            cents = found.balance if amount is None else amount
            if not 0 < cents <= found.balance:
                raise ValueError(f"between 1 and {found.balance} cents can be given back")
            self._account.give_back(found, cents, by_admin=True)
            return _seen(found)

    def hold_refunds(self, times: int = 1) -> None:
        """The next `times` refunds stay in process."""
        with self._lock:
            self._account.switches.refunds_to_hold = times

    def settle_refund(self, refund: str | int) -> Seen:
        with self._lock:
            payment, found = self._refund(refund, "in_process")
            self._account.end_refund(payment, found, "approved")
            return refund_json(found)

    def fail_refund(self, refund: str | int) -> Seen:
        """`rejected`, also after it was approved: the buyer's bank sent the money back."""
        with self._lock:
            payment, found = self._refund(refund, "in_process", "approved")
            self._account.end_refund(payment, found, "rejected")
            return refund_json(found)

    def alter(self, payment: str | int, shown: dict[str, Any]) -> Seen:
        """Show these fields with these values from now on, such as a foreign `collector_id` or an unknown `status`."""
        with self._lock:
            found = self._find(payment)
            found.altered |= shown
            return _seen(found)

    def resend(self, payment: str | int) -> Seen:
        """One more webhook about the payment, with an id of its own."""
        with self._lock:
            found = self._find(payment)
            self._account.tell(found)
            return _seen(found)

    def notify(self, notice: Notice) -> None:
        """A webhook about anything, signed as usual."""
        with self._lock:
            self._account.notices.send(notice, self._account.new_id(), self._account.now)

    def sign(self, *, id_case: str | None = None, unit: str | None = None) -> None:
        """How webhooks are signed from now on: the id "lower" or "raw", the moment in "ms" or "s"."""
        notices = self._account.notices
        if id_case not in (None, "lower", "raw") or unit not in (None, "ms", "s"):
            raise ValueError("id_case is lower or raw, unit is ms or s")
        notices.id_case, notices.unit = id_case or notices.id_case, unit or notices.unit

    def behave(self, *, bare_refund_replay: bool | None = None, search_lag: float | None = None) -> None:
        """`Switches` of the account; `search_lag` in seconds."""
        switches = self._account.switches
        if bare_refund_replay is not None:
            switches.bare_refund_replay = bare_refund_replay
        if search_lag is not None:
            switches.search_lag = timedelta(seconds=search_lag)

    def _moved(
        self, payment: str | int, before: tuple[str, ...], status: str, detail: str, *, disputed: bool = False
    ) -> Seen:
        with self._lock:
            found = self._find(payment)
            _expect(found, *before)
            found.disputed = found.disputed or disputed
            self._account.move(found, status, detail)
            return _seen(found)

    def _find(self, payment: str | int) -> Payment:
        self._account.age()
        return self._account.find(payment)

    def _refund(self, refund: str | int, *statuses: str) -> tuple[Payment, Refund]:
        for payment in self._account.payments.values():
            for candidate in payment.refunds:
                if str(candidate.id) == str(refund):
                    if candidate.status not in statuses:
                        raise ValueError(f"refund {refund} is {candidate.status}, not {' or '.join(statuses)}")
                    return payment, candidate
        raise not_found(NO_REFUND)


def _seen(payment: Payment) -> Seen:
    return payment_json(payment, in_process=True)


def _expect(payment: Payment, *statuses: str) -> None:
    if payment.status not in statuses:
        raise ValueError(f"payment {payment.id} is {payment.status}, not {' or '.join(statuses)}")
