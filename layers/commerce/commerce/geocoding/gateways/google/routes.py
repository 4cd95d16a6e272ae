"""Routes API: computeRoutes for one pair, computeRouteMatrix for many (googleapis, google/maps/routing/v2).

The mask names exactly what is read: without one the answer is 400, and every field beyond these may cost a dearer SKU.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commerce.geocoding.distance import Address, DistanceQuery, Leg, Reach, Waypoint
from commerce.geocoding.gateways.google.billing import Sku, billed
from commerce.geocoding.gateways.google.transport import GoogleTransport, unreadable
from commerce.geocoding.model import Coordinates, TravelMode
from commerce.platform.deadline import Deadline
from commerce.platform.errors import ProviderMissing, Unprocessable

HOST = "routes.googleapis.com"
SETTING = "GOOGLE_ROUTES_API_BASE"
API = "Routes API"
ROUTES = "/directions/v2:computeRoutes"
MATRIX = "/distanceMatrix/v2:computeRouteMatrix"
ROUTES_MASK = "routes.distanceMeters,routes.duration"
MATRIX_MASK = "originIndex,destinationIndex,status,condition,distanceMeters,duration"

_MODES = {TravelMode.DRIVING: "DRIVE", TravelMode.WALKING: "WALK", TravelMode.BICYCLING: "BICYCLE"}
_NOT_FOUND, _INVALID_ARGUMENT, _OK = 5, 3, 0
"""Codes of google.rpc.Code."""


class GoogleRoutes:
    """A `DistanceProvider`."""

    def __init__(self, transport: GoogleTransport) -> None:
        self._transport = transport

    def distances(self, query: DistanceQuery, *, deadline: Deadline) -> tuple[Leg, ...]:
        return (self._one(query, deadline),) if query.elements == 1 else self._many(query, deadline)

    def _one(self, query: DistanceQuery, deadline: Deadline) -> Leg:
        body = {"origin": _waypoint(query.origins[0]), "destination": _waypoint(query.destinations[0]), **_how(query)}
        try:
            answer = self._transport.ask("POST", ROUTES, mask=ROUTES_MASK, body=body, deadline=deadline)
        except ProviderMissing:
            # How it says that an address or a place id leads nowhere.
            return Leg(0, 0, Reach.NOT_FOUND)
        except Unprocessable:
            # Of a name, what INVALID_ARGUMENT is to a pair of a matrix; with coordinates alone it cannot be a name.
            if not _has_names(query):
                raise
            return Leg(0, 0, Reach.NOT_FOUND)
        if not isinstance(answer, dict):
            raise unreadable(API)
        billed(Sku.COMPUTE_ROUTES)
        route = _first_route(answer)
        return _leg(0, 0, None if route is None else {"condition": "ROUTE_EXISTS", **route})

    def _many(self, query: DistanceQuery, deadline: Deadline) -> tuple[Leg, ...]:
        body = {
            "origins": [{"waypoint": _waypoint(point)} for point in query.origins],
            "destinations": [{"waypoint": _waypoint(point)} for point in query.destinations],
            **_how(query),
        }
        answer = self._transport.ask("POST", MATRIX, mask=MATRIX_MASK, body=body, deadline=deadline)
        legs = matrix_legs(answer, query)
        billed(Sku.COMPUTE_ROUTE_MATRIX, query.elements)
        return legs


def matrix_legs(answer: object, query: DistanceQuery) -> tuple[Leg, ...]:
    """The elements by their indexes, whatever order they came in (GEO-04); an index of 0 may be left out.

    Raises:
        ProviderUnavailable: an element is missing, comes twice, or belongs to no pair.
    """
    if not isinstance(answer, list):
        raise unreadable(API)
    found: dict[tuple[int, int], Leg] = {}
    for element in answer:
        if not isinstance(element, dict):
            raise unreadable(API)
        pair = (_index(element, "originIndex"), _index(element, "destinationIndex"))
        if pair in found:
            raise unreadable(API)
        found[pair] = _leg(*pair, element)
    wanted = [(o, d) for o in range(len(query.origins)) for d in range(len(query.destinations))]
    if set(found) != set(wanted):
        raise unreadable(API)
    return tuple(found[pair] for pair in wanted)


def _leg(origin: int, destination: int, element: Mapping[str, Any] | None) -> Leg:
    """A distance that is not there is 0 only when the route exists (GEO-03): proto3 leaves defaults out."""
    if element is None:
        return Leg(origin, destination, Reach.NO_ROUTE)
    code = _code(element)
    if code != _OK:
        unknown_point = code in (_NOT_FOUND, _INVALID_ARGUMENT)
        return Leg(origin, destination, Reach.NOT_FOUND if unknown_point else Reach.FAILED)
    condition = element.get("condition")
    if condition == "ROUTE_NOT_FOUND":
        return Leg(origin, destination, Reach.NO_ROUTE)
    if condition != "ROUTE_EXISTS":
        return Leg(origin, destination, Reach.FAILED)
    meters = element.get("distanceMeters", 0)
    if type(meters) is not int:
        raise unreadable(API)
    return Leg(origin, destination, Reach.OK, meters, _seconds(element.get("duration", "0s")))


def _first_route(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The one route there is at most: others were not asked for."""
    routes = answer.get("routes", [])
    if not isinstance(routes, list) or not all(isinstance(route, dict) for route in routes):
        raise unreadable(API)
    return routes[0] if routes else None


def _index(element: Mapping[str, Any], name: str) -> int:
    index = element.get(name, 0)
    if type(index) is not int:
        raise unreadable(API)
    return index


def _code(element: Mapping[str, Any]) -> int:
    """Of google.rpc.Status, which is left out or empty where all is well."""
    status = element.get("status") or {}
    code = status.get("code", _OK) if isinstance(status, dict) else None
    if type(code) is not int:
        raise unreadable(API)
    return code


def _seconds(duration: object) -> int:
    """`160s`, or `160.5s` (protobuf, JSON mapping of Duration), rounded to whole seconds."""
    number, end, rest = duration.partition("s") if isinstance(duration, str) else ("", "", "")
    whole, _, fraction = number.partition(".")
    if not end or rest or not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise unreadable(API)
    return int(whole) + (fraction[:1] >= "5")


def _how(query: DistanceQuery) -> dict[str, Any]:
    how: dict[str, Any] = {"travelMode": _MODES[query.mode]}
    if query.mode is TravelMode.DRIVING:
        # Without traffic: with it the answer costs the dearer SKU, and changes by the minute.
        how["routingPreference"] = "TRAFFIC_UNAWARE"
    if _has_names(query):
        how["regionCode"] = query.country.lower()
    return how


def _has_names(query: DistanceQuery) -> bool:
    return any(not isinstance(point, Coordinates) for point in (*query.origins, *query.destinations))


def _waypoint(point: Waypoint) -> dict[str, Any]:
    if isinstance(point, Coordinates):
        # Doubles on Google's side (google.type.LatLng): this is the one place where a coordinate becomes one.
        return {"location": {"latLng": {"latitude": float(point.lat), "longitude": float(point.lng)}}}
    return {"address": point.text} if isinstance(point, Address) else {"placeId": point.id}
