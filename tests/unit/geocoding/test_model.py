"""Coordinates: ranges, order, and the digits that a provider wrote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.geocoding.model import Coordinates
from commerce.platform.errors import Unprocessable


@pytest.mark.invariant("GEO-05")
@pytest.mark.parametrize(
    ("lat", "lng", "written"),
    [
        ("0", "0", "0,0"),
        ("-0.0", "0", "0,0"),
        ("90", "180", "90,180"),
        ("-90.000", "-180.0", "-90,-180"),
        ("-23.5505199", "-46.6333094", "-23.5505199,-46.6333094"),
        (10, 100, "10,100"),
        (60.1698557, 24.938379, "60.1698557,24.938379"),
        ("1.00000004", "1.00000006", "1,1.0000001"),
    ],
)
def test_what_is_on_earth_is_taken_latitude_first(lat: object, lng: object, written: str) -> None:
    assert str(Coordinates.of(lat, lng)) == written


@pytest.mark.invariant("GEO-05")
@pytest.mark.parametrize(
    ("lat", "lng", "field"),
    [("90.0000001", "0", "lat"), ("-91", "0", "lat"), ("0", "180.1", "lng"), ("0", "-181", "lng"), ("NaN", "0", "lat")],
)
def test_what_is_not_on_earth_is_refused_by_name(lat: str, lng: str, field: str) -> None:
    with pytest.raises(Unprocessable, match=f"^{field} must be from") as refused:
        Coordinates(Decimal(lat), Decimal(lng))
    assert refused.value.code == "invalid_coordinates"
    assert refused.value.details["fields"] == [{"field": field, "problem": refused.value.message.partition(".")[0][4:]}]


@pytest.mark.invariant("GEO-05")
def test_swapped_coordinates_are_noticed_where_they_can_be() -> None:
    with pytest.raises(Unprocessable, match="are the two swapped"):
        Coordinates.of("-122.3328481", "47.6061389")


@pytest.mark.parametrize("lat", ["", "north", None, "1,5"])
def test_what_is_no_number_is_refused(lat: object) -> None:
    with pytest.raises(Unprocessable):
        Coordinates.of(lat, "0")


@given(
    st.decimals(-90, 90, places=7, allow_nan=False, allow_infinity=False),
    st.decimals(-180, 180, places=7, allow_nan=False, allow_infinity=False),
)
def test_no_digit_is_lost(lat: Decimal, lng: Decimal) -> None:
    found = Coordinates(lat, lng)
    assert (found.lat, found.lng) == (lat, lng)
    assert Coordinates.of(*str(found).split(",")) == found
