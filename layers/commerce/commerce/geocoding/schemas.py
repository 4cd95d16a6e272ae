"""Places and distances as the API takes and shows them. Coordinates are texts of decimal degrees, latitude first."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from commerce.geocoding.distance import Address, DistanceQuery, Leg, PlaceId, Waypoint
from commerce.geocoding.finding import Finding
from commerce.geocoding.model import Coordinates, Language, Place, TravelMode
from commerce.geocoding.wording import leg_text
from commerce.platform.api.models import AnswerModel, RequestModel

_LATITUDE = r"^-?(90(\.0{1,15})?|[0-8]?[0-9](\.[0-9]{1,15})?)$"
_LONGITUDE = r"^-?(180(\.0{1,15})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,15})?)$"
_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"


def _degrees(pattern: str, what: str, limit: int) -> BeforeValidator:
    def check(value: object) -> Decimal:
        text = repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        number = Decimal(repr(value)) if text is not value else None
        if number is not None and number.is_finite() and abs(number) <= limit:
            return number
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return Decimal(text)
        raise ValueError(f"must be a {what} from -{limit} to {limit} degrees, such as {_EXAMPLES[what]}")

    return BeforeValidator(check)


_EXAMPLES = {"latitude": "-23.5505", "longitude": "-46.6333"}
_LatitudeCheck = _degrees(_LATITUDE, "latitude", 90)
_LongitudeCheck = _degrees(_LONGITUDE, "longitude", 180)


def _text_schema(pattern: str, what: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": f"{what}, decimal degrees (WGS 84)."})


def _either_schema(pattern: str, what: str, limit: int) -> WithJsonSchema:
    number = {"type": "number", "minimum": -limit, "maximum": limit}
    described = f"{what}, decimal degrees (WGS 84)."
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": pattern}, number], "description": described})


LatitudeText = Annotated[Decimal, _LatitudeCheck, _text_schema(_LATITUDE, "Latitude")]
LongitudeText = Annotated[Decimal, _LongitudeCheck, _text_schema(_LONGITUDE, "Longitude")]
"""As the query string has them."""

Latitude = Annotated[Decimal, _LatitudeCheck, _either_schema(_LATITUDE, "Latitude", 90)]
Longitude = Annotated[Decimal, _LongitudeCheck, _either_schema(_LONGITUDE, "Longitude", 180)]
"""As a body has them: a text, as our answers do, or a number."""


def _stripped(text: str) -> str:
    return " ".join(text.split())


def _not_blank(value: object) -> object:
    """Told in words, before the pattern tells it in its own."""
    if isinstance(value, str) and value.isspace():
        raise ValueError("must not be empty")
    return value


AddressText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300, pattern=_NOT_BLANK),
    BeforeValidator(_not_blank),
    AfterValidator(_stripped),
]
"""One line with at least one character that can be seen."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1, two capitals."""

PostalCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z -]{1,11}$")]
PlaceIdText = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[A-Za-z0-9_-]+$")]
LanguageCode = Literal["pt-BR", "en"]


class PointModel(RequestModel):
    """By coordinates."""

    lat: Latitude
    lng: Longitude


class AddressPointModel(RequestModel):
    """By an address, which is looked up."""

    address: AddressText


class PlacePointModel(RequestModel):
    """By the `place_id` of an answer of `GET /geocode`."""

    place_id: PlaceIdText


def _kind(value: Any) -> str:
    """Which of the three a point is meant to be, so that what is wrong with it is told once."""
    names = value if isinstance(value, dict) else {}
    return "<address>" if "address" in names else "<place>" if "place_id" in names else "<point>"


WaypointModel = Annotated[
    Annotated[PointModel, Tag("<point>")]
    | Annotated[AddressPointModel, Tag("<address>")]
    | Annotated[PlacePointModel, Tag("<place>")],
    Discriminator(_kind),
]


class DistancesModel(RequestModel):
    """Every origin to every destination: 625 pairs at most, 50 points at most that are no coordinates."""

    origins: Annotated[list[WaypointModel], Field(min_length=1, max_length=625)]
    destinations: Annotated[list[WaypointModel], Field(min_length=1, max_length=625)]
    mode: Literal["driving", "walking", "bicycling"] = "driving"
    language: LanguageCode = "pt-BR"
    country: Country = "BR"

    def query(self) -> DistanceQuery:
        """Raises Unprocessable, `too_many_elements` or `too_many_addresses`."""
        return DistanceQuery(
            origins=tuple(_waypoint(point) for point in self.origins),
            destinations=tuple(_waypoint(point) for point in self.destinations),
            mode=TravelMode(self.mode),
            language=Language(self.language),
            country=self.country,
        )


class PlaceAnswer(AnswerModel):
    place_id: str = Field(description="Google's id of the place; it may be kept.")
    lat: str = Field(description="Latitude, decimal degrees. May be kept for 30 days.")
    lng: str = Field(description="Longitude, decimal degrees. May be kept for 30 days.")
    location_type: Literal["rooftop", "range_interpolated", "geometric_center", "approximate", "unknown"]
    partial_match: bool | None = Field(description="A part of the address was left out; null when nobody knows.")
    formatted_address: str | None = Field(description="Null in an answer out of the cache, which may not keep it.")


class PlacesAnswer(AnswerModel):
    """Best first; none found is an empty list."""

    places: list[PlaceAnswer]
    cached: bool


class LegAnswer(AnswerModel):
    """One pair; `origin` and `destination` are indexes into the lists of the request."""

    origin: int
    destination: int
    status: Literal["ok", "no_route", "not_found", "failed"]
    meters: int | None
    seconds: int | None
    text: str


class DistancesAnswer(AnswerModel):
    """Ordered by origin, then by destination."""

    distances: list[LegAnswer]


def places_answer(finding: Finding) -> PlacesAnswer:
    return PlacesAnswer(places=[_place(place) for place in finding.places], cached=finding.cached)


def distances_answer(legs: tuple[Leg, ...], language: Language) -> DistancesAnswer:
    return DistancesAnswer(
        distances=[
            LegAnswer(
                origin=leg.origin,
                destination=leg.destination,
                status=leg.reach.value,
                meters=leg.meters,
                seconds=leg.seconds,
                text=leg_text(leg, language),
            )
            for leg in legs
        ]
    )


def _place(place: Place) -> PlaceAnswer:
    return PlaceAnswer(
        place_id=place.place_id,
        lat=f"{place.coordinates.lat:f}",
        lng=f"{place.coordinates.lng:f}",
        location_type=place.location_type.value,
        partial_match=place.partial_match,
        formatted_address=place.formatted_address,
    )


def _waypoint(point: PointModel | AddressPointModel | PlacePointModel) -> Waypoint:
    if isinstance(point, PointModel):
        return Coordinates(point.lat, point.lng)
    return Address(point.address) if isinstance(point, AddressPointModel) else PlaceId(point.place_id)
