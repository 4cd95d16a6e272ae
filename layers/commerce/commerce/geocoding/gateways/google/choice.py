"""Which of Google's APIs this deployment asks: the current ones, unless it says otherwise."""

from __future__ import annotations

from commerce.geocoding.gateways.google.transport import GoogleKey, GoogleTransport
from commerce.geocoding.providers import DistanceProvider, Geocoder
from commerce.platform.config import setting
from commerce.platform.errors import ConfigurationError
from commerce.platform.secrets import Secrets


def google_geocoder(secrets: Secrets) -> Geocoder:
    """By GOOGLE_GEOCODING_API: `v3`, or `v4`.

    Raises:
        ConfigurationError: a setting is missing or wrong.
    """
    key = GoogleKey(secrets, setting("GOOGLE_MAPS_SECRET_NAME"))
    match chosen := setting("GOOGLE_GEOCODING_API"):
        case "v3":
            from commerce.geocoding.gateways.google import geocoding_v3 as v3  # noqa: PLC0415 - only the chosen one

            return v3.GeocodingV3(GoogleTransport.from_settings(v3.API, v3.SETTING, v3.HOST, key))
        case "v4":
            from commerce.geocoding.gateways.google import geocoding_v4 as v4  # noqa: PLC0415

            return v4.GeocodingV4(GoogleTransport.from_settings(v4.API, v4.SETTING, v4.HOST, key))
    raise _wrong("GOOGLE_GEOCODING_API", "GoogleGeocodingApi", chosen, "v3 or v4")


def google_distances(secrets: Secrets) -> DistanceProvider:
    """By GOOGLE_DISTANCES_API: `routes`, or `distance_matrix`. Raises as above."""
    key = GoogleKey(secrets, setting("GOOGLE_MAPS_SECRET_NAME"))
    match chosen := setting("GOOGLE_DISTANCES_API"):
        case "routes":
            from commerce.geocoding.gateways.google import routes  # noqa: PLC0415 - only the chosen one

            return routes.GoogleRoutes(GoogleTransport.from_settings(routes.API, routes.SETTING, routes.HOST, key))
        case "distance_matrix":
            from commerce.geocoding.gateways.google import distance_matrix as matrix  # noqa: PLC0415

            transport = GoogleTransport.from_settings(matrix.API, matrix.SETTING, matrix.HOST, key)
            return matrix.GoogleDistanceMatrix(transport)
    raise _wrong("GOOGLE_DISTANCES_API", "GoogleDistancesApi", chosen, "routes or distance_matrix")


def _wrong(name: str, parameter: str, value: str, allowed: str) -> ConfigurationError:
    return ConfigurationError(
        f"{name} is {value!r}, and must be {allowed}. Set the parameter: `sam deploy --parameter-overrides "
        f"{parameter}=…`.",
        code="wrong_setting",
        details={"setting": name},
    )
