"""The ledger: payments in the table, moved only by whole transactions.

One commit writes the payment's new version, its line in the timeline, the mark of the webhook that caused it, what
the order has to learn, and the events to publish: all of it or nothing (PLT-01, PAY-13).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from commerce.orders import entries as order_entries
from commerce.orders.events import order_event
from commerce.payments.codec import from_row, payment_key, timeline_key, to_row
from commerce.payments.events import payment_event
from commerce.payments.model import Payment
from commerce.payments.observation import Source
from commerce.payments.transition import OrderEffect, Transition
from commerce.platform import dynamodb
from commerce.platform.clock import Clock, iso, parse_iso
from commerce.platform.dynamodb import TransactEntry
from commerce.platform.errors import VersionConflict
from commerce.platform.ids import Ids
from commerce.platform.outbox import DomainEvent, outbox_put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ABSENT = "attribute_not_exists(pk)"

SEEN_KEPT = timedelta(days=45)
"""How long a webhook's id is remembered: longer than any provider repeats itself (PAY-13 asks for 30 days)."""


class AlreadySeen(VersionConflict):
    """The webhook was already turned into a transition."""

    default_code = "already_seen"


class OrderMoved(VersionConflict):
    """The order does not allow it any more: it changed, or another payment paid it."""

    default_code = "order_moved"


class KeyTaken(VersionConflict):
    """The client's idempotency key stands for something else."""

    default_code = "idempotency_key_taken"


_ORDER_EVENTS: Mapping[OrderEffect, tuple[str, ...]] = {
    OrderEffect.NONE: (),
    OrderEffect.RELEASED: (),
    OrderEffect.PAID: ("order.paid",),
    OrderEffect.REFUNDED: ("order.refunded",),
    OrderEffect.REFUND_REVERSED: ("order.refund_reversed",),
    # Events keep no order on the bus: nobody is to ship, or to confirm, what has gone back already.
    OrderEffect.PAID_AND_REFUNDED: ("order.refunded",),
}

type Keyed = Callable[[Payment], TransactEntry]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a transition is committed: who looked, and the provider's event if one told us to."""

    source: Source
    correlation_id: str
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a payment's history."""

    version: int
    at: datetime
    source: Source
    status: str
    facts: tuple[str, ...]
    note: str


class Ledger:
    def __init__(self, client: DynamoDBClient, table: str, *, clock: Clock, ids: Ids) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._ids = ids

    def load(self, payment_id: str) -> Payment | None:
        """The payment as it is now (strongly consistent)."""
        row = dynamodb.get(self._client, self._table, payment_key(payment_id))
        return None if row is None else from_row(row)

    def load_many(self, payment_ids: Sequence[str]) -> list[Payment]:
        """In the order asked for; unknown ids are left out."""
        rows = dynamodb.get_many(self._client, self._table, [payment_key(payment_id) for payment_id in payment_ids])
        known = {row["payment_id"]: from_row(row) for row in rows}
        return [known[payment_id] for payment_id in payment_ids if payment_id in known]

    def history(self, payment_id: str) -> tuple[Payment, list[TimelineEntry]] | None:
        """The payment with its timeline, oldest first, in one query."""
        key = {":pk": payment_key(payment_id)["pk"]}
        rows = list(dynamodb.query(self._client, self._table, "pk = :pk", key, consistent=True))
        state = next((row for row in rows if row["sk"] == "STATE"), None)
        if state is None:
            return None
        return from_row(state), [_timeline_entry(row) for row in rows if row["sk"].startswith("T#")]

    def commit(
        self,
        transition: Transition,
        cause: Cause,
        *,
        opening: TransactEntry | None = None,
        keyed: Keyed | None = None,
        leave_order: bool = False,
    ) -> Payment:
        """Write the transition and everything that goes with it; gives the payment as committed.

        Args:
            opening: for a new attempt, the entry that makes it hold its order.
            keyed: makes the record of the client's idempotency key out of the payment as committed.
            leave_order: the order has gone on without this payment and is not told.

        Raises:
            VersionConflict: somebody else wrote first, with the subclass that says where.
        """
        now = self._clock.now()
        after = replace(transition.after, version=transition.before.version + 1, updated_at=now)
        order_entry = None if leave_order else opening or self._order_entry(transition, now)
        outbox = self._outbox_puts(transition, after, cause, leave_order=leave_order)
        labelled: list[tuple[type[VersionConflict], TransactEntry | None]] = [
            (VersionConflict, self._state_put(after, transition.before)),
            (AlreadySeen, self._seen_put(after, cause, now)),
            (OrderMoved, order_entry),
            (KeyTaken, None if keyed is None else keyed(after)),
            (VersionConflict, self._timeline_put(transition, after, cause, now)),
            *((VersionConflict, entry) for entry in outbox),
        ]
        present = [(conflict, entry) for conflict, entry in labelled if entry is not None]
        try:
            dynamodb.transact(self._client, [entry for _, entry in present])
        except VersionConflict as conflict:
            raise _named(conflict, [kind for kind, _ in present]) from conflict
        return after

    def touch(self, before: Payment, after: Payment) -> Payment:
        """Write what is no transition: a lease taken or given back, the next time to look."""
        touched = replace(after, version=before.version + 1)
        dynamodb.write(self._client, self._state_put(touched, before))
        return touched

    def keep(self, keyed: TransactEntry) -> None:
        """Write the record of a client's idempotency key by itself.

        Raises:
            KeyTaken: the key stands for something else.
        """
        try:
            dynamodb.write(self._client, keyed)
        except VersionConflict as conflict:
            raise KeyTaken(conflict.message) from conflict

    def publish_once(self, event: DomainEvent, provider: str, cause: Cause) -> bool:
        """Publish what a provider's event says of no payment in particular; False when it was published before."""
        seen = self._seen_row(provider, cause, "-", self._clock.now())
        outbox = outbox_put(event, self._table, clock=self._clock, ids=self._ids, correlation_id=cause.correlation_id)
        try:
            dynamodb.transact(self._client, [dynamodb.put(self._table, seen, condition=_ABSENT), outbox])
        except VersionConflict:
            return False
        return True

    def _state_put(self, after: Payment, before: Payment) -> TransactEntry:
        if before.version == 0:
            return dynamodb.put(self._table, to_row(after), condition=_ABSENT)
        return dynamodb.put(
            self._table,
            to_row(after),
            condition="#version = :version",
            names={"#version": "version"},
            values={":version": before.version},
        )

    def _seen_put(self, after: Payment, cause: Cause, now: datetime) -> TransactEntry | None:
        if cause.event_id is None:
            return None
        row = self._seen_row(after.provider, cause, after.payment_id, now)
        return dynamodb.put(self._table, row, condition=_ABSENT)

    def _seen_row(self, provider: str, cause: Cause, payment_id: str, now: datetime) -> dict[str, object]:
        return {
            "pk": f"SEEN#{provider}#{cause.event_id}",
            "sk": "SEEN",
            "payment_id": payment_id,
            "expires_at": int((now + SEEN_KEPT).timestamp()),
        }

    def _timeline_put(self, transition: Transition, after: Payment, cause: Cause, now: datetime) -> TransactEntry:
        row = {
            **timeline_key(after.payment_id, after.version),
            "version": after.version,
            "at": iso(now),
            "source": cause.source.value,
            "status": after.status.value,
            "facts": [fact.type for fact in transition.facts],
            "note": transition.note,
        }
        return dynamodb.put(self._table, row)

    def _order_entry(self, transition: Transition, now: datetime) -> TransactEntry | None:
        payment = transition.after
        order_id, payment_id = payment.order_id, payment.payment_id
        match transition.order_effect:
            case OrderEffect.PAID:
                return order_entries.paid(self._table, order_id, payment_id, now)
            case OrderEffect.PAID_AND_REFUNDED:
                return order_entries.paid(self._table, order_id, payment_id, now, refunded=True)
            case OrderEffect.REFUNDED:
                return order_entries.refunded(self._table, order_id, payment_id, now)
            case OrderEffect.REFUND_REVERSED:
                return order_entries.refund_reversed(self._table, order_id, payment_id, now)
            case OrderEffect.RELEASED:
                return order_entries.released(self._table, order_id, payment_id, now)
            case OrderEffect.NONE:
                return None

    def _outbox_puts(
        self, transition: Transition, after: Payment, cause: Cause, *, leave_order: bool
    ) -> list[TransactEntry]:
        events = [payment_event(fact, after) for fact in transition.facts]
        if not leave_order:
            events += [
                order_event(
                    kind,
                    order_id=after.order_id,
                    user_id=after.user_id,
                    money=after.money,
                    payment_id=after.payment_id,
                    paid_amount=after.captured,
                )
                for kind in _ORDER_EVENTS[transition.order_effect]
            ]
        return [
            outbox_put(event, self._table, clock=self._clock, ids=self._ids, correlation_id=cause.correlation_id)
            for event in events
        ]


def _named(conflict: VersionConflict, kinds: list[type[VersionConflict]]) -> VersionConflict:
    """The conflict under the name of the entry that was refused; the payment's own version comes first."""
    for kind, reason in zip(kinds, conflict.reasons, strict=False):
        if reason == "ConditionalCheckFailed":
            named = kind(conflict.message)
            named.reasons = conflict.reasons
            return named
    return conflict


def _timeline_entry(row: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(
        version=row["version"],
        at=parse_iso(row["at"]),
        source=Source(row["source"]),
        status=row["status"],
        facts=tuple(row["facts"]),
        note=row["note"],
    )
