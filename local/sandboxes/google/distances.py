"""Distances: Routes for one pair and for a matrix, and the legacy Distance Matrix."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.sandboxes.google.access import body_of, legacy_access, legacy_answer, mask_of, rest_access, rest_error
from local.sandboxes.google.atlas import Point, by_id, point_of, search, way
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

if TYPE_CHECKING:
    from local.sandboxes.google.sandbox import GoogleSandbox

routes = Routes()

MOST_ELEMENTS, MOST_NAMED = 625, 50
LEGACY_SIDE, LEGACY_ELEMENTS = 25, 100
_HOW: dict[str, type] = {
    "travelMode": str,
    "routingPreference": str,
    "languageCode": str,
    "regionCode": str,
    "units": str,
}
_MODES = {"DRIVE": "driving", "WALK": "walking", "BICYCLE": "bicycling"}
_ROUTE_FIELDS = ("routes.distanceMeters", "routes.duration", "routes.staticDuration", "routes.polyline")
_MATRIX_FIELDS = ("originIndex", "destinationIndex", "status", "condition", "distanceMeters", "duration")
_LEGACY = ("origins", "destinations", "mode", "units", "language", "region", "avoid", "departure_time")


@routes.post("/directions/v2:computeRoutes")
def compute_routes(sandbox: GoogleSandbox, exchange: Exchange) -> Answer:
    rest_access(exchange.request, sandbox.account, streamed=False)
    fields = mask_of(exchange.request, _ROUTE_FIELDS, sandbox.account)
    body = body_of(exchange.request, {**_HOW, "origin": dict, "destination": dict}, streamed=False)
    mode = _mode(body, streamed=False)
    points = [_waypoint(body.get(side), streamed=False) for side in ("origin", "destination")]
    if None in points:
        raise Refusal(rest_error(404, "Requested entity was not found."))
    start, end = (point for point in points if point is not None)
    sandbox.account.bill("compute_routes")
    found = way(start, end, mode)
    if found is None:
        return json_answer({})
    return json_answer({"routes": [_shown(found, {field.removeprefix("routes.") for field in fields})]})


@routes.post("/distanceMatrix/v2:computeRouteMatrix")
def compute_matrix(sandbox: GoogleSandbox, exchange: Exchange) -> Answer:
    rest_access(exchange.request, sandbox.account, streamed=True)
    fields = mask_of(exchange.request, _MATRIX_FIELDS, sandbox.account, streamed=True)
    body = body_of(exchange.request, {**_HOW, "origins": list, "destinations": list}, streamed=True)
    mode = _mode(body, streamed=True)
    sides = [[_side(entry) for entry in body.get(name, [])] for name in ("origins", "destinations")]
    _check_size(sides)
    origins, destinations = ([_waypoint(entry, streamed=True) for entry in side] for side in sides)
    sandbox.account.bill("compute_route_matrix", len(origins) * len(destinations))
    elements = [
        _element(origin, destination, start, end, mode, fields)
        for origin, start in enumerate(origins)
        for destination, end in enumerate(destinations)
    ]
    # Each element goes out when it is computed: any order is right, and the pairs' own is the rarest.
    elements.sort(key=lambda element: (element.get("destinationIndex", 0) * 7 + element.get("originIndex", 0) * 3) % 5)
    return Answer(200, _streamed(elements[::-1]), {"Content-Type": "application/json; charset=UTF-8"})


@routes.get("/maps/api/distancematrix/json")
def distance_matrix(sandbox: GoogleSandbox, exchange: Exchange) -> Answer:
    lists: dict[str, Any] = {"origin_addresses": [], "destination_addresses": [], "rows": []}
    legacy_access(exchange.request, sandbox.account, _LEGACY, **lists)
    arguments = exchange.request.args
    origins, destinations = (arguments.get(name, "").split("|") for name in ("origins", "destinations"))
    if "" in (*origins, *destinations):
        return legacy_answer("INVALID_REQUEST", **lists)
    if max(len(origins), len(destinations)) > LEGACY_SIDE:
        return legacy_answer("MAX_DIMENSIONS_EXCEEDED", **lists)
    if len(origins) * len(destinations) > LEGACY_ELEMENTS:
        return legacy_answer("MAX_ELEMENTS_EXCEEDED", **lists)
    sandbox.account.bill("distance_matrix", len(origins) * len(destinations))
    mode = arguments.get("mode", "driving")
    rows = [{"elements": [_legacy_element(start, end, mode) for end in destinations]} for start in origins]
    names: dict[str, Any] = {"origin_addresses": origins, "destination_addresses": destinations}
    return legacy_answer("OK", **names, rows=rows)


def _mode(body: dict[str, Any], *, streamed: bool) -> str:
    mode = body.get("travelMode", "DRIVE")
    if mode not in _MODES:
        raise Refusal(rest_error(400, f"Invalid value at 'travel_mode': {mode!r}.", streamed=streamed))
    if "routingPreference" in body and mode != "DRIVE":
        message = "Routing preference cannot be set for WALK, BICYCLE, or TRANSIT travel modes."
        raise Refusal(rest_error(400, message, streamed=streamed))
    return _MODES[mode]


def _side(entry: object) -> object:
    if not isinstance(entry, dict) or set(entry) != {"waypoint"}:
        raise Refusal(rest_error(400, "Invalid JSON payload received: a waypoint is expected.", streamed=True))
    return entry["waypoint"]


def _check_size(sides: list[list[Any]]) -> None:
    origins, destinations = sides
    if not origins or not destinations:
        raise Refusal(rest_error(400, "Origins and destinations are required.", streamed=True))
    if len(origins) * len(destinations) > MOST_ELEMENTS:
        raise Refusal(rest_error(400, f"Too many elements: at most {MOST_ELEMENTS}.", streamed=True))
    named = sum("location" not in point for point in (*origins, *destinations) if isinstance(point, dict))
    if named > MOST_NAMED:
        raise Refusal(rest_error(400, f"Too many addresses or place IDs: at most {MOST_NAMED}.", streamed=True))


def _waypoint(value: object, *, streamed: bool) -> Point | None:
    """None for a place that nobody knows; anything but a waypoint is refused."""
    match value:
        case {"address": str(text), **rest} if not rest:
            found = search(text)
            return point_of(found[0][0]) if found else None
        case {"placeId": str(place_id), **rest} if not rest:
            spot = by_id(place_id)
            return None if spot is None else point_of(spot)
        case {"location": {"latLng": {"latitude": lat, "longitude": lng, **rest}}} if not rest and _on_earth(lat, lng):
            return Point(lat, lng)
    raise Refusal(rest_error(400, "Invalid waypoint.", streamed=streamed))


def _on_earth(lat: object, lng: object) -> bool:
    numbers = (lat, lng)
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return False
    return abs(lat) <= 90 and abs(lng) <= 180  # type: ignore[arg-type]  # told apart in the line above


def _shown(found: tuple[int, int], fields: set[str]) -> dict[str, Any]:
    """proto3 leaves a 0 out; a duration is a text, and not empty."""
    metres, seconds = found
    whole = {"distanceMeters": metres or None, "duration": f"{seconds}s", "staticDuration": f"{seconds}s"}
    return {name: value for name, value in whole.items() if value is not None and name in fields}


def _element(
    origin: int, destination: int, start: Point | None, end: Point | None, mode: str, fields: set[str]
) -> dict[str, Any]:
    element: dict[str, Any] = {"originIndex": origin, "destinationIndex": destination, "status": {}}
    if start is None or end is None:
        element["status"] = {"code": 5, "message": "Requested entity was not found."}
    elif (found := way(start, end, mode)) is None:
        element["condition"] = "ROUTE_NOT_FOUND"
    else:
        element |= {"condition": "ROUTE_EXISTS", **_shown(found, {"distanceMeters", "duration"})}
    return {name: value for name, value in element.items() if name in fields}


def _streamed(elements: list[dict[str, Any]]) -> bytes:
    """The array as the stream writes it: element by element, a comma on a line of its own between them."""
    return ("[" + ",\n".join(json.dumps(element, indent=2) + "\n" for element in elements) + "]").encode()


def _legacy_element(start: str, end: str, mode: str) -> dict[str, Any]:
    points = [_legacy_point(text) for text in (start, end)]
    if None in points:
        return {"status": "NOT_FOUND"}
    origin, destination = (point for point in points if point is not None)
    found = way(origin, destination, mode)
    if found is None:
        return {"status": "ZERO_RESULTS"}
    metres, seconds = found
    return {
        "distance": {"text": f"{metres / 1000:.1f} km", "value": metres},
        "duration": {"text": f"{seconds // 60} mins", "value": seconds},
        "status": "OK",
    }


def _legacy_point(text: str) -> Point | None:
    if text.startswith("place_id:"):
        spot = by_id(text.removeprefix("place_id:"))
        return None if spot is None else point_of(spot)
    lat, _, lng = text.partition(",")
    try:
        return Point(float(lat), float(lng))
    except ValueError:
        found = search(text)
        return point_of(found[0][0]) if found else None
