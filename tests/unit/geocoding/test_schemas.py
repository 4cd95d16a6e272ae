"""What the API takes: points of three kinds, coordinates as texts and numbers, and nothing that is not on earth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from commerce.geocoding.distance import Address, PlaceId
from commerce.geocoding.model import Coordinates
from commerce.geocoding.schemas import AddressText, DistancesModel, Latitude, LatitudeText, Longitude, LongitudeText
from commerce.platform.api.problems import unprocessable

SEA = {"lat": 0, "lng": 0}


def distances(**changes: Any) -> DistancesModel:
    return DistancesModel.model_validate({"origins": [SEA], "destinations": [SEA], **changes})


def test_a_point_is_given_in_one_of_three_ways() -> None:
    origins = [{"lat": "-23.55", "lng": -46.63}, {"address": " Rua  Augusta "}, {"place_id": "ChIJ_a-1"}]
    query = distances(origins=origins).query()
    assert query.origins == (Coordinates.of("-23.55", "-46.63"), Address("Rua Augusta"), PlaceId("ChIJ_a-1"))


@pytest.mark.parametrize(
    "point",
    [
        {},
        {"lat": 1},
        {"lat": 1, "lng": None},
        {"lat": 91, "lng": 0},
        {"lat": True, "lng": 0},
        {"lat": 1, "lng": 2, "address": "x"},
        {"address": ""},
        {"address": " \u00a0 "},
        {"address": "a\nb"},
        {"address": 7},
        {"place_id": ""},
        {"place_id": "ChIJ|x"},
        {"place": "x"},
        "Boston",
        None,
        [],
    ],
    ids=str,
)
def test_anything_else_is_no_point(point: Any) -> None:
    with pytest.raises(ValidationError):
        distances(origins=[point])


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ({"lat": 1}, {"origins.1.lng": "is required"}),
        ({"address": ""}, {"origins.1.address": "must not be empty"}),
        ({"address": "  "}, {"origins.1.address": "must not be empty"}),
        ({"address": "x", "lat": 1}, {"origins.1.lat": "is not a field here"}),
        ({"address": "x", "<address>": 1}, {"origins.1.?": "is not a field here"}),
        ("Boston", {"origins.1": "must be an object"}),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_as_it_was_sent(point: Any, told: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        distances(origins=[{"lat": 0, "lng": 0}, point])
    fields = [{"field": field, "problem": problem} for field, problem in told.items()]
    assert unprocessable(refused.value.errors()).details == {"fields": fields}


@pytest.mark.invariant("GEO-05")
@pytest.mark.parametrize("kind", [Latitude, LatitudeText, Longitude, LongitudeText])
@pytest.mark.parametrize("text", ["0", "-0.5", "90", "-90.0", "12.345678901234567", "00", "9"])
def test_a_degree_is_read_exactly(kind: Any, text: str) -> None:
    if text == "12.345678901234567":
        text = text[:-1]
    assert TypeAdapter(kind).validate_python(text) == Decimal(text)


@pytest.mark.invariant("GEO-05")
@pytest.mark.parametrize(
    "text", ["", " 1", "1,5", "+1", "1e1", "NaN", "Infinity", "\u0661", "90.1", "-91", "1.", ".5", "0x1"]
)
def test_what_is_no_latitude_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="must be a latitude from -90 to 90 degrees, such as"):
        TypeAdapter(LatitudeText).validate_python(text)


@pytest.mark.invariant("GEO-05")
@pytest.mark.parametrize("value", ["180.1", "-181", 180.5, -1000, float("nan"), float("inf"), None, [], True])
def test_what_is_no_longitude_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Longitude).validate_python(value)


@pytest.mark.parametrize("text", ["", " ", "\t", "\u2003", "x" * 301, "a\x00b"])
def test_an_address_has_something_to_read(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(AddressText).validate_python(text)
