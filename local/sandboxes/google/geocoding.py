"""Geocoding: v3 with its status in a 200, v4 with HTTP statuses and a field mask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.sandboxes.google.access import legacy_access, legacy_answer, mask_of, rest_access, rest_error
from local.sandboxes.google.atlas import Spot, around, by_id, search
from local.sandboxes.kernel.answer import Answer, Refusal, json_answer
from local.sandboxes.kernel.routes import Routes
from local.sandboxes.kernel.sandbox import Exchange

if TYPE_CHECKING:
    from local.sandboxes.google.sandbox import GoogleSandbox

routes = Routes()

V3 = "/maps/api/geocode/json"
_KNOWN = ("address", "bounds", "components", "language", "latlng", "location_type", "place_id", "region", "result_type")
_ID = re.compile(r"[A-Za-z0-9_-]{5,}")
_V4_FIELDS = ("placeId", "location", "granularity", "formattedAddress", "types", "viewport", "bounds", "postalAddress")
_V4_MASK = tuple(f"results.{name}" for name in _V4_FIELDS)
_V4_PARAMETERS = {"languageCode", "regionCode"}


@routes.get(V3)
def geocode(sandbox: GoogleSandbox, exchange: Exchange) -> Answer:
    arguments = exchange.request.args
    legacy_access(exchange.request, sandbox.account, _KNOWN, results=[])
    asked = [name for name in ("address", "components", "latlng", "place_id") if arguments.get(name)]
    if not asked:
        message = "Invalid request. Missing the 'address', 'components', 'latlng' or 'place_id' parameter."
        return legacy_answer("INVALID_REQUEST", message, results=[])
    if "place_id" in asked:
        found = _by_id(arguments["place_id"])
    elif "latlng" in asked:
        found = [(spot, False) for spot in around(*_pair(arguments["latlng"], legacy=True))]
    else:
        filters = _components(arguments.get("components", ""))
        found = search(arguments.get("address", ""), filters.get("country"), filters.get("postal_code"))
    sandbox.account.bill("geocoding")
    return legacy_answer("OK" if found else "ZERO_RESULTS", results=[_result(spot, part) for spot, part in found])


@routes.get("/v4/geocode/address/<path:query>")
def geocode_v4(sandbox: GoogleSandbox, exchange: Exchange, query: str) -> Answer:
    fields = _v4_access(sandbox, exchange, _V4_MASK)
    found = search(query, exchange.request.args.get("regionCode"))
    return _v4_answer(sandbox, [spot for spot, _ in found], fields)


@routes.get("/v4/geocode/location/<location>")
def reverse_v4(sandbox: GoogleSandbox, exchange: Exchange, location: str) -> Answer:
    fields = _v4_access(sandbox, exchange, _V4_MASK)
    return _v4_answer(sandbox, around(*_pair(location, legacy=False)), fields)


@routes.get("/v4/geocode/places/<place>")
def place_v4(sandbox: GoogleSandbox, exchange: Exchange, place: str) -> Answer:
    fields = _v4_access(sandbox, exchange, _V4_FIELDS)
    spot = by_id(place)
    if spot is None:
        raise Refusal(rest_error(404, "The Place ID is no longer valid."))
    sandbox.account.bill("geocoding")
    return json_answer(_v4_result(spot, fields))


def _by_id(place_id: str) -> list[tuple[Spot, bool]]:
    if not _ID.fullmatch(place_id):
        message = "Invalid request. Invalid 'place_id' parameter."
        raise Refusal(legacy_answer("INVALID_REQUEST", message, results=[]))
    spot = by_id(place_id)
    if spot is None:
        raise Refusal(legacy_answer("NOT_FOUND", results=[]))
    return [(spot, False)]


def _components(text: str) -> dict[str, str]:
    filters = dict(part.partition(":")[::2] for part in text.split("|") if part)
    known = {"country", "postal_code", "locality", "administrative_area", "route"}
    if not set(filters) <= known or not all(filters.values()):
        raise Refusal(legacy_answer("INVALID_REQUEST", "Invalid request. Invalid 'components' parameter.", results=[]))
    return filters


def _pair(text: str, *, legacy: bool) -> tuple[float, float]:
    """`lat,lng`, in this order; outside of the earth is refused."""
    numbers = re.fullmatch(r"(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)", text)
    lat, lng = map(float, numbers.groups()) if numbers else (999.0, 999.0)
    if abs(lat) > 90 or abs(lng) > 180:
        message = "Invalid request. Invalid 'latlng' parameter."
        refused = legacy_answer("INVALID_REQUEST", message, results=[]) if legacy else rest_error(400, message)
        raise Refusal(refused)
    return lat, lng


def _result(spot: Spot, partial: bool) -> dict[str, Any]:
    location = {"lat": float(spot.lat), "lng": float(spot.lng)}
    result: dict[str, Any] = {
        "address_components": _address_components(spot),
        "formatted_address": spot.formatted(),
        "geometry": {"location": location, "location_type": spot.exactness, "viewport": _viewport(spot)},
        "place_id": spot.place_id,
        "types": [spot.kind],
    }
    # Google leaves it out of a full match.
    return {**result, "partial_match": True} if partial else result


def _address_components(spot: Spot) -> list[dict[str, Any]]:
    named = (
        (spot.street, "route"),
        (spot.city, "locality"),
        (spot.state, "administrative_area_level_1"),
        (spot.country, "country"),
        (spot.postal_code, "postal_code"),
    )
    return [{"long_name": text, "short_name": text, "types": [kind]} for text, kind in named if text]


def _viewport(spot: Spot) -> dict[str, dict[str, float]]:
    lat, lng = float(spot.lat), float(spot.lng)
    return {
        "northeast": {"lat": lat + 0.001, "lng": lng + 0.001},
        "southwest": {"lat": lat - 0.001, "lng": lng - 0.001},
    }


def _v4_access(sandbox: GoogleSandbox, exchange: Exchange, known: tuple[str, ...]) -> set[str]:
    rest_access(exchange.request, sandbox.account, streamed=False)
    strange = sorted(set(exchange.request.args) - _V4_PARAMETERS)
    if strange:
        message = f'Invalid JSON payload received. Unknown name "{strange[0]}": Cannot bind query parameter.'
        raise Refusal(rest_error(400, message))
    fields = mask_of(exchange.request, known, sandbox.account)
    return {name.removeprefix("results.") for name in fields}


def _v4_answer(sandbox: GoogleSandbox, spots: list[Spot], fields: set[str]) -> Answer:
    sandbox.account.bill("geocoding")
    results = [_v4_result(spot, fields) for spot in spots]
    # proto3 leaves an empty list out.
    return json_answer({"results": results} if results else {})


def _v4_result(spot: Spot, fields: set[str]) -> dict[str, Any]:
    location = {"latitude": float(spot.lat), "longitude": float(spot.lng)}
    whole: Mapping[str, Any] = {
        "placeId": spot.place_id,
        "location": {name: value for name, value in location.items() if value},
        "granularity": spot.exactness,
        "formattedAddress": spot.formatted(),
        "types": [spot.kind],
    }
    return {name: value for name, value in whole.items() if name in fields}
