"""The address book in DynamoDB. Each change is one transaction with its event; who comes second reads again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from commerce.addresses.book_codec import address_key, book_key, from_rows, ids_in, place_key, to_row
from commerce.addresses.book_model import Completed, SavedAddress
from commerce.addresses.events import DELETED, SAVED, address_event
from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.dynamodb import TransactEntry
from commerce.platform.errors import Conflict, NotFound, VersionConflict
from commerce.platform.ids import Ids
from commerce.platform.outbox import outbox_put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_ADDRESSES = 50
"""More than anybody sends parcels to; the list is read whole."""

_FAILED = "ConditionalCheckFailed"


class AddressStore:
    """Args:
    places: the table in which the geocoder keeps where addresses are: apart, as backups must not hold it (GEO-01).
    outbox: the table of the outbox, which is the CommerceTable's.
    """

    def __init__(self, client: DynamoDBClient, table: str, *, places: str, outbox: str, clock: Clock, ids: Ids) -> None:
        self._client = client
        self._table = table
        self._places = places
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    def all_of(self, user_id: str) -> list[SavedAddress]:
        """Somebody's addresses, the default first, then the newest; one query, and one read of their places."""
        user = {":user": book_key(user_id)["pk"]}
        rows = list(dynamodb.query(self._client, self._table, "pk = :user", user, consistent=True))
        keys = [place_key(address_id) for address_id in ids_in(rows)]
        return from_rows(rows, dynamodb.get_many(self._client, self._places, keys), self._clock.now())

    def get(self, user_id: str, address_id: str) -> SavedAddress:
        """One read of both tables.

        Raises:
            NotFound: `address_not_found`.
        """
        keys = {
            self._table: [book_key(user_id), address_key(user_id, address_id)],
            self._places: [place_key(address_id)],
        }
        rows = dynamodb.get_across(self._client, keys)
        found = from_rows(rows[self._table], rows[self._places], self._clock.now())
        if not found:
            raise not_found(address_id)
        return found[0]

    def add(
        self, user_id: str, address_id: str, completed: Completed, claim: TransactEntry, correlation_id: str
    ) -> None:
        """Write a new address; one that comes into an empty book becomes its default.

        Args:
            claim: the entry that takes the client's Idempotency-Key.

        Raises:
            Conflict: `address_book_full`.
            VersionConflict: the address or the key is there already; read again.
        """
        now = self._clock.now()
        address = SavedAddress(address_id, user_id, 1, completed.fields, completed.check, now, now)
        put = dynamodb.put(self._table, to_row(address), condition="attribute_not_exists(pk)")
        # Of two first ones at once, one is the default. After a default was deleted the buyer chooses the next.
        first = self._is_empty(user_id)
        chosen = "SET default_address_id = if_not_exists(default_address_id, :id)" if first else ""
        counted = dynamodb.update(
            self._table,
            book_key(user_id),
            f"{chosen} ADD addresses :one",
            condition="attribute_not_exists(addresses) OR addresses < :most",
            values={":one": 1, ":most": MOST_ADDRESSES, **({":id": address_id} if chosen else {})},
        )
        try:
            self._write([put, counted, claim], SAVED, address, correlation_id)
        except VersionConflict as conflict:
            if conflict.reasons[:3] == ("None", _FAILED, "None"):
                raise Conflict(
                    f"An address book holds {MOST_ADDRESSES} addresses; delete one first.", code="address_book_full"
                ) from conflict
            raise

    def _is_empty(self, user_id: str) -> bool:
        row = dynamodb.get(self._client, self._table, book_key(user_id))
        return row is None or row.get("addresses", 0) <= 0

    def replace(self, before: SavedAddress, completed: Completed, correlation_id: str) -> SavedAddress:
        """Write the next version. Where the earlier one was is of no use any more.

        Raises:
            VersionConflict: `address_changed`.
        """
        after = replace(
            before,
            version=before.version + 1,
            fields=completed.fields,
            check=completed.check,
            updated_at=self._clock.now(),
            location=None,
        )
        put = dynamodb.put(
            self._table,
            to_row(after),
            condition="#version = :version",
            names={"#version": "version"},
            values={":version": before.version},
        )
        place = dynamodb.delete(self._places, place_key(before.address_id))
        self._write([put, place], SAVED, after, correlation_id)
        return after

    def remove(self, address: SavedAddress, correlation_id: str) -> None:
        """Delete an address and where it was. A default that is deleted has no heir: where parcels go is not guessed.

        Raises:
            VersionConflict: `address_changed`.
        """
        delete = dynamodb.delete(
            self._table, address_key(address.user_id, address.address_id), condition="attribute_exists(pk)"
        )
        place = dynamodb.delete(self._places, place_key(address.address_id))
        counted = dynamodb.update(
            self._table,
            book_key(address.user_id),
            "ADD addresses :less REMOVE default_address_id" if address.is_default else "ADD addresses :less",
            condition="default_address_id = :id"
            if address.is_default
            else "attribute_not_exists(default_address_id) OR default_address_id <> :id",
            values={":less": -1, ":id": address.address_id},
        )
        self._write([delete, place, counted], DELETED, address, correlation_id)

    def make_default(self, user_id: str, address_id: str) -> None:
        """Raises NotFound: `address_not_found`."""
        there = dynamodb.check(self._table, address_key(user_id, address_id), "attribute_exists(pk)")
        chosen = dynamodb.update(
            self._table, book_key(user_id), "SET default_address_id = :id", values={":id": address_id}
        )
        try:
            dynamodb.transact(self._client, [there, chosen])
        except VersionConflict as conflict:
            if conflict.reasons[:1] == (_FAILED,):
                raise not_found(address_id) from conflict
            raise _changed() from conflict

    def _write(self, entries: list[TransactEntry], kind: str, address: SavedAddress, correlation_id: str) -> None:
        event = address_event(kind, address)
        outbox = outbox_put(event, self._outbox, clock=self._clock, ids=self._ids, correlation_id=correlation_id)
        try:
            dynamodb.transact(self._client, [*entries, outbox])
        except VersionConflict as conflict:
            changed = _changed()
            changed.reasons = conflict.reasons
            raise changed from conflict


def not_found(address_id: str) -> NotFound:
    return NotFound(f"There is no address {address_id} in this book.", code="address_not_found")


def _changed() -> VersionConflict:
    return VersionConflict(
        "The address book changed at the same moment; read it and repeat.", code="address_changed", retry_after=1
    )
