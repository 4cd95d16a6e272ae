"""Places on earth in our own words. Coordinates are decimals: what a provider wrote is what is kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from commerce.platform.errors import Unprocessable

PLACES = Decimal("0.0000001")
"""Seven decimal places, about a centimetre: as fine as any provider answers."""


class Language(StrEnum):
    """What texts for people are written in."""

    PORTUGUESE = "pt-BR"
    ENGLISH = "en"


class LocationType(StrEnum):
    """How exact a place's coordinates are; `unknown` for a word that this release does not know (GEO-06)."""

    ROOFTOP = "rooftop"
    RANGE_INTERPOLATED = "range_interpolated"
    GEOMETRIC_CENTER = "geometric_center"
    APPROXIMATE = "approximate"
    UNKNOWN = "unknown"


class TravelMode(StrEnum):
    DRIVING = "driving"
    WALKING = "walking"
    BICYCLING = "bicycling"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees of WGS 84, latitude first; (0, 0) is a place like any other.

    Raises:
        Unprocessable: `invalid_coordinates` outside of -90..90 and -180..180, or for what is no number (GEO-05).
    """

    lat: Decimal
    lng: Decimal

    def __post_init__(self) -> None:
        for name, value, limit in (("lat", self.lat, 90), ("lng", self.lng, 180)):
            if not value.is_finite() or abs(value) > limit:
                swapped = " Latitude comes first; are the two swapped?" if name == "lat" else ""
                problem = f"must be from -{limit} to {limit} degrees"
                raise Unprocessable(
                    f"{name} {problem}.{swapped}",
                    code="invalid_coordinates",
                    details={"fields": [{"field": name, "problem": problem}]},
                )
            object.__setattr__(self, name, _written_shortly(value))

    @classmethod
    def of(cls, lat: object, lng: object) -> Coordinates:
        """From numbers or their texts; a provider's JSON number keeps the digits it was written with.

        Raises:
            Unprocessable: as above.
        """
        try:
            return cls(Decimal(str(lat)), Decimal(str(lng)))
        except InvalidOperation:
            raise Unprocessable("Coordinates are decimal numbers of degrees.", code="invalid_coordinates") from None

    def __str__(self) -> str:
        return f"{self.lat:f},{self.lng:f}"


@dataclass(frozen=True, slots=True)
class Place:
    """Something that a geocoder found.

    Args:
        place_id: the provider's id, which may be kept for good.
        partial_match: the provider left out a part of what was asked; None when it does not say.
        formatted_address: for people, in the language that was asked for; None when it came out of the cache, which
            may not keep it.
    """

    place_id: str
    coordinates: Coordinates
    location_type: LocationType
    partial_match: bool | None
    formatted_address: str | None = None


@dataclass(frozen=True, slots=True)
class AddressQuery:
    """An address to find.

    Args:
        country: ISO 3166-1, two capitals; only places inside of it are found.
        postal_code: only places that carry it are found; None does not restrict.
    """

    address: str
    country: str = "BR"
    postal_code: str | None = None
    language: Language = Language.PORTUGUESE


def _written_shortly(value: Decimal) -> Decimal:
    """At most seven decimal places, without zeros at the end, and no negative zero."""
    text = f"{value.quantize(PLACES):f}".rstrip("0").rstrip(".")
    return Decimal(text) + 0
