"""From what an event tells of to the order behind it: by reading, where the event itself does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from commerce.payments.gateways.fields import Json, objects, optional_text
from commerce.payments.gateways.paypal.client import READ_DISPUTES, PaypalClient, path_of
from commerce.payments.gateways.paypal.dispute_reading import DISPUTES, listed
from commerce.payments.gateways.paypal.events import (
    APPROVAL_REVERSED,
    APPROVED,
    AUTHORIZATION,
    CAPTURE,
    DISPUTE,
    REFUND,
    order_of,
    parent_of,
)
from commerce.payments.gateways.paypal.failures import missing_permission
from commerce.payments.work import Hint
from commerce.platform.deadline import Deadline

_HOMES = {
    CAPTURE: ("v2", "payments", "captures"),
    REFUND: ("v2", "payments", "refunds"),
    AUTHORIZATION: ("v2", "payments", "authorizations"),
}
_PARENT = re.compile(r"/v2/payments/(captures|authorizations)/([A-Z0-9]{1,36})", re.ASCII)
_MOST_STEPS = 3
"""A refund's capture's authorization's order."""


class OrderLocator:
    """The worker's `locate`: the order id is what a payment of ours is known by at PayPal."""

    def __init__(self, client: PaypalClient) -> None:
        self._client = client

    def __call__(self, message: Mapping[str, Any], deadline: Deadline) -> Hint | None:
        """None for an object that belongs to no order, as those of PayPal's older ways to pay.

        Raises:
            ConfigurationError: `missing_permission`: disputes come in, but our app may not read them.
            ProviderMissing, ProviderUnavailable: what the event tells of could not be read.
        """
        order_id = message["order_id"] or self._order_of(message["object"], message["object_id"], deadline)
        if order_id is None:
            return None
        kind = message["type"]
        # PayPal deletes orders that nobody paid; what it says of them then is no news.
        ended = kind == APPROVAL_REVERSED
        return Hint(message["event_id"], order_id, approval=kind == APPROVED, of_an_ended_one=ended)

    def _order_of(self, kind: str, object_id: str, deadline: Deadline) -> str | None:
        if kind == DISPUTE:
            return self._of_dispute(object_id, deadline)
        found = self._client.get(path_of(*_HOMES[kind], object_id), deadline=deadline)
        return self._climb(found, deadline)

    def _of_dispute(self, dispute_id: str, deadline: Deadline) -> str | None:
        if not self._client.may(READ_DISPUTES, deadline):
            raise missing_permission("disputes (Customer Disputes), although its webhook is subscribed to them")
        dispute = self._client.get(path_of(*DISPUTES, dispute_id), deadline=deadline)
        for transaction in objects(dispute, "disputed_transactions"):
            capture = optional_text(transaction, "seller_transaction_id")
            if capture is not None:
                # The order is read without its disputes where they cannot be read, and this news would be lost with it.
                listed(self._client, capture, deadline)
                found = self._client.get(path_of(*_HOMES[CAPTURE], capture), deadline=deadline)
                return self._climb(found, deadline)
        return None

    def _climb(self, found: Json, deadline: Deadline) -> str | None:
        for _ in range(_MOST_STEPS):
            order_id = order_of(found)
            if order_id is not None:
                return order_id
            above = _PARENT.fullmatch(urlsplit(parent_of(found) or "").path)
            if above is None:
                return None
            found = self._client.get(path_of("v2", "payments", *above.groups()), deadline=deadline)
        return order_of(found)
