"""What payers, banks and PayPal do outside the API: the tests' and the demo's levers.

Every method takes ids, holds the sandbox's lock, and returns the object as a client would see it.

Raises:
    PaypalProblem: an unknown id.
    ValueError: the object is in a state in which this cannot happen, or the choice does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from urllib.parse import urlencode

from local.sandboxes.paypal import capturing, disputing, refunding, scopes
from local.sandboxes.paypal.account import Account
from local.sandboxes.paypal.events import emit, send
from local.sandboxes.paypal.expiring import take_back_approval
from local.sandboxes.paypal.money import minor
from local.sandboxes.paypal.payers import FUNDINGS, PAYER_ID, show_payer
from local.sandboxes.paypal.render import render
from local.sandboxes.paypal.resource import Resource


class World:
    def __init__(self, account: Account, lock: AbstractContextManager[object]) -> None:
        self._account = account
        self._lock = lock

    def approve(self, order_id: str, *, funding: str = "paypal", outcome: str = capturing.OK) -> Resource:
        """The payer agrees. `outcome` is what the instrument will do: one of `capturing.OUTCOMES`.

        After a declined instrument the payer may approve again, with another one.
        """
        _choice("outcome", outcome, capturing.OUTCOMES)
        _choice("funding", funding, FUNDINGS)
        with self._lock:
            order = self._account.orders.get(order_id)
            declined = order["_outcome"] == capturing.INSTRUMENT_DECLINED
            _expect(order, "CREATED", "PAYER_ACTION_REQUIRED", *(["APPROVED"] if declined else []))
            now = self._account.stamp
            order.update(status="APPROVED", update_time=now, _approved_at=now, _outcome=outcome, _funding=funding)
            show_payer(order)
            emit(self._account, "CHECKOUT.ORDER.APPROVED", order)
            return render(self._account, order)

    def cancel(self, order_id: str) -> Resource:
        """The payer leaves without agreeing, of which PayPal tells nobody, or an approval is taken back."""
        with self._lock:
            order = self._account.orders.get(order_id)
            _expect(order, "CREATED", "PAYER_ACTION_REQUIRED", "APPROVED")
            if order["status"] == "APPROVED":
                take_back_approval(self._account, order)
            return render(self._account, order)

    def way_back(self, order_id: str) -> str | None:
        """Where PayPal sends the browser now: the return URL of an approved order, else the cancel URL."""
        order = self._account.orders.get(order_id)
        agreed = order["status"] in ("APPROVED", "COMPLETED")
        base = order["_return_url"] if agreed else order["_cancel_url"]
        query = {"token": order_id, **({"PayerID": PAYER_ID} if agreed else {})}
        return f"{base}{'&' if '?' in base else '?'}{urlencode(query)}" if base else None

    def forget_order(self, order_id: str) -> None:
        """PayPal no longer knows an order that was never paid."""
        with self._lock:
            _expect(self._account.orders.get(order_id), "CREATED", "PAYER_ACTION_REQUIRED", "VOIDED")
            self._account.orders.forget(order_id)

    def complete_capture(self, capture_id: str) -> Resource:
        with self._lock:
            found = self._account.captures.get(capture_id)
            _expect(found, "PENDING")
            capturing.complete(self._account, found)
            return render(self._account, found)

    def deny_capture(self, capture_id: str) -> Resource:
        with self._lock:
            found = self._account.captures.get(capture_id)
            _expect(found, "PENDING")
            capturing.deny(self._account, found)
            return render(self._account, found)

    def next_captures(self, authorization_id: str, outcome: str) -> Resource:
        """What captures of the authorization will meet, one of `capturing.OUTCOMES`."""
        _choice("outcome", outcome, capturing.OUTCOMES)
        with self._lock:
            found = self._account.authorizations.get(authorization_id)
            found["_outcome"] = outcome
            return render(self._account, found)

    def reverse_capture(self, capture_id: str, *, reason: str = "CHARGEBACK", amount: int | None = None) -> Resource:
        """PayPal takes the money back (minor units, by default all that is left); the capture."""
        _choice("reason", reason, ("CHARGEBACK", "BUYER_COMPLAINT"))
        with self._lock:
            found = self._account.captures.get(capture_id)
            _expect(found, "COMPLETED", "PARTIALLY_REFUNDED")
            rest = refunding.left(self._account, found)
            if not 0 < (rest if amount is None else amount) <= rest:
                raise ValueError(f"{rest} of capture {capture_id} is left to reverse")
            refunding.reverse(self._account, found, reason, rest if amount is None else amount)
            return render(self._account, found)

    def withdraw_reversal(self, capture_id: str) -> Resource:
        """The store has won: the money that PayPal took back is the store's again; the capture."""
        with self._lock:
            found = self._account.captures.get(capture_id)
            if not found.get("_reversed"):
                raise ValueError(f"capture {capture_id} was not reversed")
            refunding.withdraw(self._account, found)
            return render(self._account, found)

    def list_refunds(self, listed: bool = True) -> None:
        """Whether orders show their refunds and reversals, or only what the capture says of them, for now."""
        with self._lock:
            self._account.refunds_listed = listed

    def refunds_pend(self, pend: bool = True) -> None:
        """Whether refunds asked for from now on wait (PENDING) until they are settled or fail."""
        with self._lock:
            self._account.refunds_pend = pend

    def settle_refund(self, refund_id: str) -> Resource:
        with self._lock:
            found = self._account.refunds.get(refund_id)
            _expect(found, "PENDING")
            refunding.settle(self._account, found)
            return render(self._account, found)

    def fail_refund(self, refund_id: str) -> Resource:
        """A refund fails, also one that was completed."""
        with self._lock:
            found = self._account.refunds.get(refund_id)
            _expect(found, "PENDING", "COMPLETED")
            refunding.fail(self._account, found)
            return render(self._account, found)

    def open_dispute(
        self, capture_id: str, *, reason: str = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", amount: int | None = None
    ) -> Resource:
        """`amount` in minor units, by default the whole capture."""
        _choice("reason", reason, disputing.REASONS)
        with self._lock:
            found = self._account.captures.get(capture_id)
            _expect(found, *capturing.TOOK_MONEY)
            if amount is not None and not 0 < amount <= minor(found["amount"]):
                raise ValueError(f"capture {capture_id} took {found['amount']['value']}")
            return render(self._account, disputing.open_dispute(self._account, found, reason=reason, amount=amount))

    def update_dispute(self, dispute_id: str, status: str) -> Resource:
        _choice("status", status, disputing.OPEN_STATUSES)
        with self._lock:
            found = self._open_dispute(dispute_id)
            disputing.update(self._account, found, status)
            return render(self._account, found)

    def resolve_dispute(self, dispute_id: str, outcome: str) -> Resource:
        """One of `disputing.OUTCOMES`; in the buyer's favour the capture is reversed as well."""
        _choice("outcome", outcome, disputing.OUTCOMES)
        with self._lock:
            found = self._open_dispute(dispute_id)
            disputing.resolve(self._account, found, outcome)
            return render(self._account, found)

    def revoke_tokens(self) -> int:
        """No access token given so far is good any more; how many that were."""
        with self._lock:
            count = len(self._account.tokens)
            self._account.tokens.clear()
            return count

    def allow(self, allowed: Iterable[str] = scopes.ALL) -> None:
        """What the app's tokens may do, those in use included."""
        with self._lock:
            self._account.scopes = tuple(allowed)
            for token in self._account.tokens.values():
                token.scopes = self._account.scopes

    def resend(self, event_id: str) -> Resource:
        with self._lock:
            event = self._account.events.get(event_id)
            send(self._account, event)
            return render(self._account, event)

    def _open_dispute(self, dispute_id: str) -> Resource:
        found = self._account.disputes.get(dispute_id)
        if found["status"] == "RESOLVED":
            raise ValueError(f"dispute {dispute_id} is RESOLVED")
        return found


def _expect(resource: Resource, *statuses: str) -> None:
    if resource["status"] not in statuses:
        raise ValueError(f"{resource['id']} is {resource['status']}, not {' or '.join(statuses)}")


def _choice(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f"{what} is one of {', '.join(known)}, not {given!r}")
