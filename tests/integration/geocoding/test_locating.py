"""A saved address gets its place: once for each version, and never one that is not its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from commerce.geocoding.cache import COORDINATES_KEPT, PlaceCache
from commerce.geocoding.finding import PlaceFinder
from commerce.geocoding.locating import Locator
from commerce.geocoding.model import AddressQuery
from commerce.geocoding.saved import NOWHERE_KEPT, AddressSaved, SavedAddress, SavedPlaces
from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.errors import ProviderUnavailable, VersionConflict
from tests.builders import NOW
from tests.tables import tables
from tests.unit.geocoding.rig import Rig, soon

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE, PLACES = "AddressesTable", "GeocodingTable"
SE, AUGUSTA, NOWHERE = "Praça da Sé, São Paulo", "Rua Augusta 1200, São Paulo", "xyzzy"


@dataclass
class Book:
    """Somebody's address book with one address in it."""

    client: DynamoDBClient
    rig: Rig = field(default_factory=Rig)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))

    def save(self, text: str, version: int) -> AddressSaved:
        row = {"pk": "USER#user-1", "sk": "ADDR#adr_1", "version": version, "text": text}
        dynamodb.write(self.client, dynamodb.put(TABLE, row))
        return AddressSaved("user-1", "adr_1", version)

    def delete(self) -> None:
        dynamodb.write(self.client, dynamodb.delete(TABLE, {"pk": "USER#user-1", "sk": "ADDR#adr_1"}))

    def locate(self, saved: AddressSaved) -> None:
        places = SavedPlaces(self.client, book=TABLE, table=PLACES, clock=self.clock)
        finder = PlaceFinder(self.rig.v3(), PlaceCache(self.client, PLACES, self.clock))
        Locator(places, finder, self.read).locate(saved, soon())

    def read(self, row: Mapping[str, Any]) -> SavedAddress:
        return SavedAddress(row["version"], AddressQuery(row["text"]))

    @property
    def place(self) -> dynamodb.Item | None:
        return dynamodb.get(self.client, PLACES, {"pk": "SAVED#adr_1"})


@pytest.fixture
def book() -> Iterator[Book]:
    with tables() as client:
        yield Book(client)


@pytest.mark.invariant("GEO-01", "GEO-06")
def test_its_place_is_written_with_all_that_is_known_of_it(book: Book) -> None:
    book.locate(book.save(AUGUSTA, 1))
    assert book.place == {
        "pk": "SAVED#adr_1",
        "place_id": "ChIJsandboxAugusta1200",
        "lat": "-23.5553781",
        "lng": "-46.6566102",
        "location_type": "rooftop",
        "partial_match": False,
        "address_version": 1,
        "expires_at": int((NOW + COORDINATES_KEPT).timestamp()),
    }


@pytest.mark.invariant("GEO-01")
def test_nothing_of_it_comes_into_the_book_which_has_backups(book: Book) -> None:
    saved = book.save(AUGUSTA, 1)
    before = book.client.scan(TableName=TABLE)["Items"]
    book.locate(saved)
    assert book.client.scan(TableName=TABLE)["Items"] == before


@pytest.mark.invariant("GEO-01")
def test_a_place_out_of_the_cache_lives_no_longer_than_it_may_there(book: Book) -> None:
    first = book.save(AUGUSTA, 1)
    book.locate(first)
    book.clock.advance(20 * 86_400)
    book.locate(book.save(AUGUSTA, 2))
    assert book.place is not None
    assert (book.place["address_version"], book.place["expires_at"]) == (2, int((NOW + COORDINATES_KEPT).timestamp()))
    assert len(book.rig.asked()) == 1


def test_the_same_event_ten_times_asks_once(book: Book) -> None:
    saved = book.save(AUGUSTA, 1)
    for _ in range(10):
        book.locate(saved)
    assert len(book.rig.asked()) == 1


def test_the_same_event_of_an_address_that_is_nowhere_asks_once_too(book: Book) -> None:
    saved = book.save(NOWHERE, 1)
    for _ in range(10):
        book.locate(saved)
    assert (book.place, len(book.rig.asked())) == (None, 1)


def test_nothing_found_is_said_of_one_version_and_not_for_good(book: Book) -> None:
    saved = book.save(NOWHERE, 1)
    book.locate(saved)
    book.clock.advance(NOWHERE_KEPT.total_seconds())
    book.locate(saved)
    assert len(book.rig.asked()) == 2
    book.locate(book.save(AUGUSTA, 2))
    assert book.place is not None
    assert book.place["address_version"] == 2


@pytest.mark.invariant("GEO-01")
def test_an_event_after_a_month_looks_again(book: Book) -> None:
    saved = book.save(AUGUSTA, 1)
    book.locate(saved)
    book.clock.advance(COORDINATES_KEPT.total_seconds())
    book.locate(saved)
    assert book.place is not None
    assert book.place["expires_at"] == int((NOW + 2 * COORDINATES_KEPT).timestamp())


def test_an_old_event_finds_the_address_as_it_is_now(book: Book) -> None:
    old = book.save(AUGUSTA, 1)
    book.save(SE, 2)
    book.locate(old)
    assert book.place is not None
    assert (book.place["place_id"], book.place["address_version"]) == ("ChIJsandboxSe", 2)


@pytest.mark.invariant("GEO-02")
def test_an_address_that_is_found_no_more_loses_the_place_of_its_earlier_version(book: Book) -> None:
    book.locate(book.save(AUGUSTA, 1))
    book.locate(book.save(NOWHERE, 2))
    assert book.place is None


def test_a_deleted_address_costs_nothing_and_comes_back_to_nobody(book: Book) -> None:
    saved = book.save(AUGUSTA, 1)
    book.delete()
    book.locate(saved)
    assert (book.place, book.rig.asked()) == (None, [])


@pytest.mark.parametrize("change", ["edited", "deleted"])
@pytest.mark.parametrize("text", [AUGUSTA, NOWHERE])
def test_what_changes_while_google_is_asked_is_not_overwritten(book: Book, change: str, text: str) -> None:
    saved = book.save(text, 1)

    def meanwhile(row: Mapping[str, Any]) -> SavedAddress:
        found = SavedAddress(row["version"], AddressQuery(row["text"]))
        book.save(SE, 2) if change == "edited" else book.delete()
        return found

    book.read = meanwhile  # type: ignore[method-assign]  # somebody is faster
    with pytest.raises(VersionConflict):
        book.locate(saved)
    assert book.place is None


@pytest.mark.invariant("GEO-02")
def test_a_used_up_quota_leaves_the_event_for_later(book: Book) -> None:
    saved = book.save(AUGUSTA, 1)
    book.rig.sandbox.account.left = 0
    with pytest.raises(ProviderUnavailable) as failed:
        book.locate(saved)
    assert failed.value.retry_after == 60
    book.rig.sandbox.account.left = None
    book.locate(saved)
    assert book.place is not None
