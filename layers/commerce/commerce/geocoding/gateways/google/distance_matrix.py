"""Distance Matrix API (Legacy): `GET /maps/api/distancematrix/json`.

For projects that have it enabled already; new ones cannot enable it any more, so it is off by default.

A question takes 25 origins, 25 destinations and 100 elements, and an address over 8,192 characters of URL is refused
(Distance Matrix API (Legacy), "Usage and billing", "Other usage limits"): larger ones are asked in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from commerce.geocoding.distance import Address, DistanceQuery, Leg, Reach, Waypoint
from commerce.geocoding.gateways.google.billing import Sku, billed
from commerce.geocoding.gateways.google.transport import GoogleTransport, unreadable
from commerce.geocoding.model import Coordinates
from commerce.platform.deadline import Deadline
from commerce.platform.http import Retry

HOST = "maps.googleapis.com"
SETTING = "GOOGLE_MAPS_API_BASE"
API = "Distance Matrix API"
PATH = "/maps/api/distancematrix/json"
SIDE = 10
"""Ten by ten points are the hundred elements of one question."""

_REACHES = {"NOT_FOUND": Reach.NOT_FOUND, "ZERO_RESULTS": Reach.NO_ROUTE, "MAX_ROUTE_LENGTH_EXCEEDED": Reach.NO_ROUTE}


class GoogleDistanceMatrix:
    """A `DistanceProvider`."""

    def __init__(self, transport: GoogleTransport, retry: Retry | None = None) -> None:
        self._transport = transport
        self._retry = retry or Retry()

    def distances(self, query: DistanceQuery, *, deadline: Deadline) -> tuple[Leg, ...]:
        legs = [leg for part in _parts(query) for leg in self._part(query, *part, deadline)]
        return tuple(sorted(legs, key=lambda leg: (leg.origin, leg.destination)))

    def _part(self, query: DistanceQuery, origins: range, destinations: range, deadline: Deadline) -> list[Leg]:
        params = {
            "origins": "|".join(_point(query.origins[index]) for index in origins),
            "destinations": "|".join(_point(query.destinations[index]) for index in destinations),
            "mode": query.mode.value,
            "units": "metric",
            "language": query.language.value,
            "region": query.country.lower(),
        }
        rows = self._rows(params, deadline)
        legs = part_legs(rows, origins, destinations)
        billed(Sku.DISTANCE_MATRIX, len(legs))
        return legs

    def _rows(self, params: Mapping[str, str], deadline: Deadline) -> Any:
        attempt = 1
        while True:
            answer = self._transport.get(PATH, params, deadline=deadline)
            status = answer.get("status") if isinstance(answer, dict) else None
            if status == "OK":
                return answer.get("rows")
            if status != "UNKNOWN_ERROR" or not self._retry.pause(attempt, deadline):
                raise self._transport.refuse(status)
            attempt += 1


def part_legs(rows: Any, origins: range, destinations: range) -> list[Leg]:
    """Row and element by their place, which is this API's only index.

    Raises:
        ProviderUnavailable: there are more or fewer than were asked for.
    """
    try:
        return [
            _leg(origin, destination, element)
            for origin, row in zip(origins, rows, strict=True)
            for destination, element in zip(destinations, row["elements"], strict=True)
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise unreadable(API) from error


def _leg(origin: int, destination: int, element: Mapping[str, Any]) -> Leg:
    if element["status"] != "OK":
        return Leg(origin, destination, _REACHES.get(element["status"], Reach.FAILED))
    return Leg(origin, destination, Reach.OK, int(element["distance"]["value"]), int(element["duration"]["value"]))


def _parts(query: DistanceQuery) -> Iterator[tuple[range, range]]:
    for origins in _slices(len(query.origins)):
        for destinations in _slices(len(query.destinations)):
            yield origins, destinations


def _slices(count: int) -> Iterator[range]:
    return (range(start, min(start + SIDE, count)) for start in range(0, count, SIDE))


def _point(point: Waypoint) -> str:
    if isinstance(point, Coordinates):
        return str(point)
    # The bar separates points; a prefix names the kind.
    return point.text.replace("|", " ") if isinstance(point, Address) else f"place_id:{point.id}"
