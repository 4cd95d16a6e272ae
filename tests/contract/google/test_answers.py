"""Google's own examples through our gateways, and our sandbox's answers against Google's description."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
import requests

from commerce.geocoding.distance import Reach
from commerce.geocoding.gateways.google import distance_matrix, geocoding_v3
from commerce.geocoding.model import Coordinates, LocationType
from local.sandboxes.google.access import API_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.sandboxes.kernel.adapter import WsgiAdapter
from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_json

BASE = "https://maps.googleapis.com"
SPEC = "google/geocoding-and-distance.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = spec_json(SPEC)
    return found


@pytest.fixture(scope="module")
def api(document: dict[str, Any]) -> OpenApi:
    return OpenApi(document)


def examples(document: dict[str, Any], path: str) -> dict[str, Any]:
    """Answers by name, with their numbers as they are written."""
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    values = {name: example["value"] for name, example in content.items()}
    exact: dict[str, Any] = json.loads(json.dumps(values), parse_float=Decimal)
    return exact


@pytest.mark.invariant("GEO-02", "GEO-06")
def test_every_place_of_google_s_examples_is_understood(document: dict[str, Any]) -> None:
    seen: set[LocationType] = set()
    for name, answer in examples(document, geocoding_v3.PATH).items():
        places = geocoding_v3.places_of(answer)
        assert len(places) == len(answer["results"]), name
        for place, result in zip(places, answer["results"], strict=True):
            assert place.place_id == result["place_id"]
            assert place.partial_match is result.get("partial_match", False)
            assert place.location_type.value.upper() == result["geometry"]["location_type"]
            location = result["geometry"]["location"]
            assert abs(place.coordinates.lat - location["lat"]) <= Decimal("0.00000005")
            seen.add(place.location_type)
    assert seen >= {LocationType.ROOFTOP, LocationType.APPROXIMATE, LocationType.GEOMETRIC_CENTER}


def test_helsinki_and_toledo_are_where_google_puts_them(document: dict[str, Any]) -> None:
    answers = examples(document, geocoding_v3.PATH)
    (helsinki,) = geocoding_v3.places_of(answers["components_zero_results_fixed_response"])
    (toledo,) = geocoding_v3.places_of(answers["toledo_region_es_response"])
    assert helsinki.coordinates == Coordinates.of("60.1698557", "24.938379")
    assert toledo.coordinates == Coordinates.of("39.8628316", "-4.0273231")


@pytest.mark.invariant("GEO-03")
def test_every_distance_of_google_s_examples_is_understood(document: dict[str, Any]) -> None:
    found: dict[str, list[tuple[int | None, int | None]]] = {}
    for name, answer in examples(document, distance_matrix.PATH).items():
        rows = answer["rows"]
        legs = distance_matrix.part_legs(rows, range(len(rows)), range(len(rows[0]["elements"])))
        assert {leg.reach for leg in legs} == {Reach.OK}
        found[name] = [(leg.meters, leg.seconds) for leg in legs]
    assert found["response"][0] == (33_253, 1_620)
    assert found["avoid_response"] == [(341_123, 20_168)]
    assert found["place_id_response"] == [(1_696, 466)]
    assert found["plus_code_response"] == [(56_830, 2_449)]


QUESTIONS = [
    (geocoding_v3.PATH, {"address": "Rua Augusta 1200, São Paulo"}, "OK"),
    (geocoding_v3.PATH, {"address": "Rua Augusta 1200 Loja 3, São Paulo", "components": "country:BR"}, "OK"),
    (geocoding_v3.PATH, {"latlng": "-23.55,-46.63"}, "OK"),
    (geocoding_v3.PATH, {"place_id": "ChIJsandboxSe"}, "OK"),
    (geocoding_v3.PATH, {"address": "xyzzy"}, "ZERO_RESULTS"),
    (geocoding_v3.PATH, {"latlng": "0,0"}, "ZERO_RESULTS"),
    (geocoding_v3.PATH, {"latlng": "91,0"}, "INVALID_REQUEST"),
    (geocoding_v3.PATH, {"components": "planet:mars"}, "INVALID_REQUEST"),
    (geocoding_v3.PATH, {}, "INVALID_REQUEST"),
    (geocoding_v3.PATH, {"address": "Boston", "key": ""}, "REQUEST_DENIED"),
    (geocoding_v3.PATH, {"address": "Boston", "key": "AIzaOther"}, "REQUEST_DENIED"),
    (distance_matrix.PATH, {"origins": "Boston|Seattle|xyzzy", "destinations": "Lexington|0,0"}, "OK"),
    (distance_matrix.PATH, {"origins": "Boston"}, "INVALID_REQUEST"),
    (distance_matrix.PATH, {"origins": "|".join(["0,0"] * 26), "destinations": "0,0"}, "MAX_DIMENSIONS_EXCEEDED"),
    (
        distance_matrix.PATH,
        {"origins": "|".join(["0,0"] * 20), "destinations": "|".join(["0,0"] * 6)},
        "MAX_ELEMENTS_EXCEEDED",
    ),
    (distance_matrix.PATH, {"origins": "Boston", "destinations": "Boston", "key": "AIzaOther"}, "REQUEST_DENIED"),
]


@pytest.fixture
def sandbox() -> GoogleSandbox:
    return GoogleSandbox()


def ask(sandbox: GoogleSandbox, path: str, params: dict[str, str]) -> Any:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(sandbox))
    answer = session.get(BASE + path, params={"key": API_KEY, **params}, timeout=5)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(("path", "params", "status"), QUESTIONS)
def test_the_sandbox_answers_as_described(
    api: OpenApi, sandbox: GoogleSandbox, path: str, params: dict[str, str], status: str
) -> None:
    body = ask(sandbox, path, params)
    assert body["status"] == status
    assert api.problems(api.response(path, "get"), body) == []


@pytest.mark.parametrize("path", [geocoding_v3.PATH, distance_matrix.PATH])
def test_a_used_up_quota_has_the_described_shape(api: OpenApi, sandbox: GoogleSandbox, path: str) -> None:
    sandbox.account.left = 0
    body = ask(sandbox, path, {"address": "Boston"})
    assert body["status"] == "OVER_QUERY_LIMIT"
    assert api.problems(api.response(path, "get"), body) == []


def test_the_sandbox_says_what_google_s_examples_say(document: dict[str, Any], sandbox: GoogleSandbox) -> None:
    told = examples(document, geocoding_v3.PATH)
    assert ask(sandbox, geocoding_v3.PATH, {"place_id": "x"}) == told["invalid_place"]
    assert ask(sandbox, geocoding_v3.PATH, {"address": "xyzzy"}) == told["zero_results"]
    missing = ask(sandbox, geocoding_v3.PATH, {})
    assert missing["status"] == told["invalid_request"]["status"]
    assert missing["error_message"].startswith("Invalid request. Missing the 'address', 'components'")
