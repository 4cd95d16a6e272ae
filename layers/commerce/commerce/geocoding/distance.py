"""Distances in our own words: from which point to which, by what means, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from commerce.geocoding.model import Coordinates, Language, TravelMode
from commerce.platform.errors import Unprocessable

MOST_ELEMENTS = 625
"""Origins times destinations of one question (Routes API, "Compute Route Matrix", request limits)."""

MOST_NAMED_POINTS = 50
"""Points of one question that are addresses or place ids, origins and destinations together (same page)."""


@dataclass(frozen=True, slots=True)
class Address:
    """A point that the provider has to find first."""

    text: str


@dataclass(frozen=True, slots=True)
class PlaceId:
    """A point by the id that a geocoder gave."""

    id: str


type Waypoint = Coordinates | Address | PlaceId


@dataclass(frozen=True, slots=True)
class DistanceQuery:
    """Every origin to every destination.

    Args:
        country: ISO 3166-1; addresses are understood as in this country when they do not say.

    Raises:
        Unprocessable: `too_many_elements`, `too_many_addresses`, or `waypoints_required` when a side is empty.
    """

    origins: tuple[Waypoint, ...]
    destinations: tuple[Waypoint, ...]
    mode: TravelMode = TravelMode.DRIVING
    language: Language = Language.PORTUGUESE
    country: str = "BR"

    def __post_init__(self) -> None:
        if not self.origins or not self.destinations:
            raise Unprocessable("Name at least one origin and one destination.", code="waypoints_required")
        if self.elements > MOST_ELEMENTS:
            raise Unprocessable(
                f"{len(self.origins)} origins times {len(self.destinations)} destinations are {self.elements} pairs; "
                f"one question may have {MOST_ELEMENTS}. Split it.",
                code="too_many_elements",
                details={"elements": self.elements, "most": MOST_ELEMENTS},
            )
        named = sum(not isinstance(point, Coordinates) for point in (*self.origins, *self.destinations))
        if named > MOST_NAMED_POINTS:
            raise Unprocessable(
                f"{named} points are addresses or place ids; one question may have {MOST_NAMED_POINTS}. Split it, or "
                "give coordinates.",
                code="too_many_addresses",
                details={"addresses": named, "most": MOST_NAMED_POINTS},
            )

    @property
    def elements(self) -> int:
        return len(self.origins) * len(self.destinations)


class Reach(StrEnum):
    """Whether there is a way; the numbers of a leg exist only with `ok` (GEO-03)."""

    OK = "ok"
    NO_ROUTE = "no_route"
    NOT_FOUND = "not_found"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Leg:
    """One pair, by the indexes of its points in the question.

    Args:
        reach: `no_route` when no way leads there, `not_found` when a point could not be found, `failed` when the
            provider could not compute this pair and a repeat may.
        meters: None unless `ok`; 0 is a distance.
        seconds: how long it takes without traffic, None unless `ok`.
    """

    origin: int
    destination: int
    reach: Reach
    meters: int | None = None
    seconds: int | None = None
