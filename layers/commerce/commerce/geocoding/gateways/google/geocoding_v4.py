"""Geocoding API v4 (googleapis, google/maps/geocode/v4): off by default, while it is new and its quota a tenth of v3's.

Errors come as HTTP statuses, fields are named by a mask, and there is no word for a partial match: it is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from commerce.geocoding.gateways.google.billing import Sku, billed
from commerce.geocoding.gateways.google.transport import GoogleTransport, unreadable
from commerce.geocoding.model import AddressQuery, Coordinates, Language, LocationType, Place
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderMissing, RequestError, Unprocessable

HOST = "geocode.googleapis.com"
SETTING = "GOOGLE_GEOCODE_API_BASE"
API = "Geocoding API v4"
FIELDS = ("placeId", "location", "granularity", "formattedAddress")
MASK = ",".join(f"results.{field}" for field in FIELDS)
PLACE_MASK = ",".join(FIELDS)

_GRANULARITIES = {member.value.upper(): member for member in LocationType if member is not LocationType.UNKNOWN}


class GeocodingV4:
    """A `Geocoder`. A postal code becomes a part of the address: v4 has no filter for it."""

    def __init__(self, transport: GoogleTransport) -> None:
        self._transport = transport

    def geocode(self, query: AddressQuery, *, deadline: Deadline) -> tuple[Place, ...]:
        text = query.address if query.postal_code is None else f"{query.address}, {query.postal_code}"
        params = {"regionCode": query.country, "languageCode": query.language}
        return self._search("address", quote(text, safe=""), params, deadline)

    def reverse(self, at: Coordinates, language: Language, *, deadline: Deadline) -> tuple[Place, ...]:
        return self._search("location", str(at), {"languageCode": language}, deadline)

    def place(self, place_id: str, language: Language, *, deadline: Deadline) -> Place | None:
        path = f"/v4/geocode/places/{quote(place_id, safe='')}"
        try:
            answer = self._transport.ask(
                "GET", path, mask=PLACE_MASK, params={"languageCode": language}, deadline=deadline
            )
        except (ProviderMissing, Unprocessable):
            # An id that is no longer in use, or never was one.
            return None
        billed(Sku.GEOCODING)
        return _places([answer])[0]

    def _search(self, by: str, what: str, params: Mapping[str, str], deadline: Deadline) -> tuple[Place, ...]:
        path, shown = f"/v4/geocode/{by}/{what}", f"/v4/geocode/{by}/{{{by}}}"
        try:
            answer = self._transport.ask("GET", path, mask=MASK, params=params, shown=shown, deadline=deadline)
        except ProviderMissing:
            return ()
        if not isinstance(answer, dict):
            raise unreadable(API)
        billed(Sku.GEOCODING)
        # An empty list is left out of the answer, as proto3 does with every default.
        return _places(answer.get("results", []))


def _places(results: Any) -> tuple[Place, ...]:
    try:
        return tuple(_place(result) for result in results)
    except (KeyError, TypeError, AttributeError, RequestError) as error:
        raise unreadable(API) from error


def _place(result: Mapping[str, Any]) -> Place:
    location = result["location"]
    return Place(
        place_id=result["placeId"],
        # A coordinate of 0 is a default and left out: (0, 0) is a place (GEO-05).
        coordinates=Coordinates.of(location.get("latitude", 0), location.get("longitude", 0)),
        location_type=_GRANULARITIES.get(result.get("granularity", ""), LocationType.UNKNOWN),
        partial_match=None,
        formatted_address=result.get("formattedAddress"),
    )
