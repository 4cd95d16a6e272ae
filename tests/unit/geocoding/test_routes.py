"""Routes: one pair and many, in any order, with and without a way."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.geocoding.distance import Address, DistanceQuery, Leg, PlaceId, Reach, Waypoint
from commerce.geocoding.gateways.google.routes import MATRIX, MATRIX_MASK, ROUTES, ROUTES_MASK, matrix_legs
from commerce.geocoding.model import Coordinates, TravelMode
from commerce.platform.errors import ConfigurationError, ProviderUnavailable, Unprocessable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.geocoding.rig import Rig, soon

BOSTON, LEXINGTON = Address("Boston"), Address("Lexington")
SEATTLE, VICTORIA = Address("Seattle"), PlaceId("ChIJsandboxVictoria")
AUGUSTA, NORONHA = PlaceId("ChIJsandboxAugusta1200"), Address("Fernando de Noronha")
SEA = Coordinates.of(0, 0)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def ask(*origins: Waypoint, to: tuple[Waypoint, ...], mode: TravelMode = TravelMode.DRIVING) -> DistanceQuery:
    return DistanceQuery(origins, to, mode)


def test_two_points_are_asked_of_compute_routes(rig: Rig) -> None:
    assert rig.routes().distances(ask(BOSTON, to=(LEXINGTON,)), deadline=soon()) == (
        Leg(0, 0, Reach.OK, 33_253, 1_620),
    )
    assert rig.asked() == [ROUTES]


@pytest.mark.invariant("GEO-04")
def test_many_points_are_asked_of_the_matrix_and_put_in_order(rig: Rig) -> None:
    legs = rig.routes().distances(ask(BOSTON, SEATTLE, SEA, to=(LEXINGTON, VICTORIA, SEA)), deadline=soon())
    assert [(leg.origin, leg.destination) for leg in legs] == [(o, d) for o in range(3) for d in range(3)]
    assert legs[0] == Leg(0, 0, Reach.OK, 33_253, 1_620)
    assert legs[4] == Leg(1, 1, Reach.OK, 341_123, 20_168)
    assert rig.asked() == [MATRIX]


@pytest.mark.invariant("GEO-04")
@given(st.integers(1, 6), st.integers(1, 6), st.randoms(use_true_random=False))
def test_a_matrix_answer_in_any_order_is_the_same_answer(origins: int, destinations: int, order: random.Random) -> None:
    query = DistanceQuery((SEA,) * origins, (SEA,) * destinations)
    elements = [
        {
            **({"originIndex": o} if o else {}),
            **({"destinationIndex": d} if d else {}),
            "status": {},
            "condition": "ROUTE_EXISTS",
            "distanceMeters": 1 + o * 100 + d,
            "duration": "5s",
        }
        for o in range(origins)
        for d in range(destinations)
    ]
    order.shuffle(elements)
    legs = matrix_legs(elements, query)
    assert [leg.meters for leg in legs] == [1 + o * 100 + d for o in range(origins) for d in range(destinations)]


@pytest.mark.invariant("GEO-04")
@pytest.mark.parametrize(
    "indexes",
    [[(0, 0)], [(0, 0), (0, 0)], [(0, 0), (0, 1), (1, 0)], [(0, 0), (0, 7)]],
    ids=["less", "twice", "more", "other"],
)
def test_a_matrix_with_other_pairs_than_were_asked_for_is_refused(indexes: list[tuple[int, int]]) -> None:
    elements = [{"originIndex": o, "destinationIndex": d, "condition": "ROUTE_EXISTS"} for o, d in indexes]
    with pytest.raises(ProviderUnavailable):
        matrix_legs(elements, DistanceQuery((SEA,), (SEA, SEA)))


@pytest.mark.invariant("GEO-03")
def test_a_distance_that_is_not_there_is_0_only_where_a_route_is(rig: Rig) -> None:
    same = rig.routes().distances(ask(AUGUSTA, to=(AUGUSTA,)), deadline=soon())
    assert same == (Leg(0, 0, Reach.OK, 0, 0),)
    island = rig.routes().distances(ask(AUGUSTA, to=(NORONHA,)), deadline=soon())
    assert island == (Leg(0, 0, Reach.NO_ROUTE),)
    both = rig.routes().distances(ask(AUGUSTA, to=(AUGUSTA, NORONHA)), deadline=soon())
    assert both == (Leg(0, 0, Reach.OK, 0, 0), Leg(0, 1, Reach.NO_ROUTE))


@pytest.mark.invariant("GEO-03")
@pytest.mark.parametrize(
    ("element", "reach"),
    [
        ({"condition": "ROUTE_NOT_FOUND", "status": {}}, Reach.NO_ROUTE),
        ({"status": {"code": 5}}, Reach.NOT_FOUND),
        ({"status": {"code": 3}, "condition": "ROUTE_EXISTS"}, Reach.NOT_FOUND),
        ({"status": {"code": 13}}, Reach.FAILED),
        ({"status": {}}, Reach.FAILED),
        ({"condition": "ROUTE_MATRIX_ELEMENT_CONDITION_UNSPECIFIED"}, Reach.FAILED),
        ({"condition": "ROUTE_EXISTS"}, Reach.OK),
    ],
)
def test_only_a_route_that_exists_has_numbers(element: dict[str, Any], reach: Reach) -> None:
    (leg,) = matrix_legs([element], DistanceQuery((SEA,), (SEA,)))
    assert leg.reach is reach
    assert (leg.meters, leg.seconds) == ((0, 0) if reach is Reach.OK else (None, None))


@pytest.mark.invariant("GEO-03")
def test_an_address_that_leads_nowhere_is_not_found_alone_or_among_others(rig: Rig) -> None:
    nowhere = Address("xyzzy")
    assert rig.routes().distances(ask(nowhere, to=(LEXINGTON,)), deadline=soon()) == (Leg(0, 0, Reach.NOT_FOUND),)
    legs = rig.routes().distances(ask(BOSTON, nowhere, to=(LEXINGTON,)), deadline=soon())
    assert [leg.reach for leg in legs] == [Reach.OK, Reach.NOT_FOUND]


@pytest.mark.invariant("GEO-03")
def test_a_name_that_google_calls_invalid_is_not_found_alone_or_among_others(rig: Rig) -> None:
    invalid = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "not a place id"}}
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=400, body=invalid))
    alone = rig.routes().distances(ask(PlaceId("odd"), to=(LEXINGTON,)), deadline=soon())
    (among,) = matrix_legs([{"status": {"code": 3}}], ask(PlaceId("odd"), to=(LEXINGTON,)))
    assert alone == (among,) == (Leg(0, 0, Reach.NOT_FOUND),)


def test_coordinates_that_google_calls_invalid_are_refused(rig: Rig) -> None:
    invalid = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "no"}}
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=400, body=invalid))
    with pytest.raises(Unprocessable) as refused:
        rig.routes().distances(ask(SEA, to=(SEA,)), deadline=soon())
    assert refused.value.code == "provider_refused_request"


@pytest.mark.invariant("GEO-07")
def test_masks_and_modes_stay_with_the_cheapest_sku(rig: Rig) -> None:
    rig.routes().distances(ask(BOSTON, to=(LEXINGTON,)), deadline=soon())
    rig.routes().distances(ask(BOSTON, to=(LEXINGTON, LEXINGTON), mode=TravelMode.WALKING), deadline=soon())
    one, many = rig.sandbox.journal.entries()
    assert one.headers["X-Goog-Fieldmask"] == ROUTES_MASK == "routes.distanceMeters,routes.duration"
    wanted = "originIndex,destinationIndex,status,condition,distanceMeters,duration"
    assert many.headers["X-Goog-Fieldmask"] == MATRIX_MASK == wanted
    assert b'"routingPreference": "TRAFFIC_UNAWARE"' in one.body
    assert b"routingPreference" not in many.body, "only allowed when driving"
    assert rig.sandbox.books()["violations"] == []


@pytest.mark.invariant("GEO-02")
@pytest.mark.parametrize("to", [(LEXINGTON,), (LEXINGTON, VICTORIA)], ids=["one", "many"])
def test_a_quota_fails_at_once(rig: Rig, to: tuple[Waypoint, ...]) -> None:
    rig.sandbox.account.left = 0
    with pytest.raises(ProviderUnavailable) as failed:
        rig.routes().distances(ask(BOSTON, to=to), deadline=soon())
    assert (failed.value.code, failed.value.retry_after) == ("provider_quota_exceeded", 60)
    assert (len(rig.asked()), rig.pauses) == (1, [])


@pytest.mark.parametrize("to", [(LEXINGTON,), (LEXINGTON, VICTORIA)], ids=["one", "many"])
def test_a_wrong_key_is_the_deployment_s(to: tuple[Waypoint, ...]) -> None:
    rig = Rig(key="AIzaWrong")
    with pytest.raises(ConfigurationError) as failed:
        rig.routes().distances(ask(BOSTON, to=to), deadline=soon())
    assert failed.value.code == "provider_credentials"


def test_an_outage_is_tried_again_because_a_question_changes_nothing(rig: Rig) -> None:
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=503), Fault(FaultKind.HTML))
    assert rig.routes().distances(ask(BOSTON, to=(LEXINGTON,)), deadline=soon())[0].meters == 33_253
    assert len(rig.asked()) == 3


@pytest.mark.parametrize("duration", ["160", "s", "-1s", "1.xs", 160, "1e3s"])
def test_a_duration_that_is_none_is_refused(duration: object) -> None:
    element = {"condition": "ROUTE_EXISTS", "duration": duration}
    with pytest.raises(ProviderUnavailable):
        matrix_legs([element], DistanceQuery((SEA,), (SEA,)))


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "OK"},
        {"status": [5]},
        {"status": {"code": "5"}},
        {"originIndex": [0]},
        {"destinationIndex": "0"},
        {"originIndex": False},
        {"distanceMeters": True},
    ],
    ids=str,
)
def test_an_element_of_an_odd_shape_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(ProviderUnavailable):
        matrix_legs([{"condition": "ROUTE_EXISTS", **odd}], DistanceQuery((SEA,), (SEA,)))


@pytest.mark.parametrize("routes", [{"a": 1}, ["a"], [None], "a", {}], ids=str)
def test_a_route_of_an_odd_shape_is_refused(rig: Rig, routes: object) -> None:
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body={"routes": routes}))
    with pytest.raises(ProviderUnavailable):
        rig.routes().distances(ask(BOSTON, to=(LEXINGTON,)), deadline=soon())


def test_parts_of_a_second_are_rounded() -> None:
    elements = [{"condition": "ROUTE_EXISTS", "duration": text} for text in ("160.4s", "160.5s")]
    elements[1]["destinationIndex"] = 1  # type: ignore[assignment]  # an index beside texts
    assert [leg.seconds for leg in matrix_legs(elements, DistanceQuery((SEA,), (SEA, SEA)))] == [160, 161]


@pytest.mark.parametrize(
    ("origins", "destinations", "code"),
    [
        ((SEA,) * 26, (SEA,) * 25, "too_many_elements"),
        ((BOSTON,) * 40, (LEXINGTON,) * 10 + (VICTORIA,), "too_many_addresses"),
        ((), (SEA,), "waypoints_required"),
    ],
)
def test_too_much_is_refused_before_anybody_is_asked(
    origins: tuple[Waypoint, ...], destinations: tuple[Waypoint, ...], code: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        DistanceQuery(origins, destinations)
    assert refused.value.code == code


def test_as_much_as_google_takes_is_taken(rig: Rig) -> None:
    assert len(rig.routes().distances(ask(*[SEA] * 25, to=(SEA,) * 25), deadline=soon())) == 625
    assert rig.routes().distances(ask(*[BOSTON] * 25, to=(LEXINGTON,) * 25), deadline=soon())[-1].meters == 33_253
