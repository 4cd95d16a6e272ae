"""The sandbox's earth: a few places that it knows by name, and how to get from one point to another.

Numbers of pairs that Google's own examples name are theirs (geocoding-and-distance.json); all others are computed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SOUTH_AMERICA, NORTH_AMERICA, EUROPE, AUSTRALIA, ISLAND = (
    "south america",
    "north america",
    "europe",
    "australia",
    "isle",
)
_DETOUR_PERCENT = 130
_METERS_PER_SECOND = {"driving": 16, "walking": 1, "bicycling": 5}
_EARTH_METERS = 6_371_000
_NEAR_METERS = 150_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map. `lat` and `lng` are texts, so that they are answered as they are written here.

    Args:
        land: what can be reached from it by road.
        kind: Google's type of it.
        district: what people write as well and Google knows, though it leaves it out of its answer.
    """

    place_id: str
    street: str
    city: str
    state: str
    country: str
    postal_code: str
    lat: str
    lng: str
    land: str
    exactness: str = "ROOFTOP"
    kind: str = "street_address"
    district: str = ""

    @property
    def words(self) -> frozenset[str]:
        return frozenset(words_of(f"{self.street} {self.city}"))

    @property
    def all_words(self) -> frozenset[str]:
        told = (self.street, self.district, self.city, self.state, self.country, self.postal_code)
        return frozenset(words_of(" ".join((*told, _COUNTRIES[self.country])))) | {re.sub(r"\D", "", self.postal_code)}

    def formatted(self) -> str:
        place = f"{self.city} - {self.state}" if self.country == "BR" else f"{self.city}, {self.state}"
        parts = (self.street, place, self.postal_code, _COUNTRIES[self.country].title())
        return ", ".join(part for part in parts if part)


_COUNTRIES = {"BR": "brasil", "US": "usa", "CA": "canada", "FI": "finland", "ES": "spain", "AU": "australia"}

SPOTS = (
    Spot("ChIJsandboxAugusta1200", "Rua Augusta, 1200", "São Paulo", "SP", "BR", "01304-001", "-23.5553781", "-46.6566102", SOUTH_AMERICA, district="Consolação"),  # noqa: E501
    Spot("ChIJsandboxPaulista1578", "Avenida Paulista, 1578", "São Paulo", "SP", "BR", "01310-200", "-23.5613545", "-46.6564699", SOUTH_AMERICA, district="Bela Vista"),  # noqa: E501
    Spot("ChIJsandboxSe", "Praça da Sé", "São Paulo", "SP", "BR", "01001-000", "-23.5503099", "-46.6342009", SOUTH_AMERICA, "GEOMETRIC_CENTER", "route"),  # noqa: E501
    Spot("ChIJsandboxBahia85", "Rua da Bahia, 85", "Salvador", "BA", "BR", "40070-000", "-12.9822499", "-38.4812772", SOUTH_AMERICA, "RANGE_INTERPOLATED"),  # noqa: E501
    Spot("ChIJsandboxSaoPaulo", "", "São Paulo", "SP", "BR", "", "-23.5557714", "-46.6395571", SOUTH_AMERICA, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxNoronha", "Vila dos Remédios", "Fernando de Noronha", "PE", "BR", "53990-000", "-3.8421", "-32.4110", ISLAND, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxBoston", "", "Boston", "MA", "US", "", "42.3600825", "-71.0588801", NORTH_AMERICA, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxLexington", "", "Lexington", "MA", "US", "", "42.4430372", "-71.2289641", NORTH_AMERICA, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxSeattle", "", "Seattle", "WA", "US", "", "47.6061389", "-122.3328481", NORTH_AMERICA, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxVictoria", "", "Victoria", "BC", "CA", "", "48.4284207", "-123.3656444", NORTH_AMERICA, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxHelsinki", "", "Helsinki", "Uusimaa", "FI", "", "60.1698557", "24.938379", EUROPE, "APPROXIMATE", "locality"),  # noqa: E501
    Spot("ChIJsandboxToledo", "", "Toledo", "Castilla-La Mancha", "ES", "", "39.8628316", "-4.0273231", EUROPE, "APPROXIMATE", "locality"),  # noqa: E501
)  # fmt: skip

_TOLD: Mapping[tuple[str, str], tuple[int, int]] = {
    ("ChIJsandboxBoston", "ChIJsandboxLexington"): (33_253, 1_620),
    ("ChIJsandboxSeattle", "ChIJsandboxVictoria"): (341_123, 20_168),
}
"""Metres and seconds by car."""


@dataclass(frozen=True, slots=True)
class Point:
    """Somewhere; `spot` when it was named, and not given by its coordinates."""

    lat: float
    lng: float
    spot: Spot | None = None


def words_of(text: str) -> Iterator[str]:
    """Lower case, without accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    yield from re.findall(r"[a-z0-9]+", plain)


def search(text: str, country: str | None = None, postal_code: str | None = None) -> list[tuple[Spot, bool]]:
    """The spot that has most of the words, and whether only a part of the text could be matched; none for nonsense.

    A street without its number is still that street; a word that belongs to nothing makes the match partial.
    """
    asked = {word for word in words_of(text) if word not in _COUNTRIES.values()}
    code = re.sub(r"\D", "", postal_code or "")
    allowed = [
        spot
        for spot in SPOTS
        if country in (None, spot.country) and (not code or re.sub(r"\D", "", spot.postal_code) == code)
    ]
    best = max(allowed, key=lambda spot: (len(spot.words & asked), -len(spot.words - asked)), default=None)
    if best is None or not _has_the_name(best, asked):
        return []
    # A postal code is two words, and one when it is written without its hyphen.
    spare = asked - best.all_words - set(words_of(best.postal_code))
    return [(best, bool(spare) or not best.words <= asked)]


def _has_the_name(spot: Spot, asked: set[str]) -> bool:
    """Its city, or more than a number of its street."""
    city = set(words_of(spot.city))
    street = {word for word in words_of(spot.street) if not word.isdigit() and word not in _SMALL_WORDS}
    return city <= asked or bool(street & asked)


_SMALL_WORDS = frozenset({"rua", "avenida", "praca", "da", "de", "do", "dos", "das", "vila"})


def by_id(place_id: str) -> Spot | None:
    return next((spot for spot in SPOTS if spot.place_id == place_id), None)


def around(lat: float, lng: float) -> list[Spot]:
    """The spots of the next 150 km, nearest first."""
    near = [(_metres(Point(lat, lng), point_of(spot)), spot) for spot in SPOTS]
    return [spot for metres, spot in sorted(near, key=lambda pair: pair[0]) if metres <= _NEAR_METERS]


def point_of(spot: Spot) -> Point:
    return Point(float(spot.lat), float(spot.lng), spot)


def way(start: Point, end: Point, mode: str) -> tuple[int, int] | None:
    """Metres and seconds of the way, None where no road leads."""
    if (start.lat, start.lng) == (end.lat, end.lng):
        return 0, 0
    land = _land(start)
    if land is None or land != _land(end):
        return None
    told = _TOLD.get((start.spot.place_id, end.spot.place_id)) if start.spot and end.spot else None
    if told is not None and mode == "driving":
        return told
    metres = round(_metres(start, end)) * _DETOUR_PERCENT // 100
    return metres, metres // _METERS_PER_SECOND[mode]


def _land(point: Point) -> str | None:
    """Of the nearest known place; the open sea has none."""
    if point.spot is not None:
        return point.spot.land
    near = around(point.lat, point.lng)
    return near[0].land if near else None


def _metres(a: Point, b: Point) -> float:
    """As the crow flies (haversine)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    across = math.radians(b.lng - a.lng)
    part = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(across / 2) ** 2
    return 2 * _EARTH_METERS * math.asin(math.sqrt(part))
