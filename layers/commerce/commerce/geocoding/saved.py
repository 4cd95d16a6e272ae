"""The places of saved addresses, in the GeocodingTable, the only one without backups (GEO-01).

SAVED#<address_id>      where one version of the address is, which the address book shows
NOWHERE#<address_id>    that the geocoder was asked about a version and knew no place: for two weeks
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from commerce.geocoding.model import AddressQuery, Place
from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.errors import BadRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVENT = "address.saved"
VERSION = 1
NOWHERE_KEPT = timedelta(days=14)
"""As long as a queue may keep a message (Amazon SQS, "Message quotas"), so that no delivery of an event asks again."""


@dataclass(frozen=True, slots=True)
class AddressSaved:
    """`address.saved` version 1 (contracts/events/address.v1.json); ids only."""

    user_id: str
    address_id: str
    version: int


@dataclass(frozen=True, slots=True)
class SavedAddress:
    """An address as it is now, in geocoding's words."""

    version: int
    query: AddressQuery


def address_saved(body: Mapping[str, Any]) -> AddressSaved:
    """Read an EventBridge event: the envelope lies under `detail` (EventBridge, structure of events).

    Raises:
        BadRequest: `unexpected_event` for another type or version, `malformed_event` for missing or wrong fields.
    """
    envelope = body.get("detail")
    if not isinstance(envelope, dict):
        raise BadRequest("The message is no event of the bus: it has no detail.", code="malformed_event")
    if envelope.get("type") != EVENT or envelope.get("version") != VERSION:
        raise BadRequest(
            f"The geocoding worker reads {EVENT} version {VERSION} and nothing else; check the rule that fills its "
            "queue.",
            code="unexpected_event",
        )
    data = envelope.get("data")
    found = data if isinstance(data, dict) else {}
    user_id, address_id, version = (found.get(name) for name in ("user_id", "address_id", "version"))
    if not (_is_text(user_id) and _is_text(address_id) and type(version) is int):
        raise BadRequest(
            f"The event {EVENT} lacks a field or has one of another type; compare it with its schema in "
            "contracts/events.",
            code="malformed_event",
        )
    return AddressSaved(str(user_id), str(address_id), version)


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already.

    Args:
        row: the address as the address book has it now.
        asked: the version about which a geocoder has said what may still be used, be it a place or nothing; 0 for none.
    """

    row: dynamodb.Item
    asked: int


class SavedPlaces:
    """Keeps what was found of an address, until Google's terms end that; a place belongs to one version of it.

    Args:
        book: the table of the address books, which is read only.
        table: where places are kept.
    """

    def __init__(self, client: DynamoDBClient, *, book: str, table: str, clock: Clock) -> None:
        self._client = client
        self._book = book
        self._table = table
        self._clock = clock

    def known(self, saved: AddressSaved) -> Known | None:
        """Address and what was said of it in one read; None when the address is gone."""
        keys = {self._book: [_address_key(saved)], self._table: [_place_key(saved), _nowhere_key(saved)]}
        rows = dynamodb.get_across(self._client, keys)
        if not rows[self._book]:
            return None
        now = self._clock.now().timestamp()
        asked = [row["address_version"] for row in rows[self._table] if row["expires_at"] > now]
        return Known(rows[self._book][0], max(asked, default=0))

    def keep(self, saved: AddressSaved, version: int, place: Place, until: datetime) -> None:
        """Write the place of `version`.

        Raises:
            VersionConflict: the address has changed or is gone meanwhile, or the place of a later version is there.
        """
        row = {
            **_place_key(saved),
            "place_id": place.place_id,
            "lat": f"{place.coordinates.lat:f}",
            "lng": f"{place.coordinates.lng:f}",
            "location_type": place.location_type.value,
            "partial_match": place.partial_match,
            "address_version": version,
            "expires_at": int(until.timestamp()),
        }
        self._change(saved, version, dynamodb.put(self._table, row, condition=_NOT_LATER, values={":version": version}))

    def forget(self, saved: AddressSaved, version: int) -> None:
        """Nothing was found for `version`: what an earlier one had is wrong by now. Raises as `keep` does."""
        values = {":version": version}
        expires = int((self._clock.now() + NOWHERE_KEPT).timestamp())
        mark = {**_nowhere_key(saved), "address_version": version, "expires_at": expires}
        self._change(
            saved,
            version,
            dynamodb.delete(self._table, _place_key(saved), condition=_NOT_LATER, values=values),
            dynamodb.put(self._table, mark),
        )

    def _change(self, saved: AddressSaved, version: int, *entries: dynamodb.TransactEntry) -> None:
        unchanged = dynamodb.check(
            self._book,
            _address_key(saved),
            "#version = :version",
            names={"#version": "version"},
            values={":version": version},
        )
        dynamodb.transact(self._client, [unchanged, *entries])


_NOT_LATER = "attribute_not_exists(pk) OR address_version <= :version"


def _address_key(saved: AddressSaved) -> dict[str, str]:
    return {"pk": f"USER#{saved.user_id}", "sk": f"ADDR#{saved.address_id}"}


def _place_key(saved: AddressSaved) -> dict[str, str]:
    return {"pk": f"SAVED#{saved.address_id}"}


def _nowhere_key(saved: AddressSaved) -> dict[str, str]:
    # Apart from the place: the address book reads that row, and takes it for a place.
    return {"pk": f"NOWHERE#{saved.address_id}"}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""
