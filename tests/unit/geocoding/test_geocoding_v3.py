"""Geocoding v3: what is asked, what is understood, and what each status means."""

from __future__ import annotations

import io
from typing import Any

import pytest

from commerce.geocoding.gateways.google.geocoding_v3 import PATH, address_params, places_of
from commerce.geocoding.model import AddressQuery, Coordinates, Language, LocationType
from commerce.platform.errors import ConfigurationError, IntegrationError, ProviderUnavailable, Unprocessable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.geocoding.rig import SECRET, Rig, soon

AUGUSTA = AddressQuery("Rua Augusta 1200, São Paulo")


def status(name: str, **more: Any) -> Fault:
    """An answer of v3 that is no result."""
    return Fault(FaultKind.STATUS, status=200, body={"status": name, "results": [], **more})


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_country_and_postal_code_filter_and_the_region_does_not_have_to() -> None:
    params = address_params(AddressQuery("Rua Augusta", "BR", "01304-001", Language.ENGLISH))
    assert params == {
        "address": "Rua Augusta",
        "components": "country:BR|postal_code:01304-001",
        "region": "br",
        "language": "en",
    }


@pytest.mark.invariant("GEO-06")
@pytest.mark.parametrize(
    ("address", "location_type", "partial"),
    [
        ("Rua Augusta 1200, São Paulo", LocationType.ROOFTOP, False),
        ("Rua da Bahia 85, Salvador", LocationType.RANGE_INTERPOLATED, False),
        ("Praça da Sé, São Paulo", LocationType.GEOMETRIC_CENTER, False),
        ("São Paulo", LocationType.APPROXIMATE, False),
        ("Rua Augusta 1200 Torre Norte, São Paulo", LocationType.ROOFTOP, True),
    ],
)
def test_how_exact_a_place_is_stays_visible(rig: Rig, address: str, location_type: LocationType, partial: bool) -> None:
    (place,) = rig.v3().geocode(AddressQuery(address), deadline=soon())
    assert (place.location_type, place.partial_match) == (location_type, partial)


@pytest.mark.invariant("GEO-06")
def test_a_location_type_that_nobody_knows_is_unknown_and_not_rooftop() -> None:
    result = {
        "place_id": "p",
        "formatted_address": "somewhere",
        "geometry": {"location": {"lat": 1, "lng": 2}, "location_type": "PRECISE"},
    }
    (place,) = places_of({"results": [result]})
    assert place.location_type is LocationType.UNKNOWN


def test_coordinates_are_what_google_wrote_digit_by_digit(rig: Rig) -> None:
    (place,) = rig.v3().geocode(AUGUSTA, deadline=soon())
    assert str(place.coordinates) == "-23.5553781,-46.6566102"


@pytest.mark.invariant("GEO-02")
def test_nothing_found_is_no_error(rig: Rig) -> None:
    assert rig.v3().geocode(AddressQuery("xyzzy"), deadline=soon()) == ()
    assert rig.v3().reverse(Coordinates.of(0, 0), Language.ENGLISH, deadline=soon()) == ()
    assert rig.v3().place("ChIJlongGone", Language.ENGLISH, deadline=soon()) is None


@pytest.mark.invariant("GEO-05")
def test_a_point_is_asked_for_latitude_first(rig: Rig) -> None:
    found = rig.v3().reverse(Coordinates.of("-23.5503", "-46.6342"), Language.PORTUGUESE, deadline=soon())
    assert found[0].place_id == "ChIJsandboxSe"
    (entry,) = rig.sandbox.journal.entries()
    assert "latlng=-23.5503%2C-46.6342" in entry.query


@pytest.mark.invariant("GEO-02")
@pytest.mark.parametrize(
    ("name", "code", "wait"),
    [("OVER_QUERY_LIMIT", "provider_quota_exceeded", 60), ("OVER_DAILY_LIMIT", "provider_daily_limit", 3600)],
)
def test_a_quota_fails_at_once_and_says_when_to_come_back(rig: Rig, name: str, code: str, wait: int) -> None:
    rig.sandbox.faults.add(status(name))
    with pytest.raises(ProviderUnavailable) as failed:
        rig.v3().geocode(AUGUSTA, deadline=soon())
    assert (failed.value.code, failed.value.retry_after, failed.value.retryable) == (code, wait, True)
    assert (len(rig.asked()), rig.pauses) == (1, [])


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("REQUEST_DENIED", ConfigurationError, "provider_credentials"),
        ("INVALID_REQUEST", Unprocessable, "provider_refused_request"),
        ("SOMETHING_NEW", ProviderUnavailable, "provider_unavailable"),
    ],
)
def test_a_status_that_no_repeat_cures_is_not_repeated(
    rig: Rig, name: str, error: type[IntegrationError], code: str
) -> None:
    rig.sandbox.faults.add(status(name, error_message="about Rua Augusta 1200"))
    with pytest.raises(error) as failed:
        rig.v3().geocode(AUGUSTA, deadline=soon())
    assert failed.value.code == code
    assert "Augusta" not in failed.value.message, "Google's sentences may quote the address"
    assert len(rig.asked()) == 1


def test_unknown_error_is_the_one_status_that_is_tried_again(rig: Rig) -> None:
    rig.sandbox.faults.add(status("UNKNOWN_ERROR"))
    assert len(rig.v3().geocode(AUGUSTA, deadline=soon())) == 1
    assert rig.asked() == [PATH, PATH]
    rig.sandbox.faults.add(*[status("UNKNOWN_ERROR")] * 3)
    with pytest.raises(ProviderUnavailable, match="UNKNOWN_ERROR"):
        rig.v3().geocode(AUGUSTA, deadline=soon())
    assert len(rig.pauses) == 1 + 2


@pytest.mark.parametrize("body", [[], {}, {"status": 7}, {"status": "OK", "results": [{}]}, {"status": "OK"}], ids=str)
def test_an_answer_of_another_shape_is_nobody_s_address(rig: Rig, body: Any) -> None:
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body=body))
    with pytest.raises(ProviderUnavailable):
        rig.v3().geocode(AUGUSTA, deadline=soon())


@pytest.mark.invariant("AUT-04")
@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.GARBAGE, FaultKind.CUT_AFTER, FaultKind.HANG])
def test_a_broken_answer_is_told_without_the_key_and_without_the_address(
    rig: Rig, kind: FaultKind, log: io.StringIO
) -> None:
    rig.sandbox.faults.add(Fault(kind, times=9))
    with pytest.raises(ProviderUnavailable) as failed:
        rig.v3().geocode(AUGUSTA, deadline=soon())
    told = f"{failed.value.message} {failed.value.details} {log.getvalue()}"
    assert "provider call" in told
    assert rig.key not in told
    assert "Augusta" not in told


@pytest.mark.invariant("AUT-06")
def test_a_refused_key_is_read_anew_and_the_message_says_where_to_set_it() -> None:
    rig = Rig(key="AIzaWrong")
    with pytest.raises(ConfigurationError) as failed:
        rig.v3().geocode(AUGUSTA, deadline=soon())
    assert failed.value.code == "provider_credentials"
    assert "console.cloud.google.com" in failed.value.message
    assert rig.forgotten == [SECRET]
