"""A PayPal business account: everything the sandbox knows, without HTTP."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local.sandboxes.kernel.clock import MovableClock
from local.sandboxes.kernel.webhooks import Endpoint, Webhooks
from local.sandboxes.paypal import scopes
from local.sandboxes.paypal.errors import unknown_id
from local.sandboxes.paypal.resource import Resource
from local.sandboxes.paypal.signature import Signature

CLIENT_ID = "paypal_sandbox_client"
CLIENT_SECRET = "paypal_sandbox_secret"  # noqa: S105  the sandbox's, known to everybody
WEBHOOK_ID = "WH-SANDBOX-0001"

API = "https://api.sandbox.paypal.com"
CHECKOUT = "https://www.sandbox.paypal.com/checkoutnow"

SUBSCRIBED = (
    "CHECKOUT.ORDER.APPROVED", "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
    "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.REFUNDED",
    "PAYMENT.CAPTURE.REVERSED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED",
    "PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED",
    "CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED",
)  # fmt: skip
"""The events that the account's webhook is subscribed to, which are all that the sandbox knows."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXY"


@dataclass(frozen=True, slots=True)
class Settings:
    """`token_seconds` is how long an access token lives; PayPal's live about nine hours."""

    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    merchant_id: str = "SANDB9XSTAR2E"
    email: str = "store@business.example.com"
    token_seconds: int = 32_400


@dataclass(slots=True)
class Token:
    expires_at: datetime
    scopes: tuple[str, ...]


class Table:
    """The objects of one kind in the order of their creation; `field` names the path parameter of their id."""

    def __init__(self, field: str, key: str = "id") -> None:
        self._field = field
        self._key = key
        self._rows: dict[str, Resource] = {}

    def add(self, resource: Resource) -> Resource:
        self._rows[resource[self._key]] = resource
        return resource

    def get(self, identity: str) -> Resource:
        """
        Raises:
            PaypalProblem: 404 `INVALID_RESOURCE_ID`.
        """
        found = self._rows.get(identity)
        if found is None:
            raise unknown_id(self._field)
        return found

    def forget(self, identity: str) -> None:
        del self._rows[identity]

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)


@dataclass
class Account:
    """State, time and ids.

    `base` is the address in links and in the certificate's URL; `scopes` is what new tokens may do; `refunds_pend`
    makes new refunds wait, and while `refunds_listed` is false orders show none of theirs.
    """

    clock: MovableClock
    webhooks: Webhooks
    settings: Settings = field(default_factory=Settings)
    seed: bytes = field(default_factory=lambda: os.urandom(16))

    def __post_init__(self) -> None:
        self._counter = 0
        self.base = API
        self.checkout = CHECKOUT
        self.signature = Signature(WEBHOOK_ID, lambda: self.base, lambda: self.new_hex(32))
        self.endpoint = Endpoint(self.signature.headers)
        self.enabled_events: tuple[str, ...] = SUBSCRIBED
        self.clear()

    def clear(self) -> None:
        self.orders = Table("id")
        self.authorizations = Table("authorization_id")
        self.captures = Table("capture_id")
        self.refunds = Table("refund_id")
        self.disputes = Table("id", "dispute_id")
        self.events = Table("event_id")
        self.tokens: dict[str, Token] = {}
        self.token_calls = 0
        self.scopes: tuple[str, ...] = scopes.ALL
        self.refunds_pend = False
        self.refunds_listed = True

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def stamp(self) -> str:
        """The time as PayPal's objects show it: whole seconds."""
        return shown_time(self.now)

    def age_of(self, stamp: str) -> timedelta:
        return self.now - datetime.fromisoformat(stamp)

    def new_id(self, length: int = 17) -> str:
        """An id in PayPal's form, from the seed and a counter."""
        number = int.from_bytes(self._digest())
        text = ""
        while len(text) < length:
            number, digit = divmod(number, len(_ALPHABET))
            text += _ALPHABET[digit]
        return text

    def new_hex(self, length: int = 13) -> str:
        return self._digest().hex()[:length]

    def _digest(self) -> bytes:
        self._counter += 1
        return hashlib.sha256(self.seed + self._counter.to_bytes(8)).digest()


def shown_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
