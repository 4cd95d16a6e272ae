"""The address book on the template's tables: one transaction for each change, its event, and who wins a race."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from commerce.addresses.book import AddressBook
from commerce.addresses.book_codec import address_key, place_key
from commerce.addresses.book_model import AddressFields, Completed, SavedAddress
from commerce.addresses.book_store import MOST_ADDRESSES, AddressStore
from commerce.addresses.model import CepAnswer
from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.dynamodb import unmarshal
from commerce.platform.errors import Conflict, NotFound, Unprocessable, VersionConflict
from commerce.platform.idempotency import KEPT, IdempotencyRecords, KeyedRequest
from commerce.platform.ids import RandomIds
from tests.builders import NOW
from tests.tables import tables
from tests.unit.addresses.rig import PERDIZES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

USER = "user-1"
TYPED = AddressFields("BR", "05010-000", number="10", label="Casa")


class Home:
    """A book with its tables and its clock."""

    def __init__(self, client: DynamoDBClient) -> None:
        self.client = client
        self.clock = ManualClock(NOW)
        store = AddressStore(
            client,
            "AddressesTable",
            places="GeocodingTable",
            outbox="CommerceTable",
            clock=self.clock,
            ids=RandomIds(),
        )
        records = IdempotencyRecords(client, "IdempotencyTable", self.clock)
        self.looked_up = 0
        self.book = AddressBook(store, records, self._find, RandomIds())

    def _find(self, _cep: str) -> CepAnswer:
        self.looked_up += 1
        return CepAnswer(PERDIZES, "viacep")

    def add(self, key: str = "key-1", typed: AddressFields = TYPED, user_id: str = USER) -> SavedAddress:
        keyed = KeyedRequest.of(route=f"addresses:{user_id}", caller=user_id, key=key, body=[str(typed)])
        return self.book.add(user_id, typed, keyed, "req-1")

    def rows(self, table: str = "AddressesTable") -> list[dict[str, Any]]:
        return [unmarshal(item) for item in self.client.scan(TableName=table)["Items"]]

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        told = [json.loads(row["payload"]) for row in self.rows("CommerceTable")]
        return [(event["type"], event["data"]) for event in told]

    def locate(self, address: SavedAddress) -> None:
        """What the geocoder does."""
        place = {
            **place_key(address.address_id),
            "place_id": "ChIJ1",
            "lat": "-23.53",
            "lng": "-46.67",
            "location_type": "rooftop",
            "address_version": address.version,
            "expires_at": int(NOW.timestamp()) + 86_400,
        }
        dynamodb.write(self.client, dynamodb.put("GeocodingTable", place))


READS = {"GetItem", "BatchGetItem", "Query"}


@contextmanager
def reads_of(home: Home) -> Iterator[list[str]]:
    """Each read that DynamoDB is asked for inside of the block."""
    asked: list[str] = []

    def before(model: Any, **_: Any) -> None:
        if model.name in READS:
            asked.append(model.name)

    home.client.meta.events.register("before-call.dynamodb", before)
    try:
        yield asked
    finally:
        home.client.meta.events.unregister("before-call.dynamodb", before)


@pytest.fixture
def home() -> Iterator[Home]:
    with tables() as client:
        yield Home(client)


def test_the_first_is_the_default_and_tells_an_event(home: Home) -> None:
    saved = home.add()
    assert (saved.version, saved.is_default, saved.fields.line1) == (1, True, "Rua Caiubi")
    assert home.book.all_of(USER) == [saved]
    data = {"user_id": USER, "address_id": saved.address_id, "version": 1, "country": "BR"}
    assert home.events() == [("address.saved", data)]


def test_the_second_is_not(home: Home) -> None:
    first = home.add()
    home.clock.advance(1)
    second = home.add("key-2")
    assert not second.is_default
    assert [address.address_id for address in home.book.all_of(USER)] == [first.address_id, second.address_id]


def test_after_its_default_is_deleted_a_book_has_none_until_one_is_chosen(home: Home) -> None:
    first, second = home.add(), home.add("key-2")
    home.book.remove(USER, first.address_id, "req-2")
    third = home.add("key-3")
    assert not any(address.is_default for address in home.book.all_of(USER))
    for address in (second, third):
        home.book.remove(USER, address.address_id, "req-3")
    assert home.add("key-4").is_default, "an empty book begins anew"


@pytest.mark.invariant("PAY-03")
def test_the_same_key_saves_once_and_asks_nobody_again(home: Home) -> None:
    first = home.add()
    again = home.add()
    assert (again, home.looked_up, len(home.events())) == (first, 1, 1)


@pytest.mark.invariant("PAY-03")
def test_the_same_key_for_another_address_is_refused(home: Home) -> None:
    home.add()
    with pytest.raises(Unprocessable) as refused:
        home.add(typed=AddressFields("BR", "05010-000", number="11"))
    assert refused.value.code == "idempotency_key_reused"
    assert len(home.book.all_of(USER)) == 1


@pytest.mark.invariant("PAY-03")
def test_twenty_clicks_at_once_save_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    # DynamoDB's transactions are serializable; those of its stand-in here are not.
    one_by_one, transact = Lock(), home.client.transact_write_items

    def isolated(**arguments: Any) -> Any:
        with one_by_one:
            return transact(**arguments)

    monkeypatch.setattr(home.client, "transact_write_items", isolated)
    with ThreadPoolExecutor(20) as pool:
        clicks = [pool.submit(home.add) for _ in range(20)]
        outcomes = [click.exception() or click.result() for click in clicks]
    saved = {outcome.address_id for outcome in outcomes if isinstance(outcome, SavedAddress)}
    assert len(saved) == 1
    assert {type(outcome) for outcome in outcomes} <= {SavedAddress, VersionConflict}
    assert len(home.book.all_of(USER)) == 1
    assert len(home.events()) == 1


@pytest.mark.invariant("PAY-03")
def test_a_key_is_free_again_after_its_two_days(home: Home) -> None:
    first = home.add()
    home.clock.advance(KEPT.total_seconds())
    second = home.add(typed=AddressFields("BR", "05010-000", number="11"))
    assert second.address_id != first.address_id
    assert home.add(typed=AddressFields("BR", "05010-000", number="11")) == second
    assert len(home.book.all_of(USER)) == 2


def test_a_key_whose_address_is_gone_saves_nothing_anew(home: Home) -> None:
    saved = home.add()
    home.book.remove(USER, saved.address_id, "req-2")
    with pytest.raises(NotFound):
        home.add()
    assert home.book.all_of(USER) == []


def test_a_change_is_the_next_version_and_forgets_where_it_was(home: Home) -> None:
    saved = home.add()
    home.locate(saved)
    assert home.book.get(USER, saved.address_id).location is not None
    home.clock.advance(60)
    changed = home.book.replace(USER, saved.address_id, AddressFields("BR", "05010-000", number="99"), "req-2")
    assert (changed.version, changed.fields.number, changed.fields.label) == (2, "99", "")
    assert (changed.created_at, changed.updated_at) == (NOW, home.clock.now())
    assert home.book.get(USER, saved.address_id) == changed
    assert home.rows("GeocodingTable") == []
    assert [(kind, data["version"]) for kind, data in home.events()].count(("address.saved", 2)) == 1


def test_of_two_changes_at_once_one_wins(home: Home) -> None:
    saved = home.add()
    store = home.book._store
    completed = store.get(USER, saved.address_id)
    store.replace(completed, Completed(TYPED), "req-2")
    with pytest.raises(VersionConflict) as lost:
        store.replace(completed, Completed(TYPED), "req-3")
    assert (lost.value.code, lost.value.retry_after) == ("address_changed", 1)
    assert home.book.get(USER, saved.address_id).version == 2


def test_another_can_be_the_default(home: Home) -> None:
    first, second = home.add(), home.add("key-2")
    assert home.book.make_default(USER, second.address_id).is_default
    assert not home.book.get(USER, first.address_id).is_default
    with pytest.raises(NotFound):
        home.book.make_default(USER, "addr_nowhere")
    assert home.book.get(USER, second.address_id).is_default


def test_what_is_deleted_is_gone_with_its_place_and_says_so(home: Home) -> None:
    first, second = home.add(), home.add("key-2")
    home.locate(first)
    home.book.remove(USER, first.address_id, "req-2")
    (left,) = home.book.all_of(USER)
    assert (left.address_id, left.is_default) == (second.address_id, False), "no heir is guessed"
    assert {row["sk"] for row in home.rows()} == {"BOOK", address_key(USER, second.address_id)["sk"]}
    assert home.rows("GeocodingTable") == []
    assert ("address.deleted", {"user_id": USER, "address_id": first.address_id, "version": 1, "country": "BR"}) in (
        home.events()
    )
    with pytest.raises(NotFound):
        home.book.remove(USER, first.address_id, "req-3")


@pytest.mark.invariant("GEO-01")
def test_where_addresses_are_is_one_read_for_all_of_them(home: Home) -> None:
    first, second, third = (home.add(f"key-{number}") for number in range(3))
    home.locate(first)
    home.locate(third)
    with reads_of(home) as reads:
        located = {address.address_id: address.location is not None for address in home.book.all_of(USER)}
    assert located == {first.address_id: True, second.address_id: False, third.address_id: True}
    assert reads == ["Query", "BatchGetItem"]
    with reads_of(home) as reads:
        assert home.book.get(USER, first.address_id).location is not None
    assert reads == ["BatchGetItem"]
    with reads_of(home) as reads:
        assert home.book.all_of("user-2") == []
    assert reads == ["Query"], "an empty book has no places to read"


def test_a_full_book_takes_no_more_until_one_is_deleted(home: Home) -> None:
    saved = [home.add(f"key-{number}") for number in range(MOST_ADDRESSES)]
    with pytest.raises(Conflict) as full:
        home.add("key-more")
    assert full.value.code == "address_book_full"
    home.book.remove(USER, saved[0].address_id, "req-2")
    home.add("key-more")
    assert len(home.book.all_of(USER)) == MOST_ADDRESSES


def test_books_are_apart(home: Home) -> None:
    mine, theirs = home.add(), home.add(user_id="user-2")
    assert mine.address_id != theirs.address_id
    with pytest.raises(NotFound):
        home.book.get("user-2", mine.address_id)
    with pytest.raises(NotFound):
        home.book.replace("user-2", mine.address_id, TYPED, "req-2")
    with pytest.raises(NotFound):
        home.book.remove("user-2", mine.address_id, "req-2")
    assert home.book.all_of(USER) == [mine]


@pytest.mark.invariant("AUT-04")
def test_no_event_and_no_key_holds_the_address(home: Home) -> None:
    home.add()
    kept = json.dumps([home.rows("CommerceTable"), home.rows("IdempotencyTable")])
    for personal in ("Caiubi", "05010", "Perdizes", "Casa"):
        assert personal not in kept
