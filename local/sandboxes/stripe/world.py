"""What people and banks do outside the API: the tests' and the demo's levers.

Every method takes ids, holds the sandbox's lock, and returns the object as a client would see it.

Raises:
    StripeProblem: an unknown id.
    ValueError: the object is in a state in which this cannot happen.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from local.sandboxes.stripe import disputing, expiring, issuing, paying, processing, releasing, setting_up
from local.sandboxes.stripe.account import Account
from local.sandboxes.stripe.confirming import attempt, fail
from local.sandboxes.stripe.declines import AUTHENTICATION_FAILED, SETUP_AUTHENTICATION_FAILED
from local.sandboxes.stripe.events import emit, send
from local.sandboxes.stripe.render import render
from local.sandboxes.stripe.resource import Resource


class World:
    def __init__(self, account: Account, lock: AbstractContextManager[object]) -> None:
        self._account = account
        self._lock = lock

    def authenticate(self, intent_id: str, outcome: str = "succeeded") -> Resource:
        """The buyer passes (`succeeded`) or fails (`failed`) the 3-D Secure challenge of a Payment- or SetupIntent."""
        with self._lock:
            setup = intent_id.startswith("seti_")
            table = self._account.setups if setup else self._account.intents
            intent = table.get(intent_id, "intent")
            _expect(intent, "requires_action")
            if issuing.waits_for(self._account, intent) is not None:
                raise ValueError(f"{intent_id} waits to be paid, not for 3-D Secure")
            method = self._account.methods.get(intent["payment_method"])
            if outcome == "failed" and setup:
                setting_up.fail(self._account, None, intent, method, SETUP_AUTHENTICATION_FAILED)
            elif outcome == "failed":
                fail(self._account, None, intent, method, AUTHENTICATION_FAILED, charged=False)
            elif outcome != "succeeded":
                raise ValueError(f"outcome is succeeded or failed, not {outcome!r}")
            else:
                self._authenticated(intent, method, setup)
            return render(self._account, intent)

    def _authenticated(self, intent: Resource, method: Resource, setup: bool) -> None:
        intent["_authenticated"] = True
        if setup:
            setting_up.attempt(self._account, None, intent, method)
        elif intent["confirmation_method"] == "manual":
            intent.update(status="requires_confirmation", next_action=None)
        else:
            attempt(self._account, None, intent, method)

    def make_processing(self, intent_id: str) -> Resource:
        """The next confirmation of the intent ends in `processing`, whatever the card."""
        with self._lock:
            intent = self._account.intents.get(intent_id, "intent")
            intent["_processing"] = True
            return render(self._account, intent)

    def complete(self, intent_id: str, outcome: str = "succeeded") -> Resource:
        """A `processing` payment ends: `succeeded` or `failed`."""
        with self._lock:
            intent = self._account.intents.get(intent_id, "intent")
            _expect(intent, "processing")
            processing.complete(self._account, intent, succeeded=outcome == "succeeded")
            return render(self._account, intent)

    def pay(self, intent_id: str) -> Resource:
        """The buyer pays the Pix code or the boleto that the intent shows."""
        with self._lock:
            intent = self._account.intents.get(intent_id, "intent")
            paying.pay(self._account, intent)
            return render(self._account, intent)

    def expire(self, intent_id: str, *, quietly: bool = False) -> Resource:
        """The authorisation lapses, or nobody paid the Pix or boleto.

        Args:
            quietly: the intent does not show it, only a capture finds out.
        """
        with self._lock:
            intent = self._account.intents.get(intent_id, "intent")
            if issuing.waits_for(self._account, intent) is not None:
                issuing.expire(self._account, intent)
                return render(self._account, intent)
            _expect(intent, "requires_capture")
            if quietly:
                intent["_lapsed"] = True
            else:
                expiring.expire_authorization(self._account, intent)
            return render(self._account, intent)

    def dispute(
        self, charge_id: str, *, reason: str = "fraudulent", amount: int | None = None, inquiry: bool = False
    ) -> Resource:
        with self._lock:
            charge = self._account.charges.get(charge_id)
            if not charge["captured"] or charge["status"] != "succeeded":
                raise ValueError(f"charge {charge_id} took no money that could be disputed")
            dispute = disputing.open_dispute(self._account, charge, reason=reason, amount=amount, inquiry=inquiry)
            return render(self._account, dispute)

    def close_dispute(self, dispute_id: str, outcome: str) -> Resource:
        """`won`, `lost`, or `warning_closed` of an inquiry."""
        with self._lock:
            dispute = self._account.disputes.get(dispute_id)
            if outcome not in ("won", "lost", "warning_closed") or dispute["status"] in ("won", "lost"):
                raise ValueError(f"dispute {dispute_id} is {dispute['status']}; outcome is won, lost or warning_closed")
            return render(self._account, disputing.close_dispute(self._account, dispute, outcome))

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> Resource:
        with self._lock:
            refund = self._account.refunds.get(refund_id)
            _expect(refund, "succeeded", "pending")
            releasing.fail_refund(self._account, refund, reason)
            return render(self._account, refund)

    def settle_refund(self, refund_id: str) -> Resource:
        with self._lock:
            refund = self._account.refunds.get(refund_id)
            _expect(refund, "pending")
            releasing.settle_refund(self._account, refund)
            return render(self._account, refund)

    def warn_of_fraud(self, charge_id: str) -> Resource:
        with self._lock:
            charge = self._account.charges.get(charge_id)
            return render(self._account, disputing.warn_of_fraud(self._account, charge))

    def open_review(self, charge_id: str) -> Resource:
        with self._lock:
            charge = self._account.charges.get(charge_id)
            return render(self._account, disputing.open_review(self._account, charge))

    def close_review(self, review_id: str, reason: str = "approved") -> Resource:
        with self._lock:
            review = self._account.reviews.get(review_id)
            return render(self._account, disputing.close_review(self._account, review, reason))

    def update_card(self, method_id: str, *, exp_month: int, exp_year: int) -> Resource:
        """The bank tells Stripe of a renewed card."""
        with self._lock:
            method = self._account.methods.get(method_id)
            card = method["card"]
            before = {"card": {"exp_month": card["exp_month"], "exp_year": card["exp_year"]}}
            card.update(exp_month=exp_month, exp_year=exp_year)
            emit(self._account, "payment_method.automatically_updated", method, previous=before)
            return render(self._account, method)

    def resend(self, event_id: str) -> Resource:
        """Send an event again to every endpoint that wants it."""
        with self._lock:
            event = self._account.events.get(event_id)
            for hook in self._account.hooks.values():
                if hook.wants(event["type"]):
                    send(self._account, event, hook)
            return render(self._account, event)


def _expect(resource: Resource, *statuses: str) -> None:
    if resource["status"] not in statuses:
        raise ValueError(f"{resource['id']} is {resource['status']}, not {' or '.join(statuses)}")
