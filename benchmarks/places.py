"""What our geocoding adds to Google's own time, and how often it asks, beside Google's old Python client."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import boto3
import googlemaps
import requests
from requests.adapters import HTTPAdapter

from benchmarks import events
from benchmarks.functions import Handler, load
from benchmarks.report import Row, Section, Table, Verdict, at_most, ms
from commerce.geocoding.distance import DistanceQuery, PlaceId
from commerce.geocoding.gateways.google import transport
from commerce.geocoding.gateways.google.geocoding_v3 import GeocodingV3
from commerce.geocoding.gateways.google.routes import GoogleRoutes
from commerce.geocoding.model import AddressQuery, Coordinates, Language
from commerce.platform import aws
from commerce.platform.deadline import Deadline
from commerce.platform.http import ProviderSession, provider_session
from commerce.platform.secrets import StaticSecrets
from local.build.blueprint import Blueprint
from local.sandboxes.google.access import API_KEY
from local.sandboxes.google.sandbox import GoogleSandbox
from local.stack.providers import google
from tests.tables import tables

TITLE = "Places and distances"
METHOD = (
    "The handler of GoogleMapsApiFunction on moto, its gateways alone, and googlemaps {version} (Google's own client), "
    "all in front of the same Google sandbox, over HTTP on this machine. Added time is wall time less the time from "
    "each finished request to AWS or Google to its answer: what a caller waits for beyond the two networks and what is "
    "behind them. Medians. googlemaps knows no cache, no deadline and no Routes API (it asks the legacy Distance "
    "Matrix), and holds 60 questions a second back by itself; that is switched off here. A quota: Google answers "
    "OVER_QUERY_LIMIT or 429 until its minute is over; googlemaps was given {patience:g} s of its usual 60."
)
FUNCTION = "GoogleMapsApiFunction"
ADDRESS = "Avenida Paulista 1578, São Paulo"
CACHED, COLD, REVERSE = "address, cached", "address, asked for", "point, asked for"
PAIR, MATRIX, QUOTA = "distance of one pair", "10 by 10 distances", "address, quota used up"
PATIENCE = 2.0


@dataclass(slots=True)
class Trips:
    """Calls to AWS and to Google since the last `reset`, and the seconds until their answers."""

    aws: int = 0
    google: int = 0
    seconds: float = 0.0

    def reset(self) -> None:
        self.aws, self.google, self.seconds = 0, 0, 0.0


@dataclass(slots=True)
class Taken:
    """Runs of one operation."""

    added: list[float] = field(default_factory=list)
    aws: int = 0
    google: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.added)


type Work = Callable[[], object]


class _TimedAdapter(HTTPAdapter):
    def __init__(self, trips: Trips) -> None:
        super().__init__()
        self._trips = trips

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        began = time.perf_counter()
        try:
            return super().send(*args, **kwargs)
        finally:
            self._trips.google += 1
            self._trips.seconds += time.perf_counter() - began


def run(blueprint: Blueprint, *, quick: bool) -> Section:
    with _stage(blueprint) as stage:
        rounds, trips = (40 if quick else 200), stage.trips
        mine = {name: _measure(work, trips, rounds) for name, work in stage.ours.items()}
        alone = {name: _measure(work, trips, rounds) for name, work in stage.gateways.items()}
        other = {name: _measure(work, trips, rounds) for name, work in stage.theirs.items()}
        stage.sandbox.account.left = 0
        mine[QUOTA] = _measure(stage.ours[COLD], trips, 5)
        other[QUOTA] = _measure(_until_it_gives_up(stage.theirs[COLD]), trips, 1)
    rows: list[Row] = [
        ("Operation", "AWS calls", "Google calls", "added ms", "gateway alone ms", "googlemaps: calls", "added ms")
    ]
    names = (CACHED, COLD, REVERSE, PAIR, MATRIX, QUOTA)
    rows += [_row(name, mine[name], alone.get(name), other.get(name)) for name in names]
    method = METHOD.format(version=googlemaps.__version__, patience=PATIENCE)
    return Section(TITLE, method, [Table(rows)], _verdicts(mine))


@dataclass(frozen=True, slots=True)
class _Stage:
    ours: Mapping[str, Work]
    gateways: Mapping[str, Work]
    theirs: Mapping[str, Work]
    sandbox: GoogleSandbox
    trips: Trips


@contextmanager
def _stage(blueprint: Blueprint) -> Iterator[_Stage]:
    """Our handler and their client in front of one sandbox; every call of either is timed."""
    trips = Trips()
    with ExitStack() as closing:
        closing.enter_context(tables())
        running: Any = google().serve()
        closing.callback(running.stop)
        boto3.client("secretsmanager").create_secret(
            Name="commerce-dev/google_maps", SecretString=json.dumps({"api_key": API_KEY})
        )
        handler = _handler(blueprint, running.url, trips)
        session = requests.Session()
        session.mount("http://", _TimedAdapter(trips))
        client = googlemaps.Client(
            key=API_KEY,
            base_url=running.url,
            requests_session=session,
            queries_per_second=10**6,
            queries_per_minute=10**8,
            retry_timeout=PATIENCE,
        )
        yield _Stage(_ours(handler), _gateways(running.url, trips), _theirs(client), running.sandbox, trips)


def _handler(blueprint: Blueprint, url: str, trips: Trips) -> Handler:
    build: Any = aws.client
    environment: Any = {f"GOOGLE_{name}_API_BASE": url for name in ("MAPS", "ROUTES", "GEOCODE")}

    def session(base_url: str, *, provider: str) -> ProviderSession:
        built = provider_session(base_url, provider=provider)
        built.mount("http://", _TimedAdapter(trips))
        return built

    with patch.object(transport, "provider_session", session):
        return load(blueprint, (FUNCTION,), client=lambda service: _timed(build(service), trips), **environment)[
            FUNCTION
        ]


def _timed(client: Any, trips: Trips) -> Any:
    def before(context: dict[str, Any], **_: Any) -> None:
        context["began"] = time.perf_counter()

    def after(context: dict[str, Any], **_: Any) -> None:
        trips.aws += 1
        trips.seconds += time.perf_counter() - context["began"]

    client.meta.events.register("before-call", before)
    client.meta.events.register("after-call", after)
    return client


def _ours(handler: Handler) -> dict[str, Work]:
    point = {"lat": "-23.5613545", "lng": "-46.6564699"}
    grid = [{"lat": str(number), "lng": "0"} for number in range(10)]
    calls = {
        CACHED: _get("/geocode", address=ADDRESS),
        COLD: _get("/geocode", address=ADDRESS, fresh="true"),
        REVERSE: _get("/geocode/reverse", **point),
        PAIR: _post({"origins": [point], "destinations": [{"place_id": "ChIJsandboxSe"}]}),
        MATRIX: _post({"origins": grid, "destinations": grid}),
    }
    handler(calls[COLD])
    return {name: partial(handler, event) for name, event in calls.items()}


def _gateways(url: str, trips: Trips) -> dict[str, Work]:
    session = provider_session(url, provider="google")
    session.mount("http://", _TimedAdapter(trips))
    way = transport.GoogleTransport(
        "API", url, transport.GoogleKey(StaticSecrets({"k": {"api_key": API_KEY}}), "k"), session
    )
    v3, routes = GeocodingV3(way), GoogleRoutes(way)
    point = Coordinates.of("-23.5613545", "-46.6564699")
    pair = DistanceQuery((point,), (PlaceId("ChIJsandboxSe"),))
    grid = tuple(Coordinates.of(number, 0) for number in range(10))
    return {
        COLD: lambda: v3.geocode(AddressQuery(ADDRESS), deadline=Deadline.after(10)),
        REVERSE: lambda: v3.reverse(point, Language.PORTUGUESE, deadline=Deadline.after(10)),
        PAIR: lambda: routes.distances(pair, deadline=Deadline.after(10)),
        MATRIX: lambda: routes.distances(DistanceQuery(grid, grid), deadline=Deadline.after(10)),
    }


def _theirs(client: Any) -> dict[str, Work]:
    grid = [(number, 0) for number in range(10)]
    point = (-23.5613545, -46.6564699)
    filters = {"country": "BR"}
    return {
        COLD: lambda: client.geocode(ADDRESS, components=filters, region="br", language="pt-BR"),
        REVERSE: lambda: client.reverse_geocode(point, language="pt-BR"),
        PAIR: lambda: client.distance_matrix([point], ["place_id:ChIJsandboxSe"], mode="driving"),
        MATRIX: lambda: client.distance_matrix(grid, grid, mode="driving"),
    }


def _get(path: str, **query: str) -> dict[str, Any]:
    event = events.http_api("GET", path, None, sub="user-1", scope="buyer")
    return {**event, "rawQueryString": urlencode(query), "queryStringParameters": query}


def _post(body: object) -> dict[str, Any]:
    return events.http_api("POST", "/distances", body, sub="store", scope="store", key="key-1")


def _until_it_gives_up(work: Work) -> Work:
    def asked() -> None:
        try:
            work()
        except googlemaps.exceptions.Timeout:
            return

    return asked


def _measure(work: Work, trips: Trips, rounds: int) -> Taken:
    taken = Taken()
    if rounds > 1:
        work()
    for _ in range(rounds):
        trips.reset()
        began = time.perf_counter()
        work()
        taken.added.append(time.perf_counter() - began - trips.seconds)
        taken.aws, taken.google = trips.aws, trips.google
    return taken


def _row(name: str, mine: Taken, alone: Taken | None, other: Taken | None) -> Row:
    gateway = "" if alone is None else ms(alone.median)
    theirs = ("", "") if other is None else (str(other.google), ms(other.median))
    return (name, str(mine.aws), str(mine.google), ms(mine.median), gateway, *theirs)


def _verdicts(mine: Mapping[str, Taken]) -> list[Verdict]:
    cached, quota = mine[CACHED], mine[QUOTA]
    return [
        at_most("AWS calls for a cached address", cached.aws, 1, digits=0),
        at_most("Google calls for a cached address", cached.google, 0, digits=0),
        at_most("Google calls until a used-up quota is told", quota.google, 1, digits=0),
        at_most("time added to a question to Google", mine[COLD].median * 1000, 10, " ms"),
    ]
