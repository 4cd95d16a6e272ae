"""What is kept of Google's answers, and for how long: the table of template.yaml in moto, one clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from commerce.geocoding.cache import COORDINATES_KEPT, ID_KEPT, PlaceCache
from commerce.geocoding.finding import Finding, PlaceFinder
from commerce.geocoding.model import AddressQuery, Language
from commerce.platform.clock import ManualClock
from commerce.platform.errors import ProviderUnavailable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.builders import NOW
from tests.tables import tables
from tests.unit.geocoding.rig import Rig, soon

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "GeocodingTable"
SE = AddressQuery("Praça da Sé, São Paulo")
PARTIAL = AddressQuery("Rua Augusta 1200 Torre Norte, São Paulo")


@dataclass
class Stage:
    client: DynamoDBClient
    rig: Rig = field(default_factory=Rig)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))

    @property
    def cache(self) -> PlaceCache:
        return PlaceCache(self.client, TABLE, self.clock)

    def find(self, query: AddressQuery = SE, **how: Any) -> Finding:
        return PlaceFinder(self.rig.v3(), self.cache).find(query, deadline=soon(), **how)

    def rows(self) -> list[dict[str, Any]]:
        return self.client.scan(TableName=TABLE)["Items"]

    def asked(self) -> list[str]:
        """What was asked of Google, each by its first parameter."""
        return [entry.query.partition("=")[0] for entry in self.rig.sandbox.journal.entries()]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with tables() as client:
        yield Stage(client)


@pytest.mark.invariant("GEO-01", "GEO-06")
def test_the_second_question_is_answered_from_the_table_without_the_address_for_people(stage: Stage) -> None:
    first, second = stage.find(), stage.find(AddressQuery("  praça da sé,   SÃO PAULO"))
    assert (first.cached, second.cached) == (False, True)
    (asked,), (cached,) = first.places, second.places
    assert asked.formatted_address == "Praça da Sé, São Paulo - SP, 01001-000, Brasil"
    assert cached.formatted_address is None
    assert (cached.place_id, cached.coordinates) == (asked.place_id, asked.coordinates)
    assert (cached.location_type, cached.partial_match) == (asked.location_type, asked.partial_match)
    assert stage.asked() == ["address"]


@pytest.mark.invariant("GEO-01")
def test_no_address_lies_in_the_table(stage: Stage) -> None:
    stage.find()
    text = str(stage.rows()).lower()
    assert len(stage.rows()) == 2
    for word in ("praça", "praca", "paulo", "01001", "formatted"):
        assert word not in text


@pytest.mark.invariant("GEO-01")
def test_coordinates_end_after_thirty_days_though_the_row_is_still_there(stage: Stage) -> None:
    stage.find()
    stage.clock.advance(COORDINATES_KEPT.total_seconds() - 1)
    assert stage.find().cached is True
    stage.clock.advance(1)
    rows = len(stage.rows())
    again = stage.find()
    assert (again.cached, rows) == (False, 2)
    assert again.until == stage.clock.now().replace(microsecond=0) + COORDINATES_KEPT


@pytest.mark.invariant("GEO-01")
def test_the_id_stays_and_brings_the_same_place_back(stage: Stage) -> None:
    before = stage.find()
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    assert stage.find().places == before.places
    assert stage.asked() == ["address", "place_id"]


@pytest.mark.invariant("GEO-01")
def test_an_id_is_asked_about_anew_after_a_year(stage: Stage) -> None:
    stage.find()
    stage.clock.advance(ID_KEPT.total_seconds())
    stage.find()
    assert stage.asked() == ["address", "address"]


@pytest.mark.invariant("GEO-01")
def test_an_id_that_is_no_longer_in_use_is_passed_over(stage: Stage) -> None:
    stage.find()
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    stage.rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body={"status": "NOT_FOUND", "results": []}))
    assert stage.find().places[0].place_id == "ChIJsandboxSe"
    assert stage.asked() == ["address", "place_id", "address"]


@pytest.mark.invariant("GEO-06")
def test_a_partial_match_stays_one_and_its_id_is_not_kept_beyond_it(stage: Stage) -> None:
    assert stage.find(PARTIAL).places[0].partial_match is True
    assert stage.find(PARTIAL).places[0].partial_match is True
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    assert stage.find(PARTIAL).places[0].partial_match is True
    assert stage.asked() == ["address", "address"]


@pytest.mark.invariant("GEO-02")
def test_nothing_found_and_nothing_answered_are_not_kept(stage: Stage) -> None:
    nowhere = AddressQuery("xyzzy")
    assert stage.find(nowhere) == Finding((), cached=False, until=None)
    stage.rig.sandbox.account.left = 0
    with pytest.raises(ProviderUnavailable):
        stage.find()
    assert stage.rows() == []


@pytest.mark.invariant("GEO-02")
def test_a_used_up_quota_is_no_reason_to_give_up_an_id(stage: Stage) -> None:
    stage.find()
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    stage.rig.sandbox.account.left = 0
    with pytest.raises(ProviderUnavailable) as failed:
        stage.find()
    assert failed.value.code == "provider_quota_exceeded"
    assert stage.asked() == ["address", "place_id"], "asking by the address would be refused as well"


def test_who_wants_the_address_for_people_asks_google(stage: Stage) -> None:
    stage.find()
    fresh = stage.find(fresh=True)
    assert (fresh.cached, fresh.places[0].formatted_address is None) == (False, False)


def partly(place_id: str) -> Fault:
    """One answer of Google with a partial match."""
    place = {
        "place_id": place_id,
        "geometry": {"location": {"lat": -23.5, "lng": -46.6}, "location_type": "APPROXIMATE"},
        "partial_match": True,
        "formatted_address": "São Paulo",
    }
    return Fault(FaultKind.STATUS, status=200, body={"status": "OK", "results": [place]})


def kinds(stage: Stage) -> list[str]:
    return sorted(row["pk"]["S"].partition("#")[0] for row in stage.rows())


def test_fresh_asks_about_the_address_and_not_about_the_place_it_was(stage: Stage) -> None:
    stage.find()
    stage.find(fresh=True)
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    stage.find(fresh=True)
    assert stage.asked() == ["address"] * 3


@pytest.mark.invariant("GEO-06")
def test_an_address_that_is_certain_no_more_loses_its_id(stage: Stage) -> None:
    stage.find()
    stage.rig.sandbox.faults.add(partly("ChIJother"))
    assert stage.find(fresh=True).places[0].partial_match is True
    assert kinds(stage) == ["GEO"]
    stage.clock.advance(COORDINATES_KEPT.total_seconds())
    stage.find()
    assert stage.asked() == ["address"] * 3, "and none by the old place's id"


@pytest.mark.invariant("GEO-02")
def test_an_address_that_is_nowhere_any_more_is_not_answered_from_before(stage: Stage) -> None:
    stage.find()
    stage.rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body={"status": "ZERO_RESULTS", "results": []}))
    assert stage.find(fresh=True).places == ()
    assert stage.rows() == []


@pytest.mark.invariant("GEO-01")
def test_an_id_s_year_is_not_made_longer_by_asking_with_it(stage: Stage) -> None:
    stage.find()
    for _ in range(13):
        stage.clock.advance(COORDINATES_KEPT.total_seconds())
        stage.find()
    assert stage.asked() == ["address", *["place_id"] * 12, "address"]


def test_other_questions_have_other_rows(stage: Stage) -> None:
    others = [
        AddressQuery("Praça da Sé, São Paulo", postal_code="01001-000"),
        AddressQuery("Praça da Sé, São Paulo", language=Language.ENGLISH),
        AddressQuery("Praça da Sé", country="BR"),
    ]
    assert [stage.find(query).cached for query in [SE, *others]] == [False] * 4
    assert stage.find(AddressQuery("Praça da Sé, São Paulo", postal_code="01001000")).cached is True


def test_a_read_is_one_call_and_a_find_one_for_each_row_more(stage: Stage) -> None:
    made: list[str] = []
    stage.client.meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name), unique_id="t")
    try:
        stage.find()
        stage.find()
    finally:
        stage.client.meta.events.unregister("before-call.dynamodb", unique_id="t")
    assert made == ["BatchGetItem", "PutItem", "PutItem", "BatchGetItem"]


def test_thirty_days_is_what_google_s_terms_say() -> None:
    assert timedelta(days=30) == COORDINATES_KEPT
