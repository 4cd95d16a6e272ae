"""Geocoding v4 behind the same port: masks, HTTP errors, and what it does not say."""

from __future__ import annotations

import io

import pytest

from commerce.geocoding.gateways.google.geocoding_v4 import MASK, PLACE_MASK
from commerce.geocoding.model import AddressQuery, Coordinates, Language, LocationType
from commerce.platform.errors import ConfigurationError, ProviderUnavailable
from local.sandboxes.kernel.faults import Fault, FaultKind
from tests.unit.geocoding.rig import SECRET, Rig, soon

AUGUSTA = AddressQuery("Rua Augusta 1200, São Paulo")


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.mark.invariant("GEO-06")
def test_it_finds_what_v3_finds_and_does_not_make_up_a_full_match(rig: Rig) -> None:
    (old,), (new,) = (geocoder.geocode(AUGUSTA, deadline=soon()) for geocoder in (rig.v3(), rig.v4()))
    assert (new.place_id, new.coordinates, new.location_type) == (old.place_id, old.coordinates, old.location_type)
    assert new.partial_match is None
    assert new.location_type is LocationType.ROOFTOP


@pytest.mark.invariant("GEO-07")
def test_the_mask_names_what_is_read_and_nothing_else(rig: Rig) -> None:
    rig.v4().geocode(AUGUSTA, deadline=soon())
    rig.v4().place("ChIJsandboxSe", Language.ENGLISH, deadline=soon())
    masks = [entry.headers["X-Goog-Fieldmask"] for entry in rig.sandbox.journal.entries()]
    assert masks == [MASK, PLACE_MASK]
    assert MASK == "results.placeId,results.location,results.granularity,results.formattedAddress"


@pytest.mark.invariant("GEO-02")
def test_nothing_found_is_no_error(rig: Rig) -> None:
    assert rig.v4().geocode(AddressQuery("xyzzy"), deadline=soon()) == ()
    assert rig.v4().reverse(Coordinates.of(0, 0), Language.ENGLISH, deadline=soon()) == ()
    assert rig.v4().place("ChIJlongGone", Language.ENGLISH, deadline=soon()) is None


@pytest.mark.invariant("GEO-02")
def test_a_quota_fails_at_once_and_says_when_to_come_back(rig: Rig) -> None:
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=429, headers={"Retry-After": "7"}))
    with pytest.raises(ProviderUnavailable) as failed:
        rig.v4().geocode(AUGUSTA, deadline=soon())
    assert (failed.value.code, failed.value.retry_after) == ("provider_quota_exceeded", 7)
    assert (len(rig.asked()), rig.pauses) == (1, [])


def test_an_address_of_any_letters_is_one_segment_of_the_path(rig: Rig) -> None:
    assert rig.v4().geocode(AddressQuery("Rua Augusta/1200? #1 São Paulo"), deadline=soon())
    (entry,) = rig.sandbox.journal.entries()
    assert entry.path.startswith("/v4/geocode/address/Rua Augusta")
    assert entry.query == "regionCode=BR&languageCode=pt-BR"


@pytest.mark.invariant("AUT-04")
def test_no_address_and_no_point_is_in_the_log(rig: Rig, log: io.StringIO) -> None:
    rig.v4().geocode(AddressQuery("toledo", "ES"), deadline=soon())
    rig.v4().reverse(Coordinates.of("-23.5503", "-46.6342"), Language.ENGLISH, deadline=soon())
    told = log.getvalue()
    assert '"path":"/v4/geocode/address/{address}"' in told
    assert '"path":"/v4/geocode/location/{location}"' in told
    for private in ("toledo", "23.55", "46.63", rig.key):
        assert private not in told


@pytest.mark.invariant("AUT-06")
def test_a_wrong_key_is_the_deployment_s_and_no_unclear_question() -> None:
    rig = Rig(key="AIzaWrong")
    with pytest.raises(ConfigurationError):
        rig.v4().geocode(AUGUSTA, deadline=soon())
    assert rig.forgotten == [SECRET]


@pytest.mark.invariant("GEO-05")
def test_a_zero_that_was_left_out_is_a_zero(rig: Rig) -> None:
    found = {"placeId": "p", "location": {}, "granularity": "APPROXIMATE", "formattedAddress": "Null Island"}
    rig.sandbox.faults.add(Fault(FaultKind.STATUS, status=200, body={"results": [found]}))
    (place,) = rig.v4().geocode(AUGUSTA, deadline=soon())
    assert place.coordinates == Coordinates.of(0, 0)
