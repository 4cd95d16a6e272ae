"""Google fails and workers die, at every step: nothing is made up, nothing is kept that should not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests

from commerce.geocoding.cache import PlaceCache
from commerce.geocoding.finding import PlaceFinder
from commerce.geocoding.gateways.google.geocoding_v3 import API, HOST, GeocodingV3
from commerce.geocoding.gateways.google.transport import GoogleKey, GoogleTransport
from commerce.geocoding.locating import Locator
from commerce.geocoding.model import AddressQuery
from commerce.geocoding.saved import AddressSaved, SavedAddress, SavedPlaces
from commerce.platform import dynamodb
from commerce.platform.clock import ManualClock
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderUnavailable
from commerce.platform.http import ProviderSession, Retry
from commerce.platform.secrets import StaticSecrets
from local.sandboxes.google.access import API_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import NOW
from tests.tables import tables
from tests.unit.geocoding.rig import Rig, soon

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SAVED = AddressSaved("user-1", "adr_1", 1)
SE = AddressQuery("Praça da Sé, São Paulo")


class Killed(BaseException):
    """The process is gone: no handler of ours may catch it."""


@dataclass
class Killer:
    """Ends the worker before or after its n-th call to the table or to Google."""

    at: int | None = None
    after: bool = False
    names: list[str] = field(default_factory=list)

    def step[T](self, name: str, call: Callable[[], T]) -> T:
        self.names.append(name)
        doomed = len(self.names) == self.at
        if doomed and not self.after:
            raise Killed(name)
        result = call()
        if doomed:
            raise Killed(name)
        return result


class _Client:
    def __init__(self, client: DynamoDBClient, killer: Killer) -> None:
        self._client = client
        self._killer = killer

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        return lambda **arguments: self._killer.step(name, lambda: method(**arguments))


class _Adapter(WsgiAdapter):
    killer: Killer

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return self.killer.step("google", lambda: super(_Adapter, self).send(request, *args, **kwargs))


@dataclass
class Worker:
    """A queue's worker that may die; table and Google stay as they are then."""

    client: DynamoDBClient
    sandbox: GoogleSandbox = field(default_factory=GoogleSandbox)

    def deliver(self, at: int | None = None, *, after: bool = False) -> Killer:
        """One delivery of the event; the calls that it made."""
        killer = Killer(at, after)
        watched: Any = _Client(self.client, killer)
        session = ProviderSession(f"https://{HOST}", provider="google")
        adapter = _Adapter(self.sandbox)
        adapter.killer = killer
        session.mount("https://", adapter)
        key = GoogleKey(StaticSecrets({"google": {"api_key": API_KEY}}), "google")
        retry = Retry(sleep=lambda _: None)
        geocoder = GeocodingV3(GoogleTransport(API, f"https://{HOST}", key, session, retry), retry)
        clock = ManualClock(NOW)
        finder = PlaceFinder(geocoder, PlaceCache(watched, "GeocodingTable", clock))
        with suppress(Killed):
            places = SavedPlaces(watched, book="AddressesTable", table="GeocodingTable", clock=clock)
            Locator(places, finder, read).locate(SAVED, soon())
        return killer

    @property
    def place(self) -> dynamodb.Item | None:
        return dynamodb.get(self.client, "GeocodingTable", {"pk": "SAVED#adr_1"})


def read(row: Mapping[str, Any]) -> SavedAddress:
    return SavedAddress(row["version"], SE)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with tables() as client:
        row = {"pk": "USER#user-1", "sk": "ADDR#adr_1", "version": 1}
        dynamodb.write(client, dynamodb.put("AddressesTable", row))
        yield Worker(client)


STEPS = ["batch_get_item", "batch_get_item", "google", "put_item", "put_item", "transact_write_items"]


@pytest.mark.invariant("PLT-03")
def test_these_are_the_steps_of_a_delivery(worker: Worker) -> None:
    assert worker.deliver().names == STEPS
    assert worker.deliver().names == STEPS[:1], "the second one has nothing to do"


@pytest.mark.invariant("PLT-03")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, len(STEPS) + 1))
def test_a_death_at_any_step_ends_in_the_same_place(worker: Worker, at: int, after: bool) -> None:
    worker.deliver(at, after=after)
    worker.deliver()
    assert worker.place is not None
    assert (worker.place["place_id"], worker.place["address_version"]) == ("ChIJsandboxSe", 1)
    # Only a death between Google's answer and the cache costs a second question.
    lost = (at, after) in ((3, True), (4, False))
    assert worker.sandbox.books()["billed"] == {"geocoding": 2 if lost else 1}


@pytest.mark.invariant("GEO-02")
@pytest.mark.parametrize("kind", FaultKind)
def test_however_google_fails_nothing_is_kept_as_nothing_found(worker: Worker, kind: FaultKind) -> None:
    worker.sandbox.faults.add(Fault(kind, times=9, seconds=60))
    with pytest.raises(ProviderUnavailable):
        worker.deliver()
    assert worker.place is None
    assert worker.client.scan(TableName="GeocodingTable")["Items"] == []
    worker.sandbox.faults.clear()
    worker.deliver()
    assert worker.place is not None


@pytest.mark.invariant("PAY-06", "GEO-02")
def test_no_repeat_goes_past_the_deadline() -> None:
    now = [100.0]
    rig = Rig()
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=503, times=9))

    def sleep(seconds: float) -> None:
        now[0] += seconds

    retry = Retry(attempts=50, first_seconds=1.0, jitter=lambda: 1.0, sleep=sleep)
    transport = rig.transport(API, HOST)
    transport._http._retry = retry
    deadline = Deadline(at=104.0, monotonic=lambda: now[0])
    with pytest.raises(ProviderUnavailable):
        GeocodingV3(transport, retry).geocode(SE, deadline=deadline)
    assert len(rig.asked()) == 3, "after pauses of 1 and 2 s the next of 4 s would end too late"
    assert now[0] <= 104.0


@pytest.mark.invariant("PAY-06")
def test_without_time_nobody_is_asked() -> None:
    rig = Rig()
    with pytest.raises(ProviderUnavailable):
        rig.v3().geocode(SE, deadline=soon(0.1))
    assert rig.asked() == []
