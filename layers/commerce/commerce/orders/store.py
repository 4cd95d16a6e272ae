"""Orders in the table: read, and registered by the store's backend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from commerce.orders.codec import from_row, order_key, to_row
from commerce.orders.events import order_event
from commerce.orders.model import Order, OrderStatus, OrderTerms
from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.errors import Conflict, VersionConflict
from commerce.platform.ids import Ids
from commerce.platform.outbox import outbox_put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Registration:
    order: Order
    outcome: Outcome


class OrderReader:
    """Reads orders; all that a function needs which only looks one up."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, order_id: str) -> Order | None:
        """The order as it is now (strongly consistent), None when nobody registered it."""
        row = dynamodb.get(self._client, self._table, order_key(order_id))
        return None if row is None else from_row(row)


class OrderStore(OrderReader):
    """Registers orders. The terms stand still from the first open attempt until it is cancelled."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Clock, ids: Ids) -> None:
        super().__init__(client, table)
        self._clock = clock
        self._ids = ids

    def register(self, terms: OrderTerms, *, correlation_id: str) -> Registration:
        """Create the order or replace its terms; the same terms again change nothing.

        Raises:
            Conflict: `order_locked` while an attempt to pay is open, `order_paid` after it was paid.
            VersionConflict: another registration won the race; repeat.
        """
        known = self.get(terms.order_id)
        if known is not None and known.terms == terms:
            return Registration(known, Outcome.UNCHANGED)
        if known is not None:
            _refuse_locked(known)
        now = self._clock.now()
        order = Order(
            terms=terms,
            status=OrderStatus.OPEN,
            version=1 if known is None else known.version + 1,
            created_at=now if known is None else known.created_at,
            updated_at=now,
            attempts=0 if known is None else known.attempts,
            payment_ids=() if known is None else known.payment_ids,
        )
        outcome = Outcome.CREATED if known is None else Outcome.UPDATED
        self._write(order, known, outcome, correlation_id)
        return Registration(order, outcome)

    def _write(self, order: Order, known: Order | None, outcome: Outcome, correlation_id: str) -> None:
        kind = "order.registered" if outcome is Outcome.CREATED else "order.updated"
        event = order_event(kind, order_id=order.order_id, user_id=order.buyer.id, money=order.money)
        if known is None:
            put = dynamodb.put(self._table, to_row(order), condition="attribute_not_exists(pk)")
        else:
            put = dynamodb.put(
                self._table,
                to_row(order),
                condition="#version = :version AND attribute_not_exists(open_payment_id)",
                names={"#version": "version"},
                values={":version": known.version},
            )
        outbox = outbox_put(event, self._table, clock=self._clock, ids=self._ids, correlation_id=correlation_id)
        try:
            dynamodb.transact(self._client, [put, outbox])
        except VersionConflict as conflict:
            raise VersionConflict(
                "The order changed or a payment of it began at the same moment; read it and repeat.",
                code="order_changed",
                retry_after=1,
            ) from conflict


def _refuse_locked(order: Order) -> None:
    if order.status is not OrderStatus.OPEN:
        raise Conflict(
            f"Order {order.order_id} is {order.status.value}; its terms cannot change any more.",
            code="order_paid",
            details={"payment_id": order.paid_payment_id},
        )
    if order.open_payment_id is not None:
        raise Conflict(
            f"Order {order.order_id} has an open payment attempt; cancel it first "
            f"(POST /payments/{order.open_payment_id}/cancel).",
            code="order_locked",
            details={"payment_id": order.open_payment_id},
        )
