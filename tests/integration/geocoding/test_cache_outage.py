"""The cache is a help and no condition: Google's answer is paid for, so no table keeps it from who asked."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from commerce.geocoding.cache import PlaceCache
from commerce.geocoding.finding import PlaceFinder
from commerce.geocoding.model import AddressQuery, Language, Place
from commerce.geocoding.providers import Geocoder
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from tests.builders import NOW
from tests.tables import tables
from tests.unit.geocoding.rig import Rig, soon

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SE = AddressQuery("Praça da Sé, São Paulo")


class Failing:
    """The table, of which some calls fail."""

    def __init__(self, client: DynamoDBClient, *calls: str) -> None:
        self._client = client
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        if name not in self._calls:
            return getattr(self._client, name)

        def fail(**_: Any) -> None:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, name)

        return fail


@pytest.fixture
def client() -> Iterator[DynamoDBClient]:
    with tables() as found:
        yield found


def finder(client: Any, geocoder: Geocoder) -> PlaceFinder:
    return PlaceFinder(geocoder, PlaceCache(client, "GeocodingTable", ManualClock(NOW)))


def test_a_table_that_cannot_be_read_is_an_empty_one(client: DynamoDBClient, log: io.StringIO) -> None:
    rig = Rig()
    finder(client, rig.v3()).find(SE, deadline=soon())
    found = finder(Failing(client, "batch_get_item"), rig.v3()).find(SE, deadline=soon())
    assert (found.cached, found.places[0].place_id) == (False, "ChIJsandboxSe")
    assert '"message":"cache not read"' in log.getvalue()


def test_a_table_that_cannot_be_written_costs_no_answer(client: DynamoDBClient, log: io.StringIO) -> None:
    broken = Failing(client, "put_item", "transact_write_items")
    found = finder(broken, Rig().v3()).find(SE, deadline=soon())
    assert (found.places[0].place_id, found.until is None) == ("ChIJsandboxSe", False)
    assert '"message":"cache not written"' in log.getvalue()


class Slow:
    """A geocoder that answers when it is let."""

    def __init__(self, geocoder: Geocoder) -> None:
        self._geocoder = geocoder
        self.go = threading.Event()
        self.asked = 0

    def geocode(self, query: AddressQuery, *, deadline: Deadline) -> tuple[Place, ...]:
        self.asked += 1
        assert self.go.wait(10)
        return self._geocoder.geocode(query, deadline=deadline)

    def reverse(self, *_: Any, **__: Any) -> tuple[Place, ...]:
        raise AssertionError("nobody asks for a point")

    def place(self, place_id: str, language: Language, *, deadline: Deadline) -> Place | None:
        return self._geocoder.place(place_id, language, deadline=deadline)


def test_many_who_ask_the_same_at_once_ask_google_once(client: DynamoDBClient) -> None:
    slow = Slow(Rig().v3())
    shared = finder(client, slow)
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(shared.find, SE, deadline=soon()) for _ in range(4)]
        until = time.monotonic() + 10
        while sum(shared._flight._waiting.values()) < 3:
            assert time.monotonic() < until
            assert slow.asked <= 1, "each asks for itself"
            time.sleep(0.005)
        slow.go.set()
        places = [future.result(10).places for future in asking]
    assert slow.asked == 1
    assert len(set(places)) == 1
