"""Where an address is, what address is at a point, and how far it is: Google Maps, kept no longer than allowed."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from commerce.geocoding.cache import PlaceCache
from commerce.geocoding.finding import Finding, PlaceFinder
from commerce.geocoding.gateways.google.choice import google_distances, google_geocoder
from commerce.geocoding.model import AddressQuery, Coordinates, Language
from commerce.geocoding.schemas import (
    AddressText,
    Country,
    DistancesAnswer,
    DistancesModel,
    LanguageCode,
    LatitudeText,
    LongitudeText,
    PlacesAnswer,
    PostalCode,
    distances_answer,
    places_answer,
)
from commerce.platform import aws
from commerce.platform.answers import JSON
from commerce.platform.api.caller import Role, caller, require_idempotency_key
from commerce.platform.api.openapi import operation
from commerce.platform.api.resolver import create_api, handle
from commerce.platform.clock import SystemClock
from commerce.platform.config import setting
from commerce.platform.deadline import Deadline
from commerce.platform.lambda_types import Context, Event, ProxyAnswer
from commerce.platform.observability import count, observed
from commerce.platform.secrets import SecretsManagerSecrets

SCOPES = ("buyer", "store")
CEILING_SECONDS = 8.0
"""The most that a caller waits for Google, repeats included."""

app = create_api()
secrets = SecretsManagerSecrets()
places = PlaceCache(aws.client("dynamodb"), setting("GEOCODING_TABLE"), SystemClock())


geocoder = google_geocoder(secrets)
distance_provider = google_distances(secrets)
finder = PlaceFinder(geocoder, places)


@app.get(
    "/geocode",
    **operation(
        "Find an address on the map",
        scopes=SCOPES,
        answers={200: "The places found, best first; none found is an empty list."},
        tag="geocoding",
    ),
)
def geocode(
    address: Annotated[AddressText, Query()],
    country: Annotated[Country, Query(description="Only places in this country are found.")] = "BR",
    postal_code: Annotated[PostalCode | None, Query(description="Only places with this postal code are found.")] = None,
    language: Annotated[LanguageCode, Query(description="Of `formatted_address`.")] = "pt-BR",
    fresh: Annotated[bool, Query(description="Ask Google even if it is cached: for `formatted_address`.")] = False,
) -> Response[PlacesAnswer]:
    caller(app).ensure_any(Role.BUYER, Role.STORE)
    query = AddressQuery(address, country, postal_code, Language(language))
    finding = finder.find(query, fresh=fresh, deadline=_deadline())
    count("PlacesFound", operation="geocode", outcome=_outcome(finding))
    return Response(status_code=200, content_type=JSON, body=places_answer(finding))


@app.get(
    "/geocode/reverse",
    **operation(
        "Find the addresses at a point of the map",
        scopes=SCOPES,
        answers={200: "The addresses there, most exact first; none is an empty list. Never cached."},
        tag="geocoding",
    ),
)
def reverse(
    lat: Annotated[LatitudeText, Query()],
    lng: Annotated[LongitudeText, Query()],
    language: Annotated[LanguageCode, Query(description="Of `formatted_address`.")] = "pt-BR",
) -> Response[PlacesAnswer]:
    caller(app).ensure_any(Role.BUYER, Role.STORE)
    found = geocoder.reverse(Coordinates(lat, lng), Language(language), deadline=_deadline())
    finding = Finding(found, cached=False, until=None)
    count("PlacesFound", operation="reverse", outcome=_outcome(finding))
    return Response(status_code=200, content_type=JSON, body=places_answer(finding))


@app.post(
    "/distances",
    **operation(
        "Measure the way from every origin to every destination",
        scopes=SCOPES,
        answers={200: "One entry for every pair; one without a way says so. Computed anew every time, never cached."},
        keyed=True,
        tag="geocoding",
    ),
)
def distances(body: DistancesModel) -> Response[DistancesAnswer]:
    caller(app).ensure_any(Role.BUYER, Role.STORE)
    # Asked for as on every POST, and not stored: Google's terms let nobody keep a distance.
    require_idempotency_key(app)
    query = body.query()
    legs = distance_provider.distances(query, deadline=_deadline())
    return Response(status_code=200, content_type=JSON, body=distances_answer(legs, query.language))


@observed
def handler(event: Event, context: Context) -> ProxyAnswer:
    return handle(app, event, context)


def _deadline() -> Deadline:
    return Deadline.of(app.lambda_context, ceiling=CEILING_SECONDS)


def _outcome(finding: Finding) -> str:
    if not finding.places:
        return "nothing"
    return "cached" if finding.cached else "asked"
