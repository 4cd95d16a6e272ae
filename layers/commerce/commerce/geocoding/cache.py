"""What Google's terms let us keep of an answer, in a table of its own (GEO-01).

    GEO#<digest>      the places with their coordinates        30 days, compared at every read
    PLACE#<digest>    the one place's id, of a full match      a year from the address's last look-up; asked for by it

Beside them lie the places of saved addresses (`geocoding/saved.py`).
A digest stands for the question, so the table holds no address. Formatted addresses and distances are never kept.
Source: Google Maps Platform Service Specific Terms, "Geocoding API" (caching), and Place IDs, "Save place IDs": ids may
be kept for good, and ought to be refreshed when they are older than twelve months.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from commerce.geocoding.model import AddressQuery, Coordinates, LocationType, Place
from commerce.platform import dynamodb
from commerce.platform.clock import Clock
from commerce.platform.errors import StoreError
from commerce.platform.observability import count, logger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COORDINATES_KEPT = timedelta(days=30)
ID_KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of a question.

    Args:
        places: with coordinates that may still be used; empty when there are none.
        until: when those coordinates have to be gone.
        place_id: the one place that fully matched, however long ago.
    """

    places: tuple[Place, ...] = ()
    until: datetime | None = None
    place_id: str | None = None


class PlaceCache:
    """Reading costs one call whatever is found, writing one for each row; an outage of the table costs no answer."""

    def __init__(self, client: DynamoDBClient, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def recall(self, query: AddressQuery) -> Remembered:
        """Nothing when the table cannot be read: then the provider is asked, as without a cache."""
        digest = digest_of(query)
        keys = [{"pk": f"GEO#{digest}"}, {"pk": f"PLACE#{digest}"}]
        now = self._clock.now()
        try:
            found = dynamodb.get_many(self._client, self._table, keys)
        except StoreError as error:
            _tell("unreachable", "cache not read", error)
            return Remembered()
        # DynamoDB deletes what has expired within days, not at once.
        rows = {row["pk"].partition("#")[0]: row for row in found if row["expires_at"] > now.timestamp()}
        place_id = rows["PLACE"]["place_id"] if "PLACE" in rows else None
        if "GEO" not in rows:
            return Remembered(place_id=place_id)
        until = datetime.fromtimestamp(rows["GEO"]["expires_at"], UTC)
        return Remembered(tuple(_place(row) for row in rows["GEO"]["places"]), until, place_id)

    def remember(self, query: AddressQuery, places: Sequence[Place], *, by_id: bool = False) -> datetime:
        """Keep the coordinates of an answer that has places; until when.

        Args:
            by_id: the place was asked for by the id that is kept. That proves nothing about the address, so the id's
                year goes on: when it ends, the address is asked about anew.

        A table that cannot be written keeps nobody from the answer, which is paid for already.
        """
        digest = digest_of(query)
        until = _seconds(self._clock.now() + COORDINATES_KEPT)
        row = {
            "pk": f"GEO#{digest}",
            "places": [_row(place) for place in places],
            "expires_at": int(until.timestamp()),
        }
        entries = [dynamodb.put(self._table, row)]
        if _is_certain(places) and not by_id:
            # Nothing but the id may outlive the month, so an id is kept only where nothing else needs to be said.
            kept = int((self._clock.now() + ID_KEPT).timestamp())
            named = {"pk": f"PLACE#{digest}", "place_id": places[0].place_id, "expires_at": kept}
            entries.append(dynamodb.put(self._table, named))
        elif not by_id:
            # First, as an id that is wrong by now would outlive the coordinates beside it.
            entries.insert(0, self._delete("PLACE", digest))
        self._write(entries)
        return until

    def forget(self, query: AddressQuery) -> None:
        """Nothing is there any more: neither coordinates nor an id of earlier may be answered."""
        digest = digest_of(query)
        self._write([self._delete("PLACE", digest), self._delete("GEO", digest)])

    def _delete(self, kind: str, digest: str) -> dynamodb.TransactEntry:
        return dynamodb.delete(self._table, {"pk": f"{kind}#{digest}"})

    def _write(self, entries: Sequence[dynamodb.TransactEntry]) -> None:
        # One by one: each row is right without the other, and in a transaction two answers at once refuse each other.
        try:
            for entry in entries:
                dynamodb.write(self._client, entry)
        except StoreError as error:
            _tell("unwritten", "cache not written", error)


def digest_of(query: AddressQuery) -> str:
    """The same for the same question, however it is spaced and capitalised."""
    words = " ".join(unicodedata.normalize("NFC", query.address).casefold().split())
    code = "".join(char for char in query.postal_code or "" if char.isalnum()).upper()
    text = f"{words}\x1f{query.country}\x1f{code}\x1f{query.language}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _tell(outcome: str, line: str, error: StoreError) -> None:
    count("cache", operation="geocode", outcome=outcome)
    logger.warning(line, extra={"operation": "geocode", "code": error.code})


def _is_certain(places: Sequence[Place]) -> bool:
    return len(places) == 1 and places[0].partial_match is False


def _seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _row(place: Place) -> dict[str, object]:
    return {
        "place_id": place.place_id,
        "lat": f"{place.coordinates.lat:f}",
        "lng": f"{place.coordinates.lng:f}",
        "location_type": place.location_type.value,
        "partial_match": place.partial_match,
    }


def _place(row: Mapping[str, Any]) -> Place:
    return Place(
        place_id=row["place_id"],
        coordinates=Coordinates.of(row["lat"], row["lng"]),
        location_type=LocationType(row["location_type"]),
        partial_match=row["partial_match"],
    )
