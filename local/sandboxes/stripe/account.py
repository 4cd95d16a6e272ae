"""A Stripe account: everything the sandbox knows, without HTTP."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from local.sandboxes.kernel.clock import MovableClock, epoch
from local.sandboxes.kernel.webhooks import Endpoint, Webhooks
from local.sandboxes.stripe.errors import no_such
from local.sandboxes.stripe.resource import Resource
from local.sandboxes.stripe.signature import signer

API_VERSION = "2026-10-28.endive"

SUBSCRIBED = (
    "payment_intent.succeeded", "payment_intent.processing", "payment_intent.requires_action",
    "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.amount_capturable_updated",
    "charge.captured", "charge.refunded", "charge.expired", "refund.created", "refund.updated", "refund.failed",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated", "setup_intent.succeeded", "setup_intent.setup_failed",
    "payment_method.attached", "payment_method.detached", "payment_method.automatically_updated",
    "radar.early_fraud_warning.created", "review.opened", "review.closed",
)  # fmt: skip
"""The events that the account's own endpoint is subscribed to; all events can be listed."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Settings:
    """`secret_keys` may do everything, `publishable_key` what a browser may.

    `payment_method_types` are those that the account has activated; Pix and boleto need a Brazilian one.
    `takes_boletos_back` cancels boletos that can still be paid, should Stripe ever begin to.
    """

    secret_keys: tuple[str, ...] = ("sk_test_sandbox", "rk_test_sandbox")
    publishable_key: str = "pk_test_sandbox"
    account_id: str = "acct_sandbox"
    api_version: str = API_VERSION
    enabled_events: tuple[str, ...] = SUBSCRIBED
    country: str = "BR"
    payment_method_types: tuple[str, ...] = ("card", "link", "pix", "boleto")
    takes_boletos_back: bool = False


class Table:
    """The objects of one kind in the order of their creation."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._rows: dict[str, Resource] = {}

    def add(self, resource: Resource) -> Resource:
        self._rows[resource["id"]] = resource
        return resource

    def find(self, identity: str | None) -> Resource | None:
        return self._rows.get(identity or "")

    def get(self, identity: str, param: str = "id", status: int = 404) -> Resource:
        """
        Raises:
            StripeProblem: `resource_missing`.
        """
        resource = self._rows.get(identity)
        if resource is None:
            raise no_such(self.kind, identity, param, status)
        return resource

    def newest_first(self) -> list[Resource]:
        return list(reversed(self._rows.values()))

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(slots=True)
class Hook:
    """A webhook endpoint: where, which events, signed with which secrets."""

    endpoint: Endpoint
    enabled_events: tuple[str, ...]

    def wants(self, kind: str) -> bool:
        return "*" in self.enabled_events or kind in self.enabled_events


@dataclass
class Account:
    """State, time and ids. `secrets` are the signing secrets of the account's own endpoint, newest first."""

    clock: MovableClock
    webhooks: Webhooks
    settings: Settings = field(default_factory=Settings)
    secrets: list[str] = field(default_factory=lambda: ["whsec_sandbox"])
    seed: bytes = field(default_factory=lambda: os.urandom(16))

    def __post_init__(self) -> None:
        self.hook = Hook(Endpoint(signer(lambda: self.secrets)), self.settings.enabled_events)
        self._counter = 0
        self.clear()

    def clear(self) -> None:
        self.intents = Table("payment_intent")
        self.charges = Table("charge")
        self.refunds = Table("refund")
        self.customers = Table("customer")
        self.methods = Table("PaymentMethod")
        self.setups = Table("setupintent")
        self.disputes = Table("dispute")
        self.events = Table("event")
        self.warnings = Table("early_fraud_warning")
        self.reviews = Table("review")
        self.endpoints = Table("webhook_endpoint")
        self.confirmation_tokens = Table("confirmation_token")
        self.hooks: dict[str, Hook] = {"we_sandbox": self.hook}
        self._timers: list[tuple[int, int, Callable[[], None]]] = []

    @property
    def now(self) -> int:
        return epoch(self.clock)

    def new_id(self, prefix: str, length: int = 24) -> str:
        """An id in Stripe's form, `prefix` included as it is, from the seed and a counter."""
        self._counter += 1
        number = int.from_bytes(hashlib.sha256(self.seed + self._counter.to_bytes(8)).digest())
        text = ""
        while len(text) < length:
            number, digit = divmod(number, len(_ALPHABET))
            text += _ALPHABET[digit]
        return prefix + text

    def later(self, seconds: int, action: Callable[[], None]) -> None:
        """Run `action` once the account's clock has moved on by `seconds`."""
        self._counter += 1
        self._timers.append((self.now + seconds, self._counter, action))

    def age(self) -> None:
        """Run every timer that is due, the earliest first."""
        while due := [timer for timer in self._timers if timer[0] <= self.now]:
            first = min(due, key=lambda timer: timer[:2])
            self._timers.remove(first)
            first[2]()
