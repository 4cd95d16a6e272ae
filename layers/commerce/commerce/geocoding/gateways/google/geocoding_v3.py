"""Geocoding API v3: `GET /maps/api/geocode/json` (Geocoding API, "Geocoding request and response").

Its outcome is the field `status` of an answer that is always 200. UNKNOWN_ERROR is Google's own "try again", and the
only status that is tried again here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.geocoding.gateways.google.billing import Sku, billed
from commerce.geocoding.gateways.google.transport import GoogleTransport, unreadable
from commerce.geocoding.model import AddressQuery, Coordinates, Language, LocationType, Place
from commerce.platform.deadline import Deadline
from commerce.platform.errors import RequestError
from commerce.platform.http import Retry

HOST = "maps.googleapis.com"
SETTING = "GOOGLE_MAPS_API_BASE"
API = "Geocoding API"
PATH = "/maps/api/geocode/json"

_LOCATION_TYPES = {member.value.upper(): member for member in LocationType if member is not LocationType.UNKNOWN}


class GeocodingV3:
    """A `Geocoder`."""

    def __init__(self, transport: GoogleTransport, retry: Retry | None = None) -> None:
        self._transport = transport
        self._retry = retry or Retry()

    def geocode(self, query: AddressQuery, *, deadline: Deadline) -> tuple[Place, ...]:
        return self._ask(address_params(query), deadline)

    def reverse(self, at: Coordinates, language: Language, *, deadline: Deadline) -> tuple[Place, ...]:
        return self._ask({"latlng": str(at), "language": language}, deadline)

    def place(self, place_id: str, language: Language, *, deadline: Deadline) -> Place | None:
        found = self._ask({"place_id": place_id, "language": language}, deadline, unknown_is_empty=True)
        return found[0] if found else None

    def _ask(
        self, params: Mapping[str, str], deadline: Deadline, *, unknown_is_empty: bool = False
    ) -> tuple[Place, ...]:
        attempt = 1
        while True:
            answer = self._transport.get(PATH, params, deadline=deadline)
            status = answer.get("status") if isinstance(answer, dict) else None
            if status in ("OK", "ZERO_RESULTS"):
                billed(Sku.GEOCODING)
                return places_of(answer)
            # An id that is no longer in use is NOT_FOUND there (Place IDs, "Refresh stored place IDs").
            if unknown_is_empty and status in ("NOT_FOUND", "INVALID_REQUEST"):
                return ()
            if status != "UNKNOWN_ERROR" or not self._retry.pause(attempt, deadline):
                raise self._transport.refuse(status)
            attempt += 1


def address_params(query: AddressQuery) -> dict[str, str]:
    """Only places in the country, and with the postal code, come back: components filter, region alone would not."""
    components = [f"country:{query.country}"]
    if query.postal_code is not None:
        components.append(f"postal_code:{query.postal_code}")
    return {
        "address": query.address,
        "components": "|".join(components),
        "region": query.country.lower(),
        "language": query.language,
    }


def places_of(answer: Mapping[str, Any]) -> tuple[Place, ...]:
    """The places of an answer, in Google's order.

    Raises:
        ProviderUnavailable: the answer is not as described.
    """
    try:
        return tuple(_place(result) for result in answer["results"])
    except (KeyError, TypeError, AttributeError, RequestError) as error:
        raise unreadable(API) from error


def _place(result: Mapping[str, Any]) -> Place:
    geometry = result["geometry"]
    location = geometry["location"]
    return Place(
        place_id=result["place_id"],
        coordinates=Coordinates.of(location["lat"], location["lng"]),
        location_type=_LOCATION_TYPES.get(geometry.get("location_type"), LocationType.UNKNOWN),
        # Present and true for a partial match, absent otherwise.
        partial_match=result.get("partial_match") is True,
        formatted_address=result["formatted_address"],
    )
