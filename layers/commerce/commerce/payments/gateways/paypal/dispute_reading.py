"""Asking PayPal for the disputes of a payment: worth knowing, and never in the way of the money."""

from __future__ import annotations

from commerce.payments.gateways.fields import Json, objects, text
from commerce.payments.gateways.paypal.client import READ_DISPUTES, PaypalClient, path_of
from commerce.payments.gateways.paypal.disputes import RESOLVED, dispute_of
from commerce.payments.gateways.paypal.payments import Payments
from commerce.payments.gateways.paypal.settings import PROVIDER
from commerce.payments.model import Dispute
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ConfigurationError, ProviderMissing, ProviderUnavailable, Unprocessable
from commerce.platform.observability import count, log_failure

DISPUTES = ("v1", "customer", "disputes")
READ_SECONDS = 4.0
"""A Disputes API that hangs must leave time to write down what the order said."""

_MOST = "50"
_UNREAD = (ProviderUnavailable, ProviderMissing, AttributeError, LookupError, TypeError, ValueError, Unprocessable)


def seen_dispute(client: PaypalClient, payments: Payments, deadline: Deadline) -> Dispute | None:
    """The dispute of an order's captures; None says nothing: the ledger keeps what it knows, and refunds stay frozen.

    PayPal serves disputes apart from orders. When they cannot be read that is counted and logged, and what the order
    says of the money is worth as much as ever.

    Raises:
        ConfigurationError: what getting a token raises.
    """
    if not payments.taken:
        return None
    brief = Deadline.after(deadline.remaining(), ceiling=READ_SECONDS, monotonic=deadline.monotonic)
    try:
        if not client.may(READ_DISPUTES, brief):
            return None
        return dispute_of(
            [found for capture in payments.taken for found in _with_outcomes(client, text(capture, "id"), brief)]
        )
    except ConfigurationError as error:
        if error.code == "missing_permission":
            # Taken away since our token was given: what is known of the money must not depend on it.
            return None
        raise
    except _UNREAD as error:
        count("PaypalDisputesUnread", provider=PROVIDER)
        log_failure("disputes not read, the money is taken down without them", error, provider=PROVIDER)
        return None


def listed(client: PaypalClient, capture: str, deadline: Deadline) -> list[Json]:
    """The disputes of a capture in brief.

    Raises:
        ProviderUnavailable, ConfigurationError: they could not be read.
    """
    params = {"disputed_transaction_id": capture, "page_size": _MOST}
    return list(objects(client.get(path_of(*DISPUTES), params=params, deadline=deadline), "items"))


def _with_outcomes(client: PaypalClient, capture: str, deadline: Deadline) -> list[Json]:
    return [
        client.get(path_of(*DISPUTES, text(found, "dispute_id")), deadline=deadline)
        if found.get("status") == RESOLVED
        else found
        for found in listed(client, capture, deadline)
    ]
