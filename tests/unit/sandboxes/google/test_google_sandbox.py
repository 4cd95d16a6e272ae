"""The stand-in for Google: as strict as the original about keys, masks, fields and sizes, and as disorderly."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from local.sandboxes.google.access import API_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter

BASE = "https://google.example"
MATRIX = "/distanceMatrix/v2:computeRouteMatrix"
ROUTES = "/directions/v2:computeRoutes"
ALL = "originIndex,destinationIndex,status,condition,distanceMeters,duration"
BOSTON, LEXINGTON = {"address": "Boston"}, {"address": "Lexington"}
HEADERS = {"X-Goog-Api-Key": API_KEY, "X-Goog-FieldMask": ALL}


@pytest.fixture
def sandbox() -> GoogleSandbox:
    return GoogleSandbox()


@pytest.fixture
def session(sandbox: GoogleSandbox) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(sandbox))
    return session


def matrix(
    session: requests.Session, origins: list[Any], destinations: list[Any], /, **changes: Any
) -> requests.Response:
    sides = {"origins": origins, "destinations": destinations}
    body = {name: [{"waypoint": point} for point in points] for name, points in sides.items()}
    headers = {**HEADERS, **changes.pop("headers", {})}
    return session.post(BASE + MATRIX, json={**body, **changes}, headers=headers, timeout=5)


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"X-Goog-Api-Key": ""}, 403, "API Key"),
        ({"X-Goog-Api-Key": "AIzaOther"}, 400, "API key not valid"),
        ({"X-Goog-FieldMask": ""}, 400, "FieldMask is a required parameter"),
        ({"X-Goog-FieldMask": "originIndex,price"}, 400, "price"),
    ],
)
def test_a_call_without_key_or_mask_is_refused_in_an_array(
    session: requests.Session, headers: dict[str, str], status: int, words: str
) -> None:
    answer = matrix(session, [BOSTON], [LEXINGTON], headers=headers)
    assert answer.status_code == status
    (wrapped,) = answer.json()
    assert wrapped["error"]["code"] == status
    assert words in wrapped["error"]["message"]


def test_one_route_refuses_without_an_array(session: requests.Session) -> None:
    answer = session.post(BASE + ROUTES, json={}, headers={"X-Goog-Api-Key": API_KEY}, timeout=5)
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "changes",
    [
        {"travelmode": "DRIVE"},
        {"travelMode": "FLY"},
        {"travelMode": 1},
        {"travelMode": "WALK", "routingPreference": "TRAFFIC_UNAWARE"},
        {"origins": "Boston"},
        {"origins": [BOSTON]},
        {"origins": []},
    ],
    ids=str,
)
def test_an_unknown_or_wrong_field_is_refused(session: requests.Session, changes: dict[str, Any]) -> None:
    assert matrix(session, [BOSTON], [LEXINGTON], **changes).status_code == 400


@pytest.mark.parametrize(
    "point",
    [
        {},
        {"address": "Boston", "placeId": "x"},
        {"address": 1},
        {"location": {"latLng": {"latitude": 91, "longitude": 0}}},
        {"location": {"latLng": {"latitude": "1", "longitude": 0}}},
        {"location": {"latLng": {"lat": 1, "lng": 0}}},
        "Boston",
    ],
    ids=str,
)
def test_what_is_no_waypoint_is_refused(session: requests.Session, point: Any) -> None:
    assert matrix(session, [point], [LEXINGTON]).status_code == 400


def test_a_matrix_comes_as_a_stream_in_no_order_and_without_its_zeros(session: requests.Session) -> None:
    answer = matrix(session, [BOSTON, LEXINGTON], [BOSTON, LEXINGTON, {"address": "xyzzy"}])
    assert answer.text.startswith("[{\n")
    assert "\n,\n{" in answer.text
    elements = answer.json()
    indexes = [(element["originIndex"], element["destinationIndex"]) for element in elements]
    assert sorted(indexes) == [(o, d) for o in range(2) for d in range(3)] != indexes
    by_index = dict(zip(indexes, elements, strict=True))
    assert by_index[0, 0] == {
        "originIndex": 0,
        "destinationIndex": 0,
        "status": {},
        "condition": "ROUTE_EXISTS",
        "duration": "0s",
    }
    assert by_index[0, 2]["status"]["code"] == 5


def test_only_what_the_mask_names_is_answered(session: requests.Session) -> None:
    (element,) = matrix(session, [BOSTON], [LEXINGTON], headers={"X-Goog-FieldMask": "distanceMeters"}).json()
    assert element == {"distanceMeters": 33_253}


@pytest.mark.invariant("GEO-07")
def test_a_mask_of_everything_is_answered_and_goes_into_the_books(
    session: requests.Session, sandbox: GoogleSandbox
) -> None:
    assert matrix(session, [BOSTON], [LEXINGTON], headers={"X-Goog-FieldMask": "*"}).status_code == 200
    assert sandbox.books() == {"billed": {"compute_route_matrix": 1}, "violations": [f"{MATRIX}: the field mask is *"]}


@pytest.mark.parametrize(("count", "named"), [(26, False), (6, True)])
def test_too_many_elements_or_addresses_are_refused(session: requests.Session, count: int, named: bool) -> None:
    sea = {"location": {"latLng": {"latitude": 0, "longitude": 0}}}
    destinations: list[Any] = [LEXINGTON] * 46 if named else [sea] * 25
    assert matrix(session, [BOSTON if named else sea] * count, destinations).status_code == 400


def test_an_island_is_reached_by_no_road_and_the_sea_only_from_itself(session: requests.Session) -> None:
    sea = {"location": {"latLng": {"latitude": 0, "longitude": 0}}}
    island = {"address": "Fernando de Noronha"}
    elements = matrix(session, [sea, island], [sea, island, {"address": "Rua Augusta 1200, São Paulo"}]).json()
    found = {(element["originIndex"], element["destinationIndex"]): element["condition"] for element in elements}
    assert {pair for pair, condition in found.items() if condition == "ROUTE_EXISTS"} == {(0, 0), (1, 1)}


def test_a_quota_can_be_set_and_runs_out(session: requests.Session, sandbox: GoogleSandbox) -> None:
    told = session.post(f"{BASE}/_sandbox/quota", json={"left": 1}, timeout=5).json()
    assert told == {"left": 1}
    assert matrix(session, [BOSTON], [LEXINGTON]).status_code == 200
    assert matrix(session, [BOSTON], [LEXINGTON]).status_code == 429
    answer = session.get(f"{BASE}/maps/api/geocode/json", params={"address": "Boston", "key": API_KEY}, timeout=5)
    assert (answer.status_code, answer.json()["status"]) == (200, "OVER_QUERY_LIMIT")
    session.post(f"{BASE}/_sandbox/reset", timeout=5)
    assert sandbox.account.left is None
    assert matrix(session, [BOSTON], [LEXINGTON]).status_code == 200


@pytest.mark.parametrize("path", ["/v4/geocode/address/Boston", "/v4/geocode/location/1,2", "/v4/geocode/places/x"])
def test_v4_wants_key_mask_and_known_parameters(session: requests.Session, path: str) -> None:
    headers = {"X-Goog-Api-Key": API_KEY}
    assert session.get(BASE + path, timeout=5).status_code == 403
    assert session.get(BASE + path, headers=headers, timeout=5).status_code == 400
    headers["X-Goog-FieldMask"] = "placeId" if "places" in path else "results.placeId"
    assert session.get(BASE + path, params={"language": "en"}, headers=headers, timeout=5).status_code == 400
    answer = session.get(BASE + path, params={"languageCode": "en"}, headers=headers, timeout=5)
    assert answer.status_code == (404 if "places" in path else 200)


def test_a_misspelt_parameter_of_v3_is_noticed(session: requests.Session, sandbox: GoogleSandbox) -> None:
    params = {"address": "Boston", "lang": "en", "key": API_KEY}
    assert session.get(f"{BASE}/maps/api/geocode/json", params=params, timeout=5).json()["status"] == "INVALID_REQUEST"
    assert sandbox.account.violations == ["/maps/api/geocode/json: parameters ['lang']"]


def test_its_clockwork_of_failure_speaks_google_s_words(session: requests.Session) -> None:
    answer = matrix(session, [BOSTON], [LEXINGTON], headers={"X-Sandbox-Fault": "status=503"})
    assert answer.json()["error"]["status"] == "UNAVAILABLE"
    html = matrix(session, [BOSTON], [LEXINGTON], headers={"X-Sandbox-Fault": "html"})
    assert html.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize(("told", "partial"), [("Consolação", False), ("Bela Vista", True)])
def test_a_districts_name_belongs_to_its_street(session: requests.Session, told: str, partial: bool) -> None:
    address = f"Rua Augusta, 1200, {told}, São Paulo, SP, 01304-001"
    params = {"address": address, "components": "country:BR", "key": API_KEY}
    (found,) = session.get(f"{BASE}/maps/api/geocode/json", params=params, timeout=5).json()["results"]
    assert found["place_id"] == "ChIJsandboxAugusta1200"
    assert found.get("partial_match", False) is partial
