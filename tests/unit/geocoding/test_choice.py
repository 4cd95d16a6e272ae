"""Which of Google's APIs a deployment asks, and where its key may go."""

from __future__ import annotations

import pytest

from commerce.geocoding.gateways.google.choice import google_distances, google_geocoder
from commerce.geocoding.gateways.google.distance_matrix import GoogleDistanceMatrix
from commerce.geocoding.gateways.google.geocoding_v3 import GeocodingV3
from commerce.geocoding.gateways.google.geocoding_v4 import GeocodingV4
from commerce.geocoding.gateways.google.routes import GoogleRoutes
from commerce.geocoding.gateways.google.transport import GoogleKey
from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import StaticSecrets
from local.build.blueprint import read_blueprint
from local.handlers import environment_of

SECRETS = StaticSecrets({})
(FUNCTION,) = (one for one in read_blueprint().functions if one.logical_id == "GoogleMapsApiFunction")


def test_the_template_s_defaults_are_geocoding_v3_and_routes() -> None:
    with environment_of(FUNCTION):
        assert isinstance(google_geocoder(SECRETS), GeocodingV3)
        assert isinstance(google_distances(SECRETS), GoogleRoutes)


def test_the_other_two_are_there_for_who_wants_them() -> None:
    with environment_of(FUNCTION, GOOGLE_GEOCODING_API="v4", GOOGLE_DISTANCES_API="distance_matrix"):
        assert isinstance(google_geocoder(SECRETS), GeocodingV4)
        assert isinstance(google_distances(SECRETS), GoogleDistanceMatrix)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("GOOGLE_GEOCODING_API", "GoogleGeocodingApi"), ("GOOGLE_DISTANCES_API", "GoogleDistancesApi")],
)
def test_another_word_refuses_to_start_and_names_the_parameter(name: str, parameter: str) -> None:
    with environment_of(FUNCTION, **{name: "v5"}), pytest.raises(ConfigurationError, match=parameter):
        google_geocoder(SECRETS)
        google_distances(SECRETS)


@pytest.mark.invariant("AUT-05")
@pytest.mark.parametrize(
    ("setting", "choices"),
    [
        ("GOOGLE_MAPS_API_BASE", {}),
        ("GOOGLE_ROUTES_API_BASE", {}),
        ("GOOGLE_GEOCODE_API_BASE", {"GOOGLE_GEOCODING_API": "v4"}),
        ("GOOGLE_MAPS_API_BASE", {"GOOGLE_DISTANCES_API": "distance_matrix"}),
    ],
)
def test_in_live_mode_the_key_goes_to_google_only(setting: str, choices: dict[str, str]) -> None:
    live = {"LIVE_MODE": "true", **choices}
    with environment_of(FUNCTION, **live):
        google_geocoder(SECRETS)
        google_distances(SECRETS)
    stand_in = {**live, setting: "https://maps.stand-in.example"}
    with environment_of(FUNCTION, **stand_in), pytest.raises(ConfigurationError, match=setting):
        google_geocoder(SECRETS)
        google_distances(SECRETS)


@pytest.mark.invariant("AUT-06")
@pytest.mark.parametrize("held", ["", "REPLACE_ME"])
def test_a_key_that_was_never_set_says_how_to_set_it(held: str) -> None:
    key = GoogleKey(StaticSecrets({"shop/google_maps": {"api_key": held}}), "shop/google_maps")
    with pytest.raises(ConfigurationError) as refused:
        key()
    assert refused.value.code == "missing_secret"
    assert "https://console.cloud.google.com/google/maps-apis/credentials" in refused.value.message
    assert "put-secret-value --secret-id shop/google_maps" in refused.value.message
