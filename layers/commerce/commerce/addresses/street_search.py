"""CEPs by state, city and street: for those who do not know theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from commerce.addresses.codec import address_from_row, row_of
from commerce.addresses.folding import folded
from commerce.addresses.model import MOST_MATCHES, StreetMatches
from commerce.addresses.sources import GuardedStreets
from commerce.addresses.states import parse_state
from commerce.platform.cache import TableCache
from commerce.platform.errors import BadRequest
from commerce.platform.single_flight import SingleFlight

KEPT = timedelta(hours=24)
LEAST_LETTERS = 3
_NO_PLACE = re.compile(r"[^\w\s'.-]+|_+")
"""Characters that no name of a place has, and that a path may trip over."""


class StreetSearch:
    """Searches, and keeps what was found for a day."""

    def __init__(self, streets: GuardedStreets, cache: TableCache) -> None:
        self._streets = streets
        self._cache = cache
        self._flight = SingleFlight[StreetMatches]()

    def search(self, state: str, city: str, street: str) -> StreetMatches:
        """The best matches first; none is an answer too.

        Raises:
            Unprocessable: `unknown_state`.
            BadRequest: `search_too_short`, for a city or street under three letters; nobody is asked (ADR-08).
            ProviderUnavailable: the source is down.
        """
        letters = parse_state(state)
        asked = (letters, _name(city, "city"), _name(street, "street"))
        key = "#".join(("SEARCH", letters, folded(asked[1]), folded(asked[2])))
        return self._flight.do(key, lambda: self._search(key, asked))

    def _search(self, key: str, asked: tuple[str, str, str]) -> StreetMatches:
        kept = self._cache.get(key)
        if kept is not None:
            return _matches(kept["addresses"], kept["source"], cached=True)
        found = self._streets.search(*asked)[:MOST_MATCHES]
        rows = [row_of(address) for address in found]
        source = self._streets.source.name
        self._cache.put(key, {"source": source, "addresses": rows}, KEPT)
        return _matches(rows, source)


def _matches(rows: list[dict[str, Any]], source: str, *, cached: bool = False) -> StreetMatches:
    addresses = [address for row in rows if (address := address_from_row(row)) is not None]
    return StreetMatches(addresses, len(addresses) >= MOST_MATCHES, source, cached)


def _name(text: str, field: str) -> str:
    name = " ".join(_NO_PLACE.sub(" ", text).split())
    if sum(char.isalnum() for char in name) < LEAST_LETTERS:
        problem = f"must have {LEAST_LETTERS} letters at least"
        raise BadRequest(
            f"{field} {problem}.", code="search_too_short", details={"fields": [{"field": field, "problem": problem}]}
        )
    return name
