"""What we ask of Google's older APIs against their official description, parameter by parameter.

No official description exists for the Routes API and Geocoding v4: the sandbox refuses what they do not know.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.geocoding.distance import Address, DistanceQuery, PlaceId, Waypoint
from commerce.geocoding.gateways.google import distance_matrix, geocoding_v3
from commerce.geocoding.model import AddressQuery, Coordinates, Language, TravelMode
from tests.contract.openapi import OpenApi
from tests.contract.specs import spec_json
from tests.unit.geocoding.rig import Rig, soon

_OURS = {"key"}
"""Not in the description, which leaves authentication out."""


@pytest.fixture(scope="module")
def api() -> OpenApi:
    return OpenApi(spec_json("google/geocoding-and-distance.json"))


def parameters(api: OpenApi, path: str) -> dict[str, dict[str, Any]]:
    """By name; they stand as references in the description."""
    shared = api.document["components"]["parameters"]
    listed = api.document["paths"][path]["get"]["parameters"]
    found = [shared[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry for entry in listed]
    return {parameter["name"]: parameter for parameter in found}


def problems(api: OpenApi, path: str, query: str) -> list[str]:
    """What is wrong with a query string."""
    known = parameters(api, path)
    found: list[str] = []
    given_names: set[str] = set()
    for name, (value,) in parse_qs(query, keep_blank_values=True).items():
        given_names.add(name)
        if name in _OURS:
            continue
        if name not in known:
            found.append(f"{name} is not described")
            continue
        schema = known[name]["schema"]
        piped = schema.get("type") == "array"
        found += [f"{name}: {problem}" for problem in api.problems(schema, value.split("|") if piped else value)]
    found += [f"{name} is missing" for name, one in known.items() if one.get("required") and name not in given_names]
    return found


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60)
degrees = st.builds(
    Coordinates.of, st.decimals(-90, 90, places=5, allow_nan=False), st.decimals(-180, 180, places=5, allow_nan=False)
)
points: st.SearchStrategy[Waypoint] = st.one_of(
    degrees, st.builds(Address, texts), st.builds(PlaceId, st.from_regex(r"\A[A-Za-z0-9_-]{5,30}\Z"))
)
queries = st.builds(
    AddressQuery,
    texts,
    st.sampled_from(["BR", "US", "PT"]),
    st.none() | st.just("01304-001"),
    st.sampled_from(Language),
)


@given(queries)
def test_every_question_for_an_address_is_as_described(api: OpenApi, query: AddressQuery) -> None:
    rig = Rig()
    rig.v3().geocode(query, deadline=soon())
    (entry,) = rig.sandbox.journal.entries()
    assert problems(api, geocoding_v3.PATH, entry.query) == []
    assert rig.sandbox.books()["violations"] == []


@given(degrees, st.sampled_from(Language))
def test_every_question_for_a_point_is_as_described(api: OpenApi, at: Coordinates, language: Language) -> None:
    rig = Rig()
    rig.v3().reverse(at, language, deadline=soon())
    rig.v3().place("ChIJsandboxSe", language, deadline=soon())
    for entry in rig.sandbox.journal.entries():
        assert problems(api, geocoding_v3.PATH, entry.query) == []


@given(
    st.lists(points, min_size=1, max_size=4),
    st.lists(points, min_size=1, max_size=4),
    st.sampled_from(TravelMode),
    st.sampled_from(Language),
)
def test_every_question_for_distances_is_as_described(
    api: OpenApi, origins: list[Waypoint], destinations: list[Waypoint], mode: TravelMode, language: Language
) -> None:
    rig = Rig()
    query = DistanceQuery(tuple(origins), tuple(destinations), mode, language)
    if all(_says_something(point) for point in (*origins, *destinations)):
        rig.matrix().distances(query, deadline=soon())
        (entry,) = rig.sandbox.journal.entries()
        assert problems(api, distance_matrix.PATH, entry.query) == []
    # The newer API takes each of them, whatever it says.
    assert len(Rig().routes().distances(query, deadline=soon())) == query.elements


def _says_something(point: Waypoint) -> bool:
    return not isinstance(point, Address) or bool(point.text.replace("|", " "))


def test_what_is_not_as_described_is_noticed(api: OpenApi) -> None:
    assert problems(api, geocoding_v3.PATH, "adress=x") == ["adress is not described"]
    assert len(problems(api, distance_matrix.PATH, "origins=a&mode=flying")) == 2
