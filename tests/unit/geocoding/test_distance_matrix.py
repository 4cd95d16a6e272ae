"""The legacy Distance Matrix behind the same port: the same legs, asked in parts."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.geocoding.distance import Address, DistanceQuery, Leg, PlaceId, Reach
from commerce.geocoding.gateways.google.distance_matrix import part_legs
from commerce.geocoding.model import Coordinates
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.geocoding.rig import Rig, soon

POINTS = (Address("Boston"), PlaceId("ChIJsandboxLexington"), Coordinates.of(0, 0), Address("xyzzy"))


@pytest.mark.invariant("GEO-03", "GEO-04")
def test_it_answers_as_the_routes_api_does() -> None:
    rig = Rig()
    query = DistanceQuery(POINTS, POINTS)
    assert rig.matrix().distances(query, deadline=soon()) == rig.routes().distances(query, deadline=soon())
    assert rig.sandbox.books()["violations"] == []


def test_a_large_question_is_asked_in_parts_and_put_together() -> None:
    rig = Rig()
    origins = tuple(Coordinates.of(0, number) for number in range(12))
    legs = rig.matrix().distances(DistanceQuery(origins, origins), deadline=soon())
    assert len(rig.asked()) == 4
    assert [(leg.origin, leg.destination) for leg in legs] == [(o, d) for o in range(12) for d in range(12)]
    assert [leg.meters for leg in legs if leg.origin == leg.destination] == [0] * 12
    assert rig.sandbox.books()["billed"] == {"distance_matrix": 144}


@pytest.mark.parametrize(
    ("status", "reach"),
    [
        ("NOT_FOUND", Reach.NOT_FOUND),
        ("ZERO_RESULTS", Reach.NO_ROUTE),
        ("MAX_ROUTE_LENGTH_EXCEEDED", Reach.NO_ROUTE),
        ("NEW_WORD", Reach.FAILED),
    ],
)
def test_every_element_has_its_own_outcome(status: str, reach: Reach) -> None:
    assert part_legs([{"elements": [{"status": status}]}], range(3, 4), range(5, 6)) == [Leg(3, 5, reach)]


@pytest.mark.parametrize(
    "rows", [None, [], [{"elements": []}], [{"elements": [{}]}], [{"elements": [{"status": "OK"}]}]]
)
def test_rows_that_do_not_fit_the_question_are_refused(rows: Any) -> None:
    with pytest.raises(ProviderUnavailable):
        part_legs(rows, range(1), range(1))


@pytest.mark.invariant("GEO-02")
@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        ("OVER_QUERY_LIMIT", ProviderUnavailable, "provider_quota_exceeded"),
        ("OVER_DAILY_LIMIT", ProviderUnavailable, "provider_daily_limit"),
        ("REQUEST_DENIED", ConfigurationError, "provider_credentials"),
    ],
)
def test_a_status_of_the_whole_is_an_error(status: str, error: type[Exception], code: str) -> None:
    rig = Rig()
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body={"status": status, "rows": []}))
    with pytest.raises(error) as failed:
        rig.matrix().distances(DistanceQuery(POINTS, POINTS), deadline=soon())
    assert getattr(failed.value, "code", "") == code


def test_a_bar_in_an_address_makes_no_second_address() -> None:
    rig = Rig()
    legs = rig.matrix().distances(DistanceQuery((Address("Boston|MA"),), (Address("Lexington"),)), deadline=soon())
    assert legs == (Leg(0, 0, Reach.OK, 33_253, 1_620),)
